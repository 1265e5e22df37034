//! Placement offers.

mod terms;
mod update;

pub use update::update_placement_offer;

use super::educator::own;
use super::interest::partner;
use super::words::{setting, stage};
use super::{checked, plain};
use crate::{
    actions::{
        CreatePlacementOffer, ListPlacementOffers, PublishPlacementOffer, ReaffirmPlacementOffer,
        WithdrawPlacementOffer,
    },
    domain::OfferName,
};
use contracts::{Validate, placements::v1 as wire};
use tonic::Status;
use vocabulary::Caller;

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn create_placement_offer(
    caller: &Caller,
    request: wire::CreatePlacementOfferRequest,
) -> Result<CreatePlacementOffer, Status> {
    let mut faults = checked(&request)?;
    own(&mut faults, caller, &request.parent);
    let id = faults.parse_some("placement_offer_id", &request.placement_offer_id);
    let request_id = faults.request_id(&request.request_id);
    let terms = terms::terms(&mut faults, request.placement_offer.unwrap_or_default());
    faults.done(terms.map(|terms| CreatePlacementOffer { id, terms, request_id }))
}

/// A request that is an offer's name and nothing else.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn offer_name(request: &impl Validate, name: &str) -> Result<OfferName, Status> {
    let mut faults = checked(request)?;
    let name = faults.parse("name", name);
    faults.done(name)
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn list_placement_offers(
    request: &wire::ListPlacementOffersRequest,
) -> Result<ListPlacementOffers, Status> {
    let mut faults = checked(request)?;
    let host = partner(&mut faults, &request.parent);
    let academic_year = faults.parse_some("academic_year", &request.academic_year);
    let stage = stage(&mut faults, "stage", request.stage);
    let setting = setting(&mut faults, "setting", request.setting);
    let size = faults.page_size(request.page_size);
    faults.done(size.map(|size| ListPlacementOffers {
        host,
        academic_year,
        stage,
        setting,
        available: request.available,
        stale: request.stale,
        after: None,
        size,
    }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn publish_placement_offer(
    request: &wire::PublishPlacementOfferRequest,
) -> Result<PublishPlacementOffer, Status> {
    let mut faults = checked(request)?;
    let etag = faults.etag("etag", &request.etag);
    let request_id = faults.request_id(&request.request_id);
    let name = faults.parse("name", &request.name);
    faults.done(name.map(|name| PublishPlacementOffer { name, etag, request_id }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn reaffirm_placement_offer(
    request: &wire::ReaffirmPlacementOfferRequest,
) -> Result<ReaffirmPlacementOffer, Status> {
    let mut faults = checked(request)?;
    let request_id = faults.request_id(&request.request_id);
    let name = faults.parse("name", &request.name);
    faults.done(name.map(|name| ReaffirmPlacementOffer { name, request_id }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn withdraw_placement_offer(
    request: wire::WithdrawPlacementOfferRequest,
) -> Result<WithdrawPlacementOffer, Status> {
    let mut faults = checked(&request)?;
    let etag = faults.etag("etag", &request.etag);
    let reason = plain(&mut faults, "reason", request.reason);
    let request_id = faults.request_id(&request.request_id);
    let name = faults.parse("name", &request.name);
    faults.done(name.map(|name| WithdrawPlacementOffer { name, etag, reason, request_id }))
}
