//! A fault of ours: the cause stays here, a reference to it goes out.

use crate::{Refusal, reasons};
use std::fmt::Display;
use tonic::{Code, Status};
use vocabulary::Ids;

/// The key, in the metadata of `ErrorInfo`, of the reference that our log shows too.
pub const REFERENCE: &str = "reference";

/// INTERNAL with a fixed text. Logs the cause once, at error level, with a reference that the status
/// carries. `cause` must hold no personal data: it is written to the log as it stands.
pub fn fault(cause: &dyn Display) -> Status {
    let reference = Ids.next();
    tracing::error!(target: "refusals", %reference, %cause, "fault");
    Refusal::new(Code::Internal, reasons::INTERNAL, "internal fault").with(REFERENCE, reference).status()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonic_types::StatusExt;

    #[test]
    fn the_cause_of_a_fault_is_nowhere_in_the_status() {
        let status = fault(&"relation \"people\" row (Zofia)");
        assert_eq!((status.code(), status.message()), (Code::Internal, "internal fault"));
        assert!(
            !format!("{status:?}").contains("Zofia") && !status.details().windows(5).any(|w| w == b"Zofia")
        );
        assert_eq!(status.get_details_error_info().unwrap().metadata[REFERENCE].len(), 32);
    }
}
