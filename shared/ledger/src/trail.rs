//! How far another service's feed has been followed. What a change there means here and the new place are written in
//! one transaction, so that each counts once, whatever stops in between. Replicas may follow at once: only one of them
//! moves on from a place. The places stand in the service's own table `followed (id, token)`.

use crate::{Fault, Ledger, Unit};
use std::{fmt::Display, time::Duration};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use vocabulary::Scope;

/// Changes that mean nothing here are skipped; the place is kept after so many at the latest.
const SKIPPED: usize = 500;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// One feed, and the place that is kept in it.
#[derive(Clone)]
pub struct Trail {
    ledger: Ledger,
    /// `masterclasses/bookings/durham`: whose, of what, followed for whom.
    feed: String,
}

/// Where reading a feed has got to, and how much of it has been skipped since the place was kept.
#[derive(Clone, Debug)]
pub struct Reached {
    place: String,
    skipped: usize,
}

impl Trail {
    pub fn new(ledger: Ledger, feed: String) -> Self {
        Self { ledger, feed }
    }

    pub fn feed(&self) -> &str {
        &self.feed
    }

    /// The token to go on from; empty before the beginning.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn place(&self) -> Result<String, Fault> {
        let tx = self.ledger.database.read(&Scope::Service, None).await?;
        let row = tx.one("SELECT token FROM followed WHERE id = $1", vec![self.feed.as_str().into()]).await?;
        tx.commit().await?;
        Ok(row.map(|row| row.try_get("", "token")).transpose()?.unwrap_or_default())
    }

    /// A unit of the service's own.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn begin(&self) -> Result<Unit, Fault> {
        self.ledger.begin(&Scope::Service, None).await
    }

    /// Ends a unit that has no place of its own to keep.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn end(&self, unit: Unit) -> Result<(), Fault> {
        self.ledger.commit(unit, vec![]).await.map(drop)
    }

    /// Ends a unit and moves on to `token` with it.
    ///
    /// # Errors
    /// [`Fault::Contention`] where another process has moved meanwhile: what this one read since is told again to it.
    pub async fn move_on(&self, unit: Unit, reached: &mut Reached, token: &str) -> Result<(), Fault> {
        if reached.place != token {
            let feed = self.feed.as_str().into();
            let moved = if reached.place.is_empty() {
                let sql = "INSERT INTO followed (id, token) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
                unit.tx().run(sql, vec![feed, token.into()]).await?
            } else {
                let sql = "UPDATE followed SET token = $2 WHERE id = $1 AND token = $3";
                unit.tx().run(sql, vec![feed, token.into(), reached.place.as_str().into()]).await?
            };
            ours_alone(moved)?;
        }
        self.end(unit).await?;
        *reached = Reached::at(token);
        Ok(())
    }

    /// Passes over something that means nothing here; the place is kept at a checkpoint, or after many.
    ///
    /// # Errors
    /// As [`Trail::move_on`].
    pub async fn skip(&self, reached: &mut Reached, token: &str, checkpoint: bool) -> Result<(), Fault> {
        reached.skipped += 1;
        if reached.place == token || (!checkpoint && reached.skipped < SKIPPED) {
            return Ok(());
        }
        let unit = self.begin().await?;
        self.move_on(unit, reached, token).await
    }

    /// Begins the feed again from the oldest change that it holds.
    ///
    /// # Errors
    /// As [`Trail::move_on`].
    pub async fn forget(&self, place: &str) -> Result<(), Fault> {
        let unit = self.begin().await?;
        if !place.is_empty() {
            let sql = "DELETE FROM followed WHERE id = $1 AND token = $2";
            let forgotten = unit.tx().run(sql, vec![self.feed.as_str().into(), place.into()]).await?;
            ours_alone(forgotten)?;
        }
        self.end(unit).await
    }

    /// Follows until `stop`, again and again with growing pauses: a feed ends with its connection.
    pub async fn keep<E, F>(&self, stop: CancellationToken, follow: impl Fn() -> F)
    where
        E: Display,
        F: Future<Output = Result<(), E>>,
    {
        let (mut pause, mut failed) = (FIRST_PAUSE, 0_u32);
        loop {
            let began = Instant::now();
            let followed = tokio::select! {
                () = stop.cancelled() => return,
                followed = follow() => followed,
            };
            if followed.is_ok() || began.elapsed() > LONGEST_PAUSE {
                // It went well for a while.
                (pause, failed) = (FIRST_PAUSE, 0);
            }
            if let Err(error) = followed {
                failed += 1;
                // Services that start together find one another at the second try, and one that restarts is found again.
                if failed == 2 {
                    tracing::warn!(%error, feed = self.feed, "cannot follow; trying again");
                } else {
                    tracing::debug!(%error, feed = self.feed, "cannot follow");
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

impl Reached {
    /// From a place that was kept.
    pub fn at(token: &str) -> Self {
        Self { place: token.into(), skipped: 0 }
    }
}

fn ours_alone(moved: u64) -> Result<(), Fault> {
    if moved == 0 { Err(Fault::Contention("another process follows the feed too".into())) } else { Ok(()) }
}
