//! The verbs, one file an RPC.

mod create_placement_offer;
mod create_practice_educator;
mod get_placement_offer;
mod get_practice_educator;
mod list_hosting_interests;
mod list_placement_offers;
mod list_practice_educators;
mod publish_placement_offer;
mod reaffirm_placement_offer;
mod set_hosting_interest;
mod sweep;
mod update_placement_offer;
mod update_practice_educator;
mod withdraw_placement_offer;

pub use create_placement_offer::CreatePlacementOffer;
pub use create_practice_educator::CreatePracticeEducator;
pub use list_hosting_interests::{InterestFilter, ListHostingInterests};
pub use list_placement_offers::ListPlacementOffers;
pub use list_practice_educators::{EducatorFilter, ListPracticeEducators};
pub use publish_placement_offer::PublishPlacementOffer;
pub use reaffirm_placement_offer::ReaffirmPlacementOffer;
pub use set_hosting_interest::SetHostingInterest;
pub use update_placement_offer::UpdatePlacementOffer;
pub use update_practice_educator::UpdatePracticeEducator;
pub use withdraw_placement_offer::WithdrawPlacementOffer;

use crate::{
    Placements,
    domain::{Location, Place, Refusal},
};
use vocabulary::{Caller, PartnerId, Revision};

/// Checks the etag that a caller read, where one was sent.
fn check_etag(etag: Option<Revision>, current: Revision) -> Result<(), Refusal> {
    if etag.is_some_and(|etag| etag != current) { Err(Refusal::StaleEtag { current }) } else { Ok(()) }
}

/// What a partner's own coordinators alone change is to everybody else not there to change.
fn own(caller: &Caller, partner: &PartnerId, name: &impl ToString) -> Result<(), Refusal> {
    if caller.partner == *partner { Ok(()) } else { Err(Refusal::not_found(name)) }
}

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
}
