//! What the change feed says of this service's resources, and to whom.

use crate::domain::{Educator, HostingInterest, Offer};
use ledger::{Change, ChangeKind, Viewers};
use vocabulary::PartnerId;

/// Who means to host is for everybody to know.
pub fn interest_change(interest: &HostingInterest, actor: PartnerId, kind: ChangeKind) -> Change {
    let viewers = Viewers::Everybody;
    Change { collection: "hostingInterests", resource: interest.name.to_string(), kind, viewers, actor }
}

/// A practice educator is their partner's own.
pub fn educator_change(educator: &Educator, actor: PartnerId, kind: ChangeKind) -> Change {
    let viewers = Viewers::Partners(vec![educator.name.partner.clone()]);
    Change { collection: "practiceEducators", resource: educator.name.to_string(), kind, viewers, actor }
}

/// A draft is its host's own. Once published, an offer is for its host and for every university: they are named one by
/// one, because another council must not learn so much as its name. They hear of its end too, having seen it open.
pub fn offer_change(offer: &Offer, universities: &[PartnerId], actor: PartnerId, kind: ChangeKind) -> Change {
    let host = &offer.name.partner;
    let others = universities.iter().filter(|university| offer.was_published() && *university != host);
    let viewers = Viewers::Partners([host].into_iter().chain(others).cloned().collect());
    Change { collection: "placementOffers", resource: offer.name.to_string(), kind, viewers, actor }
}
