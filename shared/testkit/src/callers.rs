//! Callers, as if their tokens had been verified.

use std::time::Duration;
use vocabulary::{Call, Caller, Deadline, PartnerKind, PersonName, Role};

/// A caller of `partner` with these roles; `subject` is what the token would say of who they are.
///
/// # Panics
/// Where `partner` or `subject` could not stand in a name: the test is wrong.
pub fn caller(partner: &str, kind: PartnerKind, roles: &[Role], subject: &str) -> Caller {
    let partner = partner.parse().unwrap_or_else(|error| panic!("testkit: partner {partner:?}: {error}"));
    let person = PersonName::new(&partner, subject)
        .unwrap_or_else(|error| panic!("testkit: subject {subject:?}: {error}"));
    Caller { partner, kind, person, roles: roles.iter().copied().collect(), on_behalf_of: None }
}

/// A call that waits 30 s and knows of no revision.
pub fn call(caller: Caller, method: &'static str) -> Call {
    let deadline = Deadline::after(Duration::from_secs(30));
    Call { caller, method, deadline, min_revision: None, trace_id: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_has_the_roles_that_were_asked_for_and_no_other() {
        let scheduler = caller("durham", PartnerKind::Council, &[Role::Scheduler], "s-1");
        assert!(scheduler.has(Role::Scheduler) && !scheduler.has(Role::Auditor));
        assert_eq!(scheduler.person.as_str(), "partners/durham/people/s-1");
        let call = call(scheduler, "practicum.masterclasses.v1.BookingService/BookSeats");
        assert!(call.deadline.left() > Duration::from_secs(29));
    }
}
