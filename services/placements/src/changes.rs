//! What the change feed says of this service's resources, and to whom.

use crate::domain::HostingInterest;
use ledger::{Change, ChangeKind, Viewers};
use vocabulary::PartnerId;

/// Who means to host is for everybody to know.
pub fn interest_change(interest: &HostingInterest, actor: PartnerId, kind: ChangeKind) -> Change {
    let viewers = Viewers::Everybody;
    Change { collection: "hostingInterests", resource: interest.name.to_string(), kind, viewers, actor }
}
