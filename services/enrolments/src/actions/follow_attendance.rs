//! Following masterclasses' bookings: who attended has learned something. One task for each partner for whom this
//! process speaks reads the feed from where it left off; an item and the place in the feed are written in one
//! transaction, so that each attendance counts once, whatever stops in between. It runs while both services are up,
//! and catches up after either was down. Replicas may follow at once: only one of them moves on from a place.

use super::record_learning;
use crate::{
    Enrolments,
    changes::learning_change,
    domain::learning::{ItemName, LearningItem},
    peers::{Feed, Masterclasses, PeerError, Visit},
    store,
};
use ledger::{ChangeKind, Deed, Fault, Unit};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use vocabulary::{PartnerId, Personal, Scope};

/// Changes that concern nobody of ours are skipped; the place is kept after so many at the latest.
const SKIPPED: usize = 500;
/// Bookings that are read at once, to be asked for one by one.
const DOUBTED: i64 = 500;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Why following stopped, until it is tried again.
#[derive(Debug, thiserror::Error)]
enum Stopped {
    #[error("{0}")]
    Peer(#[from] PeerError),
    #[error("{0}")]
    Here(#[from] Fault),
}

impl Enrolments {
    /// Follows the feed for `partner` until `stop`.
    pub async fn keep_following(self, peer: Masterclasses, partner: PartnerId, stop: CancellationToken) {
        let feed = format!("masterclasses/bookings/{partner}");
        let follower = Follower { app: self, peer, partner, feed };
        let mut pause = FIRST_PAUSE;
        loop {
            let began = Instant::now();
            let followed = tokio::select! {
                () = stop.cancelled() => return,
                followed = follower.follow() => followed,
            };
            match followed {
                Ok(()) => pause = FIRST_PAUSE,
                Err(Stopped::Peer(PeerError::Status(tonic_code))) => {
                    tracing::debug!(
                        ?tonic_code,
                        feed = follower.feed,
                        "masterclasses cannot be followed now"
                    );
                }
                Err(error) => tracing::warn!(%error, feed = follower.feed, "cannot follow; trying again"),
            }
            if began.elapsed() > LONGEST_PAUSE {
                // It went well for a while.
                pause = FIRST_PAUSE;
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

struct Follower {
    app: Enrolments,
    peer: Masterclasses,
    partner: PartnerId,
    feed: String,
}

impl Follower {
    /// Reads the feed to the end of one connection.
    async fn follow(&self) -> Result<(), Stopped> {
        let place = self.place().await?;
        let ended = match self.peer.watch(&place).await {
            Ok(feed) => self.read(feed, place.clone()).await,
            Err(error) => Err(error.into()),
        };
        match ended {
            Err(Stopped::Peer(PeerError::Resync)) => self.resync(&place).await,
            ended => ended,
        }
    }

    async fn read(&self, mut feed: Feed, mut place: String) -> Result<(), Stopped> {
        let mut skipped = 0;
        while let Some(heard) = feed.next().await? {
            match &heard.visit {
                Some(visit) if visit.attended || self.counts(visit).await? => {
                    self.take(visit, Some((&place, &heard.token))).await?;
                }
                _ if heard.token == place => continue,
                _ => {
                    skipped += 1;
                    if !heard.checkpoint && skipped < SKIPPED {
                        continue;
                    }
                    let unit = self.begin().await?;
                    self.end(unit, Some((&place, &heard.token))).await?;
                }
            }
            skipped = 0;
            place = heard.token;
        }
        Ok(())
    }

    /// The feed has forgotten what came next: everybody who attended is looked at, and every booking that counts, and
    /// then the feed from the oldest change that it holds.
    async fn resync(&self, place: &str) -> Result<(), Stopped> {
        let mut page = String::new();
        loop {
            let (visits, next) = self.peer.attended(&page).await?;
            for visit in &visits {
                self.take(visit, None).await?;
            }
            if next.is_empty() {
                break;
            }
            page = next;
        }
        self.doubt().await?;
        let unit = self.begin().await?;
        store::learning::forget_place(unit.tx(), &self.feed, place).await?;
        Ok(self.end(unit, None).await?)
    }

    /// Takes back what was corrected unheard. A booking that is not kept any more goes on counting.
    async fn doubt(&self) -> Result<(), Stopped> {
        let mut last = String::new();
        loop {
            let tx = self.app.ledger.database.read(&Scope::Service, None).await?;
            let bookings = store::learning::bookings(&tx, &self.partner, &last, DOUBTED).await?;
            tx.commit().await?;
            let Some(end) = bookings.last() else { return Ok(()) };
            last.clone_from(end);
            for booking in &bookings {
                if let Some(visit) = self.peer.visit(booking).await?.filter(|visit| !visit.attended) {
                    self.take(&visit, None).await?;
                }
            }
        }
    }

    /// Writes what a booking means for its attendee, and the new place.
    async fn take(&self, visit: &Visit, places: Option<(&str, &str)>) -> Result<(), Stopped> {
        let learned = if visit.attended { Some(self.peer.taught(&visit.booking).await?) } else { None };
        let item = learned.map(|learned| LearningItem {
            name: ItemName { person: visit.person.clone(), id: self.app.new_id() },
            title: learned.title,
            date: learned.date,
            hours: learned.hours,
            peer_reflection: false,
            reflection: Personal::default(),
            source: visit.booking.clone(),
        });
        let mut unit = self.begin().await?;
        let changed = match &item {
            Some(item) => record_learning::add(&mut unit, item, self.partner.clone()).await?,
            None => self.undo(&mut unit, &visit.booking).await?,
        };
        if changed {
            unit.enter(self.deed(&visit.booking));
        }
        Ok(self.end(unit, places).await?)
    }

    /// Whether a booking has counted as learning.
    async fn counts(&self, visit: &Visit) -> Result<bool, Fault> {
        let tx = self.app.ledger.database.read(&Scope::Service, None).await?;
        let item = store::learning::by_source(&tx, &visit.booking).await?;
        tx.commit().await?;
        Ok(item.is_some())
    }

    /// Somebody did not attend after all.
    async fn undo(&self, unit: &mut Unit, booking: &str) -> Result<bool, Fault> {
        let Some(item) = store::learning::by_source(unit.tx(), booking).await? else { return Ok(false) };
        store::learning::remove(unit.tx(), &item).await?;
        unit.revise(vec![learning_change(&item, self.partner.clone(), ChangeKind::Removed)]).await?;
        Ok(true)
    }

    async fn place(&self) -> Result<String, Fault> {
        let tx = self.app.ledger.database.read(&Scope::Service, None).await?;
        let place = store::learning::place(&tx, &self.feed).await?;
        tx.commit().await?;
        Ok(place)
    }

    async fn begin(&self) -> Result<Unit, Fault> {
        self.app.ledger.begin(&Scope::Service, None).await
    }

    /// Moves on, with what the unit did.
    async fn end(&self, unit: Unit, places: Option<(&str, &str)>) -> Result<(), Fault> {
        if let Some((from, to)) = places.filter(|(from, to)| from != to) {
            store::learning::move_place(unit.tx(), &self.feed, from, to).await?;
        }
        self.app.ledger.commit(unit, vec![]).await.map(drop)
    }

    fn deed(&self, booking: &str) -> Deed {
        let method = "practicum.enrolments.v1/follow_attendance";
        Deed::by(self.partner.clone(), "services/enrolments", method, booking)
    }
}
