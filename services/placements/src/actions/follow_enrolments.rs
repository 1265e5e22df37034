//! Following universities' enrolments: whoever is withdrawn or pauses while on a placement is a concern there, and
//! nothing else becomes of it. One task for each university for whom this process speaks reads the feed from where it
//! left off; what is raised, what is remembered and the place in the feed are written in one transaction.
//!
//! What is remembered is how an enrolment was away when it was last heard of. Told the same again – by an edit, a
//! redelivery, or the whole feed after a resync – the follower says nothing, whether or not the concern has been
//! resolved; once the enrolment is heard to be back it is forgotten, so that a later absence is news.

use crate::{
    Placements,
    domain::PlacementState,
    peers::{Feed, PeerError, Standing},
    store::{self, absences},
};
use ledger::{Deed, Fault, Reached, Trail, Unit};
use std::collections::BTreeSet;
use tokio_util::sync::CancellationToken;
use vocabulary::{PartnerId, Scope};

/// Pages of a list: a university that never comes to an end of it is not believed.
const PAGES: usize = 10_000;

/// Why following stopped, until it is tried again.
#[derive(Debug, thiserror::Error)]
enum Stopped {
    #[error("{0}")]
    Peer(#[from] PeerError),
    #[error("{0}")]
    Here(#[from] Fault),
}

impl Placements {
    /// Follows a university's enrolments until `stop`.
    pub async fn keep_following_enrolments(self, university: PartnerId, stop: CancellationToken) {
        let trail = Trail::new(self.ledger.clone(), format!("enrolments/enrolments/{university}"));
        let follower = Follower { app: self, university, trail };
        follower.trail.keep(stop, || follower.follow()).await;
    }
}

struct Follower {
    app: Placements,
    university: PartnerId,
    trail: Trail,
}

impl Follower {
    /// Reads the feed to the end of one connection.
    async fn follow(&self) -> Result<(), Stopped> {
        let place = self.trail.place().await?;
        let ended = match self.app.enrolments.watch(&self.university, &place).await {
            Ok(feed) => self.read(feed, &place).await,
            Err(error) => Err(error.into()),
        };
        match ended {
            Err(Stopped::Peer(PeerError::Resync)) => self.resync(&place).await,
            ended => ended,
        }
    }

    async fn read(&self, mut feed: Feed, place: &str) -> Result<(), Stopped> {
        let mut reached = Reached::at(place);
        while let Some(heard) = feed.next().await? {
            match &heard.enrolment {
                Some(standing) if self.is_news(standing).await? => {
                    let unit = self.take(standing).await?;
                    self.trail.move_on(unit, &mut reached, &heard.token).await?;
                }
                _ => self.trail.skip(&mut reached, &heard.token, heard.checkpoint).await?,
            }
        }
        Ok(())
    }

    /// The feed has forgotten what came next: all who are away now are looked at, whoever is not among them is back,
    /// and the feed is read again from the oldest change that it holds.
    async fn resync(&self, place: &str) -> Result<(), Stopped> {
        let (mut away, mut page) = (BTreeSet::new(), String::new());
        for _ in 0..PAGES {
            let (standings, next) = self.app.enrolments.away(&self.university, &page).await?;
            for standing in standings {
                if self.is_news(&standing).await? {
                    self.trail.end(self.take(&standing).await?).await?;
                }
                away.insert(standing.enrolment);
            }
            if next.is_empty() {
                self.forget_all_but(&away).await?;
                return Ok(self.trail.forget(place).await?);
            }
            page = next;
        }
        Err(PeerError::Nonsense("a list without an end").into())
    }

    async fn forget_all_but(&self, away: &BTreeSet<String>) -> Result<(), Fault> {
        let unit = self.trail.begin().await?;
        for enrolment in absences::of(unit.tx(), &self.university).await? {
            if !away.contains(&enrolment) {
                absences::forget(unit.tx(), &enrolment).await?;
            }
        }
        self.trail.end(unit).await
    }

    /// Whether an enrolment stands otherwise than is remembered.
    async fn is_news(&self, standing: &Standing) -> Result<bool, Fault> {
        let tx = self.app.ledger.database.read(&Scope::Service, None).await?;
        let known = absences::get(&tx, &standing.enrolment).await?;
        tx.commit().await?;
        Ok(known.as_deref() != standing.away)
    }

    /// Writes what news means, in a unit that is still to be ended. Of somebody without a live placement nothing is
    /// kept: they are none of this service's business, and nobody is confirmed without being verified.
    async fn take(&self, standing: &Standing) -> Result<Unit, Fault> {
        let mut unit = self.trail.begin().await?;
        let Some(state) = standing.away else {
            absences::forget(unit.tx(), &standing.enrolment).await?;
            return Ok(unit);
        };
        let now = unit.now();
        let live = store::placements::lock_live_of(unit.tx(), &standing.student).await?;
        if !live.iter().any(|placement| PlacementState::is_live(placement.state_at(now))) {
            return Ok(unit);
        }
        absences::keep(unit.tx(), &self.university, &standing.enrolment, state).await?;
        let description = format!("{}: the student's enrolment is {state}", standing.enrolment);
        let raised =
            self.app.open_concern(&mut unit, &standing.student, &description, &self.university).await?;
        for placement in raised {
            let method = "practicum.placements.v1/follow_enrolments";
            let name = placement.name.to_string();
            unit.enter(Deed::by(self.university.clone(), "services/placements", method, name));
        }
        Ok(unit)
    }
}
