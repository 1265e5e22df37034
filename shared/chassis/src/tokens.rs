//! Tokens that a service hands out: places in a list and in the feed. Each is sealed with who asked for what, so
//! that nobody else can use it and it dies when the question changes.

use admission::Sealer;
use ledger::Since;
use refusals::{FieldViolation, Refusal, reasons};
use tonic::{Code, Status};
use vocabulary::{Call, Revision};

/// Makes and reads them.
#[derive(Clone)]
pub struct Tokens(Sealer);

impl Tokens {
    pub fn new(sealer: Sealer) -> Self {
        Self(sealer)
    }

    /// `question` is everything that was asked but the page's size and token.
    pub fn page(&self, call: &Call, question: &str, place: Option<String>) -> String {
        let Some(place) = place else { return String::new() };
        self.0.seal(&context(call, question), place.as_bytes())
    }

    /// The place that a page begins after; `None` for the first.
    ///
    /// # Errors
    /// `PAGE_TOKEN_INVALID`.
    #[allow(clippy::result_large_err, reason = "tonic's own error type")]
    pub fn place(&self, call: &Call, question: &str, token: &str) -> Result<Option<String>, Status> {
        if token.is_empty() {
            return Ok(None);
        }
        let place =
            self.0.open(&context(call, question), token).and_then(|place| String::from_utf8(place).ok());
        place.map(Some).ok_or_else(|| {
            let text =
                "the page token is not one that this question was answered with: start from the first page";
            bad(reasons::PAGE_TOKEN_INVALID, "page_token", text)
        })
    }

    /// Where a watcher stands that has been told everything up to `revision`.
    pub fn resume(&self, call: &Call, parent: &str, revision: Revision) -> String {
        self.0.seal(&context(call, parent), &revision.0.to_be_bytes())
    }

    /// Where a watcher begins.
    ///
    /// # Errors
    /// `RESUME_TOKEN_INVALID`.
    #[allow(clippy::result_large_err, reason = "tonic's own error type")]
    pub fn since(&self, call: &Call, parent: &str, token: &str) -> Result<Since, Status> {
        match token {
            "" => Ok(Since::Oldest),
            "now" => Ok(Since::Now),
            token => {
                let opened = self.0.open(&context(call, parent), token);
                let bytes = opened.and_then(|bytes| <[u8; 8]>::try_from(bytes).ok());
                bytes.map(|bytes| Since::After(Revision(i64::from_be_bytes(bytes)))).ok_or_else(|| {
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
