//! What is asked of placements: whom of ours it has on a live placement. Nobody waits for it: see
//! actions/follow_placements.rs.

use super::{PeerError, patiently};
use chassis::{NoPeer, Peer, Peers};
use contracts::{
    common::v1::ChangeKind,
    placements::v1::{
        ListPlacementsRequest, Placement, WatchPlacementsRequest, WatchPlacementsResponse, placement::State,
        placement_service_client::PlacementServiceClient,
    },
};
use tonic::Streaming;
use vocabulary::{PartnerId, PersonName};

const PAGE: i32 = 500;
/// States of a placement that has not ended.
const LIVE: [State; 6] = [
    State::Proposed,
    State::Accepted,
    State::Confirmed,
    State::InProgress,
    State::Suspended,
    State::Recommended,
];

/// Placements, asked for one university.
#[derive(Clone)]
pub struct Placements {
    client: PlacementServiceClient<Peer>,
    university: PartnerId,
}

/// One change in the feed.
#[derive(Debug)]
pub struct Told {
    /// Where to go on from.
    pub token: String,
    /// Everything so far has been told.
    pub checkpoint: bool,
    /// `placements/{placement}`, and whom of ours it keeps from being dropped: nobody where it has ended, or is gone.
    pub placement: Option<(String, Option<PersonName>)>,
}

/// A page of live placements with their students, and where the next one begins: nowhere where it is empty.
pub type Page = (Vec<(String, PersonName)>, String);

impl Placements {
    /// # Errors
    /// Nothing says where it answers, or there is no key to speak for the university with.
    pub fn of(peers: &Peers, university: &PartnerId) -> Result<Self, NoPeer> {
        let client = PlacementServiceClient::new(peers.find(university, "placements", university)?);
        Ok(Self { client, university: university.clone() })
    }

    /// The feed from `token` on, then live.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn watch(&self, token: &str) -> Result<PlacementFeed, PeerError> {
        let ask = WatchPlacementsRequest {
            university: self.university.name(),
            resume_token: token.into(),
            ..Default::default()
        };
        let stream = self.client.clone().watch_placements(ask).await?.into_inner();
        Ok(PlacementFeed { stream, university: self.university.clone() })
    }

    /// The university's live placements, a page at a time.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn live(&self, page_token: &str) -> Result<Page, PeerError> {
        let ask = ListPlacementsRequest {
            page_size: PAGE,
            page_token: page_token.into(),
            university: self.university.name(),
            states: LIVE.map(i32::from).to_vec(),
            ..Default::default()
        };
        let answer = self.client.clone().list_placements(patiently(ask)).await?.into_inner();
        let live = answer.placements.into_iter();
        let live = live.filter_map(|placement| {
            let name = placement.name.clone();
            kept(placement, &self.university).map(|student| (name, student))
        });
        Ok((live.collect(), answer.next_page_token))
    }
}

/// The feed, being read.
pub struct PlacementFeed {
    stream: Streaming<WatchPlacementsResponse>,
    university: PartnerId,
}

impl PlacementFeed {
    /// The next change; nothing once the connection ends.
    ///
    /// # Errors
    /// The feed ended with an error, or what it says makes no sense.
    pub async fn next(&mut self) -> Result<Option<Told>, PeerError> {
        let Some(answer) = self.stream.message().await? else { return Ok(None) };
        let change = answer.change.ok_or(PeerError::Nonsense("a change without its token"))?;
        let named = answer.placement.filter(|placement| {
            placement.name.strip_prefix("placements/").is_some_and(vocabulary::is_resource_id)
        });
        Ok(Some(Told {
            checkpoint: change.kind() == ChangeKind::Checkpoint,
            token: change.resume_token,
            placement: named.map(|placement| (placement.name.clone(), kept(placement, &self.university))),
        }))
    }
}

/// The student whom a live placement keeps, where they are the university's own.
fn kept(placement: Placement, university: &PartnerId) -> Option<PersonName> {
    let live = State::try_from(placement.state).is_ok_and(|state| LIVE.contains(&state));
    let student: PersonName = placement.student?.person.parse().ok()?;
    (live && student.partner() == university).then_some(student)
}
