//! Callers that call as fast as they are answered, for a turn.

use futures_util::future::join_all;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// How long a turn lasts.
pub const TURN: Duration = Duration::from_millis(1_500);

/// Runs `callers` loops of `call` for a turn; answers the calls a second. `call` gets the caller's number and a
/// number that no other call of the turn gets.
pub async fn turn<F, U>(callers: usize, call: F) -> f64
where
    F: Fn(usize, u64) -> U + Clone + Send + 'static,
    U: Future<Output = ()> + Send,
{
    let (count, began) = (Arc::new(AtomicU64::new(0)), Instant::now());
    let loops = (0..callers).map(|caller| {
        let (count, call) = (count.clone(), call.clone());
        tokio::spawn(async move {
            let mut done = 0_u64;
            while began.elapsed() < TURN {
                call(caller, done).await;
                done += 1;
            }
            count.fetch_add(done, Ordering::Relaxed);
        })
    });
    for ended in join_all(loops.collect::<Vec<_>>()).await {
        ended.expect("a caller failed");
    }
    count.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}
