//! The connection to Redis, and the breaker that spares callers a Redis which does not answer.

use super::PATIENCE;
use crate::now;
use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisError, RedisResult, aio::MultiplexedConnection};
use std::{
    sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

/// Failures in a row, without a success between, that open the breaker. A broken connection opens it at once.
const TOLERATED: u32 = 5;
/// Between two attempts to get Redis back. The breaker is half open only here: no caller is a guinea pig.
const PAUSE: Duration = Duration::from_millis(500);
/// For a connection and its greeting.
const GREETING: Duration = Duration::from_millis(500);
/// How often the clock of Redis is read again.
const RESET: Duration = Duration::from_secs(10);

/// A connection that answers.
#[derive(Clone)]
pub(super) struct Up {
    pub(super) connection: MultiplexedConnection,
    pub(super) clock: RemoteClock,
    /// Which connection this is, so that a late failure of an old one does not count against it.
    pub(super) number: u64,
}

/// The clock of Redis as seen from here. Replicas need not agree on the time: only Redis keeps it.
#[derive(Clone, Copy)]
pub(super) struct RemoteClock {
    asked: Instant,
    answered: Instant,
    millis: i64,
}

impl RemoteClock {
    /// When something that ends here at `expires` ends there: rather too early than too late.
    pub(super) fn end(&self, expires: Instant) -> i64 {
        match expires.checked_duration_since(self.answered) {
            Some(after) => self.millis.saturating_add(millis(after)),
            None => self.millis.saturating_sub(millis(self.answered - expires)),
        }
    }

    /// What is left until `end` there: rather too little than too much.
    pub(super) fn left(&self, end: i64) -> Duration {
        let there = self.millis.saturating_add(millis(now().saturating_duration_since(self.asked)));
        Duration::from_millis(end.saturating_sub(there).try_into().unwrap_or(0))
    }
}

fn millis(duration: Duration) -> i64 {
    duration.as_millis().try_into().unwrap_or(i64::MAX)
}

/// Why Redis gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nothing {
    /// It did not answer, or not as Redis does.
    Link,
    /// It answered with an error: full, read-only, another type under the key.
    Refusal,
}

pub(super) struct Link {
    client: Client,
    state: watch::Sender<Option<Up>>,
    failures: AtomicU32,
    opened: AtomicU64,
    numbers: AtomicU64,
}

impl Link {
    pub(super) fn new(client: Client) -> Self {
        let state = watch::Sender::new(None);
        Self {
            client,
            state,
            failures: AtomicU32::new(0),
            opened: AtomicU64::new(0),
            numbers: AtomicU64::new(0),
        }
    }

    /// The connection, where the breaker is closed.
    pub(super) fn up(&self) -> Option<Up> {
        self.state.borrow().clone()
    }

    pub(super) fn opened(&self) -> u64 {
        self.opened.load(Relaxed)
    }

    /// Until the breaker is closed.
    pub(super) async fn closed(&self) -> Option<Up> {
        self.state.subscribe().wait_for(Option::is_some).await.ok()?.clone()
    }

    /// Waits for an answer of connection `number`, not for long, and counts how it went.
    pub(super) async fn judge<V>(
        &self,
        number: u64,
        answer: impl Future<Output = RedisResult<V>>,
    ) -> Result<V, Nothing> {
        match timeout(PATIENCE, answer).await {
            Ok(Ok(value)) => {
                self.failures.store(0, Relaxed);
                Ok(value)
            }
            Ok(Err(error)) if is_refusal(&error) => Err(Nothing::Refusal),
            Ok(Err(_)) => {
                self.open_breaker(number, "the connection broke");
                Err(Nothing::Link)
            }
            Err(_) => {
                if self.failures.fetch_add(1, Relaxed) + 1 >= TOLERATED {
                    self.open_breaker(number, "it does not answer");
                }
                Err(Nothing::Link)
            }
        }
    }

    fn open_breaker(&self, number: u64, why: &'static str) {
        let open = |state: &mut Option<Up>| {
            let current = state.as_ref().is_some_and(|up| up.number == number);
            current.then(|| *state = None).is_some()
        };
        if self.state.send_if_modified(open) {
            self.opened.fetch_add(1, Relaxed);
            tracing::warn!(why, "the shared cache is left out until it answers");
        }
    }

    /// Tries once to connect and to read the clock, and closes the breaker if that went well.
    ///
    /// # Errors
    /// The kind of fault, in words that hold neither address nor password.
    pub(super) async fn connect(&self) -> Result<(), String> {
        let greeted = timeout(GREETING, self.greet()).await.map_err(|_| "it does not answer".to_owned())?;
        let (connection, clock) = greeted.map_err(|error| format!("{:?}", error.kind()))?;
        self.failures.store(0, Relaxed);
        let number = self.numbers.fetch_add(1, Relaxed);
        self.state.send_replace(Some(Up { connection, clock, number }));
        Ok(())
    }

    async fn greet(&self) -> RedisResult<(MultiplexedConnection, RemoteClock)> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(GREETING))
            .set_response_timeout(Some(GREETING));
        let mut connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        let clock = read_clock(&mut connection).await?;
        Ok((connection, clock))
    }

    /// Gets Redis back whenever it is away, and keeps the clock true while it is there.
    pub(super) async fn keep(self: std::sync::Arc<Self>) {
        let mut state = self.state.subscribe();
        loop {
            let up = state.borrow_and_update().clone();
            match up {
                None => match self.connect().await {
                    Ok(()) => tracing::info!("the shared cache answers"),
                    Err(_) => sleep(PAUSE).await,
                },
                // The sender lives as long as `self`, so a change is all that can end the wait early.
                Some(up) => {
                    if timeout(RESET, state.wait_for(Option::is_none)).await.is_err() {
                        self.reset_clock(up).await;
                    }
                }
            }
        }
    }

    async fn reset_clock(&self, mut up: Up) {
        let Ok(clock) = self.judge(up.number, read_clock(&mut up.connection)).await else { return };
        self.state.send_if_modified(|state| {
            if let Some(current) = state.as_mut().filter(|current| current.number == up.number) {
                current.clock = clock;
            }
            false
        });
    }
}

async fn read_clock(connection: &mut MultiplexedConnection) -> RedisResult<RemoteClock> {
    let asked = now();
    let (seconds, micros): (i64, i64) = redis::cmd("TIME").query_async(connection).await?;
    Ok(RemoteClock { asked, answered: now(), millis: seconds.saturating_mul(1_000) + micros / 1_000 })
}

/// Whether Redis itself said no, so that the connection is sound.
fn is_refusal(error: &RedisError) -> bool {
    matches!(error.kind(), ErrorKind::Server(_) | ErrorKind::Extension | ErrorKind::UnexpectedReturnType)
}
