//! Identifiers that the server chooses.

use uuid::Uuid;

/// Makes ids that sort by the time of making: a UUID version 7 in 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ids;

impl Ids {
    #[allow(clippy::disallowed_methods, reason = "the one place that makes ids")]
    pub fn next(self) -> String {
        Uuid::now_v7().simple().to_string()
    }
}
