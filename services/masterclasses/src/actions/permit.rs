//! Which of their partner's people a caller may act for, what a host alone may do, and for whom
//! seats may be kept. Which roles may call an RPC
//! at all is the access table's matter.

use crate::domain::{Booking, Fence, Refusal};
use admission::Partners;
use vocabulary::{Caller, PartnerId, PersonName, Role, Roles};

/// Roles that act for anybody of their partner. Everybody else acts for themselves alone.
const FOR_OTHERS: Roles =
    Roles::of(&[Role::Scheduler, Role::ProgrammeManager, Role::LearnerSupport, Role::Service]);

/// Whether the caller may book for, or act as, this person.
pub fn acts_for(caller: &Caller, person: &PersonName) -> bool {
    *person == caller.person || (*person.partner() == caller.partner && caller.roles.meets(FOR_OTHERS))
}

/// Whether the caller may see this booking: their partner booked it or hosts it, and they act for others or are
/// its attendee.
pub fn may_see(caller: &Caller, booking: &Booking) -> bool {
    booking.is_party(&caller.partner)
        && (caller.roles.meets(SEES_ALL) || booking.attendee.person == caller.person)
}

/// Roles that see every booking of their partner.
const SEES_ALL: Roles = Roles::of(&[
    Role::Scheduler,
    Role::ProgrammeManager,
    Role::LearnerSupport,
    Role::Service,
    Role::WorkforceAnalyst,
    Role::DataProtectionOfficer,
]);

/// Whether the caller may give up or take up this seat.
pub fn may_change(caller: &Caller, booking: &Booking) -> bool {
    booking.is_party(&caller.partner)
        && (caller.roles.meets(FOR_OTHERS) || booking.attendee.person == caller.person)
}

/// # Errors
/// [`Refusal::NotTheHost`].
pub fn host_only(caller: &Caller, host: &PartnerId) -> Result<(), Refusal> {
    if caller.partner == *host { Ok(()) } else { Err(Refusal::NotTheHost) }
}

/// Seats are kept only for who can book them.
///
/// # Errors
/// [`Refusal::FencePartnerUnknown`].
pub fn known(partners: &Partners, fences: &[Fence]) -> Result<(), Refusal> {
    match fences.iter().enumerate().find(|(_, fence)| partners.get(&fence.partner).is_none()) {
        Some((i, fence)) => Err(Refusal::FencePartnerUnknown { fence: i, partner: fence.partner.clone() }),
        None => Ok(()),
    }
}

/// Whose bookings a caller may list: everybody's of their partner (`None`), or only their own.
pub fn only_own(caller: &Caller) -> Option<PersonName> {
    (!caller.roles.meets(SEES_ALL)).then(|| caller.person.clone())
}
