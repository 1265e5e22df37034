//! From the wire to what an action asks for: the only way in. What the contract declares is checked first; what it
//! cannot declare is checked here. Every field that is wrong is named.

mod course;
mod course_run;
mod enrolment;
mod learning;
mod sync;

pub use course::*;
pub use course_run::*;
pub use enrolment::*;
pub use learning::*;
pub use sync::*;

pub use refusals::{Faults, paths, plain, required};

use contracts::Validate;
use refusals::FieldViolation;
use tonic::Status;

/// What the contract itself says of a request; where that is that it is wrong, nothing else is looked at.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn checked(message: &impl Validate) -> Result<Faults, Status> {
    let violations = contracts::violations(message).into_iter();
    Faults::unless(violations.map(|found| FieldViolation::new(found.field, found.description)).collect())
}
