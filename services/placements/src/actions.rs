//! The verbs, one file an RPC.

mod accept_placement;
mod apply_match_run;
mod case;
mod check_enrolments;
mod check_placement;
mod confirm_placement;
mod create_placement_need;
mod create_placement_offer;
mod create_practice_educator;
mod decide_outcome;
mod decline_placement;
mod expire_holds;
mod follow_enrolments;
mod get_match_run;
mod get_placement;
mod get_placement_need;
mod get_placement_offer;
mod get_practice_educator;
mod list_days;
mod list_hosting_interests;
mod list_matches;
mod list_placement_events;
mod list_placement_needs;
mod list_placement_offers;
mod list_placements;
mod list_practice_educators;
mod match_placements;
mod open_concern;
mod propose_placement;
mod publish_placement_offer;
mod raise_concern;
mod reaffirm_placement_offer;
mod recommend_outcome;
mod record_days;
mod record_review;
mod resolve_concern;
mod resume_placement;
mod set_hosting_interest;
mod start_placement;
mod suspend_placement;
mod sweep;
mod terminate_placement;
mod update_placement_need;
mod update_placement_offer;
mod update_practice_educator;
mod watch_placements;
mod withdraw_placement;
mod withdraw_placement_need;
mod withdraw_placement_offer;

pub use accept_placement::AcceptPlacement;
pub use apply_match_run::ApplyMatchRun;
pub use case::Target;
pub use check_enrolments::Pauses;
pub use check_placement::CheckPlacement;
pub use confirm_placement::ConfirmPlacement;
pub use create_placement_need::CreatePlacementNeed;
pub use create_placement_offer::CreatePlacementOffer;
pub use create_practice_educator::CreatePracticeEducator;
pub use decide_outcome::DecideOutcome;
pub use decline_placement::DeclinePlacement;
pub use list_days::ListDays;
pub use list_hosting_interests::{InterestFilter, ListHostingInterests};
pub use list_matches::{ListMatches, MatchFilter};
pub use list_placement_events::ListPlacementEvents;
pub use list_placement_needs::{ListPlacementNeeds, NeedFilter};
pub use list_placement_offers::ListPlacementOffers;
pub use list_placements::{ListPlacements, PlacementFilter};
pub use list_practice_educators::{EducatorFilter, ListPracticeEducators};
pub use match_placements::MatchPlacements;
pub use propose_placement::ProposePlacement;
pub use publish_placement_offer::PublishPlacementOffer;
pub use raise_concern::RaiseConcern;
pub use reaffirm_placement_offer::ReaffirmPlacementOffer;
pub use recommend_outcome::RecommendOutcome;
pub use record_days::RecordDays;
pub use record_review::RecordReview;
pub use resolve_concern::ResolveConcern;
pub use resume_placement::ResumePlacement;
pub use set_hosting_interest::SetHostingInterest;
pub use start_placement::StartPlacement;
pub use suspend_placement::SuspendPlacement;
pub use terminate_placement::TerminatePlacement;
pub use update_placement_need::UpdatePlacementNeed;
pub use update_placement_offer::UpdatePlacementOffer;
pub use update_practice_educator::UpdatePracticeEducator;
pub use watch_placements::WatchPlacements;
pub use withdraw_placement::WithdrawPlacement;
pub use withdraw_placement_need::WithdrawPlacementNeed;
pub use withdraw_placement_offer::WithdrawPlacementOffer;

use crate::{
    Placements,
    domain::{Location, Place, Refusal},
    error::{Error, answered},
};
use ledger::{Done, Fingerprint, Key, Outcome};
use serde::{Serialize, de::DeserializeOwned};
use vocabulary::{Call, Caller, PartnerId, RequestId, Revision, Scope};

/// Checks the etag that a caller read, where one was sent.
fn check_etag(etag: Option<Revision>, current: Revision) -> Result<(), Refusal> {
    if etag.is_some_and(|etag| etag != current) { Err(Refusal::StaleEtag { current }) } else { Ok(()) }
}

/// What a partner's own coordinators alone change is to everybody else not there to change.
fn own(caller: &Caller, partner: &PartnerId, name: &impl ToString) -> Result<(), Refusal> {
    if caller.partner == *partner { Ok(()) } else { Err(Refusal::not_found(name)) }
}

/// What the first use of a request id came to.
type Before<T> = Option<Result<Done<T>, Error>>;

impl Placements {
    /// Where a place lies on the map; `field` is what the request calls it.
    ///
    /// # Errors
    /// Neither the caller nor the service knows.
    fn located(&self, field: &str, place: &Place) -> Result<Location, Refusal> {
        self.outcodes.locate(place).ok_or_else(|| {
            let why = "is required, with longitude: this service does not know where the postcode lies";
            Refusal::field(&format!("{field}.latitude"), why)
        })
    }

    /// The answer to a request id that was used before, for work that is too much to be done again only to find that
    /// out.
    async fn answered_before<T: DeserializeOwned>(
        &self,
        call: &Call,
        request_id: Option<RequestId>,
        ask: &impl Serialize,
    ) -> Result<Before<T>, Error> {
        let Some(id) = request_id else { return Ok(None) };
        let key = Key::new(call, id);
        let unit = self.ledger.begin(&Scope::Service, Some(call.deadline)).await?;
        let known = unit.known(&[key.as_str()]).await?.pop();
        drop(unit);
        let Some(known) = known else { return Ok(None) };
        let outcome: Outcome<T, Refusal> = Outcome::replay(&known, &Fingerprint::of(ask)?)?;
        Ok(Some(answered(outcome)))
    }
}
