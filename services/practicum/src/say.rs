//! What a command answers, on standard output.

use crate::failure::Unread;
use anyhow::Result;
use std::io::{ErrorKind, Write};

/// One line or several. Flushed at once: a reader at the other end of a pipe waits for it.
///
/// # Errors
/// [`Unread`] where the reader has gone.
pub fn say(text: impl std::fmt::Display) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Unread.into()),
        other => Ok(other?),
    }
}
