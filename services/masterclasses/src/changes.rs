//! What the change feed says of this service's resources, and to whom.

use crate::domain::{Booking, LearningNeed, Masterclass, Session};
use ledger::{Change, ChangeKind, Viewers};
use vocabulary::PartnerId;

/// A booking's change is for the partner that booked and for the host.
pub fn booking_change(booking: &Booking, actor: PartnerId, kind: ChangeKind) -> Change {
    let mut parties = vec![booking.partner.clone()];
    if booking.host != booking.partner {
        parties.push(booking.host.clone());
    }
    let viewers = Viewers::Partners(parties);
    Change { collection: "bookings", resource: booking.name.to_string(), kind, viewers, actor }
}

pub fn session_change(session: &Session, actor: PartnerId, kind: ChangeKind) -> Change {
    everybody("sessions", session.name.to_string(), actor, kind)
}

pub fn masterclass_change(masterclass: &Masterclass, actor: PartnerId, kind: ChangeKind) -> Change {
    everybody("masterclasses", masterclass.name.to_string(), actor, kind)
}

pub fn need_change(need: &LearningNeed, actor: PartnerId, kind: ChangeKind) -> Change {
    everybody("learningNeeds", need.name.to_string(), actor, kind)
}

fn everybody(collection: &'static str, resource: String, actor: PartnerId, kind: ChangeKind) -> Change {
    Change { collection, resource, kind, viewers: Viewers::Everybody, actor }
}
