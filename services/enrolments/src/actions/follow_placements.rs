//! Following placements' feed: a learner with a live placement is not dropped by a sync without somebody looking. One
//! task for each university for whom this process speaks, as in `follow_attendance`.

use crate::{
    Enrolments,
    peers::{PeerError, PlacementFeed, Placements},
    store::live_placements,
};
use ledger::{Fault, Reached, Trail};
use tokio_util::sync::CancellationToken;
use vocabulary::PartnerId;

/// Why following stopped, until it is tried again.
#[derive(Debug, thiserror::Error)]
enum Stopped {
    #[error("{0}")]
    Peer(#[from] PeerError),
    #[error("{0}")]
    Here(#[from] Fault),
}

impl Enrolments {
    /// Follows the feed for `university` until `stop`.
    pub async fn keep_following_placements(
        self,
        peer: Placements,
        university: PartnerId,
        stop: CancellationToken,
    ) {
        let trail = Trail::new(self.ledger.clone(), format!("placements/placements/{university}"));
        let follower = Follower { peer, university, trail };
        follower.trail.keep(stop, || follower.follow()).await;
    }
}

struct Follower {
    peer: Placements,
    university: PartnerId,
    trail: Trail,
}

impl Follower {
    /// Reads the feed to the end of one connection.
    async fn follow(&self) -> Result<(), Stopped> {
        let place = self.trail.place().await?;
        let ended = match self.peer.watch(&place).await {
            Ok(feed) => self.read(feed, &place).await,
            Err(error) => Err(error.into()),
        };
        match ended {
            Err(Stopped::Peer(PeerError::Resync)) => self.resync(&place).await,
            ended => ended,
        }
    }

    async fn read(&self, mut feed: PlacementFeed, place: &str) -> Result<(), Stopped> {
        let mut reached = Reached::at(place);
        while let Some(told) = feed.next().await? {
            let Some((placement, student)) = &told.placement else {
                self.trail.skip(&mut reached, &told.token, told.checkpoint).await?;
                continue;
            };
            let unit = self.trail.begin().await?;
            match student {
                Some(student) => live_placements::keep(unit.tx(), placement, student).await?,
                None => live_placements::release(unit.tx(), &self.university, placement).await?,
            }
            self.trail.move_on(unit, &mut reached, &told.token).await?;
        }
        Ok(())
    }

    /// The feed has forgotten what came next: what is live now takes the place of what was, and the feed is read again
    /// from the oldest change that it holds. Each is told as it then is, so that nothing that has ended comes back.
    async fn resync(&self, place: &str) -> Result<(), Stopped> {
        let (mut live, mut page) = (Vec::new(), String::new());
        loop {
            let (some, next) = self.peer.live(&page).await?;
            live.extend(some);
            if next.is_empty() {
                break;
            }
            page = next;
        }
        let unit = self.trail.begin().await?;
        live_placements::release_all(unit.tx(), &self.university).await?;
        for (placement, student) in &live {
            live_placements::keep(unit.tx(), placement, student).await?;
        }
        self.trail.end(unit).await?;
        Ok(self.trail.forget(place).await?)
    }
}
