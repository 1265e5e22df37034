//! Tokens that this service hands out: places in a list and in the feed. Each is sealed with who asked for what, so
//! that nobody else can use it and it dies when the question changes.

use super::Door;
use crate::actions::WatchFrom;
use refusals::{FieldViolation, Refusal, reasons};
use tonic::{Code, Status};
use vocabulary::{Call, Revision};

impl Door {
    /// `question` is everything that was asked but the page's size and token.
    pub(super) fn page_token(&self, call: &Call, question: &str, place: Option<String>) -> String {
        let Some(place) = place else { return String::new() };
        self.sealer.seal(&context(call, question), place.as_bytes())
    }

    /// The place that a page begins after; `None` for the first.
    #[allow(clippy::result_large_err, reason = "tonic's own error type")]
    pub(super) fn place(&self, call: &Call, question: &str, token: &str) -> Result<Option<String>, Status> {
        if token.is_empty() {
            return Ok(None);
        }
        let place =
            self.sealer.open(&context(call, question), token).and_then(|place| String::from_utf8(place).ok());
        place.map(Some).ok_or_else(|| {
            let text =
                "the page token is not one that this question was answered with: start from the first page";
            bad(reasons::PAGE_TOKEN_INVALID, "page_token", text)
        })
    }

    pub(super) fn resume_token(&self, call: &Call, parent: &str, revision: Revision) -> String {
        self.sealer.seal(&context(call, parent), &revision.0.to_be_bytes())
    }

    /// Where a watcher begins.
    #[allow(clippy::result_large_err, reason = "tonic's own error type")]
    pub(super) fn from(&self, call: &Call, parent: &str, token: &str) -> Result<WatchFrom, Status> {
        match token {
            "" => Ok(WatchFrom::Oldest),
            "now" => Ok(WatchFrom::Now),
            token => {
                let opened = self.sealer.open(&context(call, parent), token);
                let bytes = opened.and_then(|bytes| <[u8; 8]>::try_from(bytes).ok());
                bytes.map(|bytes| WatchFrom::After(Revision(i64::from_be_bytes(bytes)))).ok_or_else(|| {
                    let text = "the resume token is not one that you were given for this parent";
                    bad(reasons::RESUME_TOKEN_INVALID, "resume_token", text)
                })
            }
        }
    }
}

fn context<'a>(call: &'a Call, question: &'a str) -> [&'a str; 4] {
    [call.caller.partner.as_str(), call.caller.person.as_str(), call.method, question]
}

fn bad(reason: &'static str, field: &str, text: &str) -> Status {
    Refusal::new(Code::InvalidArgument, reason, text).field(FieldViolation::new(field, text)).status()
}
