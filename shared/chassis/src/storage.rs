//! What a caller is told of a failure of storage.

use ledger::Fault;
use refusals::{Refusal, reasons, usual};
use std::time::Duration;
use tonic::{Code, Status};

/// The status of a fault: a caller may try again, or can do nothing.
pub fn storage(fault: &Fault) -> Status {
    match fault {
        Fault::Contention(_) | Fault::Raced => {
            let text = "others were quicker five times over: try again";
            Refusal::new(Code::Aborted, reasons::CONTENTION, text)
                .retry_after(Duration::from_millis(100))
                .status()
        }
        Fault::Unavailable(_) => {
            let text = "the storage cannot be reached now: try again";
            Refusal::new(Code::Unavailable, reasons::STORAGE_UNAVAILABLE, text)
                .retry_after(Duration::from_secs(1))
                .status()
        }
        Fault::NotReached { reached } => {
            let text =
                "practicum-min-revision is newer than anything committed here: did another service give it?";
            Refusal::new(Code::OutOfRange, reasons::REVISION_NOT_REACHED, text)
                .with("reached", reached.0)
                .status()
        }
        Fault::Deadline => usual::deadline_exceeded(),
        Fault::Constraint(_) | Fault::Bug(_) => refusals::fault(fault),
    }
}
