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
use ledger::{ChangeKind, Deed, Fault, Reached, Trail, Unit};
use tokio_util::sync::CancellationToken;
use vocabulary::{PartnerId, Personal, Scope};

/// Bookings that are read at once, to be asked for one by one.
const DOUBTED: i64 = 500;

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
        let trail = Trail::new(self.ledger.clone(), format!("masterclasses/bookings/{partner}"));
        let follower = Follower { app: self, peer, partner, trail };
        follower.trail.keep(stop, || follower.follow()).await;
    }
}

struct Follower {
    app: Enrolments,
    peer: Masterclasses,
    partner: PartnerId,
    trail: Trail,
}

impl Follower {
    /// Reads the feed to the end of one connection.
    async fn follow(&self) -> Result<(), Stopped> {
        let place = self.trail.place().await?;
        let ended = match self.peer.watch(&place).await {
            Ok(feed) => self.read(feed, place.clone()).await,
            Err(error) => Err(error.into()),
        };
        match ended {
            Err(Stopped::Peer(PeerError::Resync)) => self.resync(&place).await,
            ended => ended,
        }
    }

    async fn read(&self, mut feed: Feed, place: String) -> Result<(), Stopped> {
        let mut reached = Reached::at(&place);
        while let Some(heard) = feed.next().await? {
            match &heard.visit {
                Some(visit) if visit.attended || self.counts(visit).await? => {
                    let unit = self.take(visit).await?;
                    self.trail.move_on(unit, &mut reached, &heard.token).await?;
                }
                _ => self.trail.skip(&mut reached, &heard.token, heard.checkpoint).await?,
            }
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
                self.trail.end(self.take(visit).await?).await?;
            }
            if next.is_empty() {
                break;
            }
            page = next;
        }
        self.doubt().await?;
        Ok(self.trail.forget(place).await?)
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
                    self.trail.end(self.take(&visit).await?).await?;
                }
            }
        }
    }

    /// Writes what a booking means for its attendee, in a unit that is still to be ended.
    async fn take(&self, visit: &Visit) -> Result<Unit, Stopped> {
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
        let mut unit = self.trail.begin().await?;
        let changed = match &item {
            Some(item) => record_learning::add(&mut unit, item, self.partner.clone()).await?,
            None => self.undo(&mut unit, &visit.booking).await?,
        };
        if changed {
            unit.enter(self.deed(&visit.booking));
        }
        Ok(unit)
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

    fn deed(&self, booking: &str) -> Deed {
        let method = "practicum.enrolments.v1/follow_attendance";
        Deed::by(self.partner.clone(), "services/enrolments", method, booking)
    }
}
