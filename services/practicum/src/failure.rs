//! How a command ends that does not end well.

use crate::refusal;
use std::process::ExitCode;
use tonic::Status;

/// The command line, or the request on it, cannot be meant. Ends with status 2, as clap's own errors do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

/// Nobody reads what we print any more, which is how `| head` ends: no fault of anybody.
#[derive(Debug, thiserror::Error)]
#[error("standard output is closed")]
pub struct Unread;

/// Tells on standard error what went wrong.
pub fn report(error: &anyhow::Error) -> ExitCode {
    if error.is::<Unread>() {
        return ExitCode::SUCCESS;
    }
    if let Some(status) = error.downcast_ref::<Status>() {
        eprint!("{}", refusal::describe(status));
        return ExitCode::FAILURE;
    }
    eprintln!("error: {error:#}");
    if error.is::<Usage>() { ExitCode::from(2) } else { ExitCode::FAILURE }
}
