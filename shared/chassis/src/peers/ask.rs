//! One question to a peer: within the deadline, tried again where that may help, and not at all where the peer has
//! been failing.

use super::{NoPeer, breaker::Breaker};
use refusals::reason;
use std::{
    hash::{BuildHasher, RandomState},
    sync::Arc,
    time::Duration,
};
use tokio::time::Instant;
use tonic::{Code, Request, Response, Status};
use vocabulary::Deadline;

const TRIES: u32 = 3;

/// Why a peer did not answer. Its own text is not passed on: it is another organisation's.
#[derive(Debug, thiserror::Error)]
pub enum PeerError {
    /// What comes next in its feed has been forgotten, or it does not know the place any more: begin again.
    #[error("the feed no longer holds what comes next")]
    Resync,
    #[error("the other service answered {0}")]
    Status(Code),
    #[error("the other service answered what the contract does not allow: {0}")]
    Nonsense(&'static str),
    #[error("the other service has not been answering and is left alone for a moment")]
    Resting,
    #[error("the other service did not answer in time")]
    TooLate,
    #[error("{0}")]
    Nobody(#[from] NoPeer),
}

impl PeerError {
    /// Whether the peer is there and answered this question, if wrongly: it may answer another one well.
    pub fn is_answer(&self) -> bool {
        match self {
            Self::Nonsense(_) | Self::Resync => true,
            Self::Status(code) => {
                !matches!(code, Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled)
            }
            Self::Resting | Self::TooLate | Self::Nobody(_) => false,
        }
    }
}

impl From<Status> for PeerError {
    fn from(status: Status) -> Self {
        match reason(&status).as_deref() {
            Some("RESYNC_REQUIRED" | "RESUME_TOKEN_INVALID") => Self::Resync,
            _ => Self::Status(status.code()),
        }
    }
}

/// One peer, with what is known of how it fares. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Line(Arc<Breaker>);

impl Line {
    /// Asks: `call` is given a request that carries what is left of the time. Only UNAVAILABLE is tried again, at most
    /// twice, after a random pause, and only where nobody before us in a chain of calls tries again too
    /// (`first_hop`).
    ///
    /// # Errors
    /// The peer did not answer, or with an error.
    pub async fn ask<M, T, F>(
        &self,
        message: M,
        deadline: Deadline,
        first_hop: bool,
        call: impl Fn(Request<M>) -> F,
    ) -> Result<T, PeerError>
    where
        M: Clone,
        F: Future<Output = Result<Response<T>, Status>>,
    {
        if !self.0.lets_through(Instant::now()) {
            return Err(PeerError::Resting);
        }
        self.0.called();
        for tried in 1..=TRIES {
            let left = deadline.left();
            let mut request = Request::new(message.clone());
            request.set_timeout(left);
            let status = match tokio::time::timeout(left, call(request)).await {
                Ok(Ok(answer)) => {
                    self.0.answered();
                    return Ok(answer.into_inner());
                }
                Ok(Err(status)) => status,
                Err(_) => {
                    self.0.failed(Instant::now());
                    return Err(PeerError::TooLate);
                }
            };
            match status.code() {
                Code::Unavailable | Code::DeadlineExceeded => self.0.failed(Instant::now()),
                _ => self.0.answered(),
            }
            let pause = pause(tried);
            let again = status.code() == Code::Unavailable && first_hop && tried < TRIES;
            if !again || deadline.left() < 2 * pause || !self.0.may_repeat() {
                return Err(status.into());
            }
            tokio::time::sleep(pause).await;
        }
        Err(PeerError::TooLate)
    }
}

/// 25 to 75 ms, then twice that. The fraction comes from the process's hasher seed: it need only differ between callers.
fn pause(tried: u32) -> Duration {
    let jitter = RandomState::new().hash_one(tried) % 50_000;
    Duration::from_micros((25_000 + jitter) << (tried - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    fn soon() -> Deadline {
        Deadline::after(Duration::from_secs(2))
    }

    /// How often `call` is made where each one answers `code`, and what comes of it.
    async fn asked(line: &Line, code: Code, first_hop: bool) -> (u32, PeerError) {
        let calls = AtomicU32::new(0);
        let answer: Result<(), PeerError> = line
            .ask((), soon(), first_hop, |_| {
                calls.fetch_add(1, Ordering::Relaxed);
                std::future::ready(Err(Status::new(code, "secret of theirs")))
            })
            .await;
        (calls.into_inner(), answer.unwrap_err())
    }

    #[tokio::test]
    async fn only_what_may_pass_is_tried_again_and_only_by_the_first_in_a_chain() {
        for (code, first_hop, times) in [
            (Code::Unavailable, true, 3),
            (Code::Unavailable, false, 1),
            (Code::Internal, true, 1),
            (Code::NotFound, true, 1),
        ] {
            let (calls, error) = asked(&Line::default(), code, first_hop).await;
            assert_eq!(calls, times, "{code}");
            assert!(matches!(error, PeerError::Status(said) if said == code));
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    #[tokio::test]
    async fn a_peer_that_hangs_is_given_up_in_time_and_then_left_alone() {
        let line = Line::default();
        for _ in 0..5 {
            let deadline = Deadline::after(Duration::from_millis(20));
            let hung: Result<(), _> = line.ask((), deadline, true, |_| std::future::pending()).await;
            assert!(matches!(hung, Err(PeerError::TooLate)));
        }
        let (calls, error) = asked(&line, Code::Ok, true).await;
        assert!(calls == 0 && matches!(error, PeerError::Resting), "{error}");
    }
}
