//! Hosting interest.

use super::{Faults, checked, plain};
use crate::{
    actions::{InterestFilter, SetHostingInterest},
    domain::Interest,
};
use contracts::placements::v1 as wire;
use tonic::Status;
use vocabulary::{PageSize, PartnerId};

/// Every partner.
pub(super) const ALL: &str = "partners/-";

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn set_hosting_interest(request: wire::SetHostingInterestRequest) -> Result<SetHostingInterest, Status> {
    let mut faults = checked(&request)?;
    let given = request.hosting_interest.unwrap_or_default();
    let name = faults.parse("hosting_interest.name", &given.name);
    let etag = faults.etag("hosting_interest.etag", &given.etag);
    let interest = interest(&mut faults, given.interest);
    let reasons = given.reasons_not_hosting.into_iter().enumerate();
    let reasons_not_hosting = reasons
        .map(|(i, reason)| plain(&mut faults, &format!("hosting_interest.reasons_not_hosting[{i}]"), reason))
        .collect();
    let places_expected = faults
        .take("hosting_interest.places_expected", u32::try_from(given.places_expected))
        .unwrap_or_default();
    let request_id = faults.request_id(&request.request_id);
    faults.done(name.zip(interest).map(|(name, interest)| SetHostingInterest {
        name,
        etag,
        interest,
        reasons_not_hosting,
        places_expected,
        request_id,
    }))
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn list_hosting_interests(
    request: &wire::ListHostingInterestsRequest,
) -> Result<(InterestFilter, PageSize), Status> {
    let mut faults = checked(request)?;
    let partner = partner(&mut faults, &request.parent);
    let academic_year = faults.parse_some("academic_year", &request.academic_year);
    let size = faults.page_size(request.page_size);
    faults.done(size.map(|size| (InterestFilter { partner, academic_year, after: None }, size)))
}

/// A partner, or `None` for all.
pub(super) fn partner(faults: &mut Faults, parent: &str) -> Option<PartnerId> {
    if parent == ALL { None } else { faults.partner("parent", parent) }
}

fn interest(faults: &mut Faults, interest: i32) -> Option<Interest> {
    use wire::hosting_interest::Interest as Said;
    match Said::try_from(interest) {
        Ok(Said::ActivelyLooking) => Some(Interest::ActivelyLooking),
        Ok(Said::Open) => Some(Interest::Open),
        Ok(Said::NotOpen) => Some(Interest::NotOpen),
        Ok(Said::AlreadyArranged) => Some(Interest::AlreadyArranged),
        Ok(Said::Unspecified) => {
            faults.add("hosting_interest.interest", "is required");
            None
        }
        Err(_) => {
            faults.add("hosting_interest.interest", "is not one that this service knows");
            None
        }
    }
}
