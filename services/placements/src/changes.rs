//! What the change feed says of this service's resources, and to whom.

use crate::domain::{Educator, HostingInterest, Need, Offer, Placement, match_run::MatchRun};
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

/// A need is its university's, and the host's that has accepted the student.
pub fn need_change(need: &Need, host: Option<&PartnerId>, actor: PartnerId, kind: ChangeKind) -> Change {
    let university = need.name.partner.clone();
    let viewers = Viewers::Partners([university].into_iter().chain(host.cloned()).collect());
    Change { collection: "placementNeeds", resource: need.name.to_string(), kind, viewers, actor }
}

/// That there is a run is for the partnership to know.
pub fn match_run_change(run: &MatchRun, actor: PartnerId, kind: ChangeKind) -> Change {
    let viewers = Viewers::Everybody;
    Change { collection: "matchRuns", resource: run.name.to_string(), kind, viewers, actor }
}

/// A placement is its host's and its university's.
pub fn placement_change(placement: &Placement, actor: PartnerId, kind: ChangeKind) -> Change {
    let viewers = Viewers::Partners(vec![placement.host().clone(), placement.university().clone()]);
    Change { collection: "placements", resource: placement.name.to_string(), kind, viewers, actor }
}
