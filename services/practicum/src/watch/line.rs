//! A change as a line to read.

use super::source::Subject;
use contracts::{
    common::v1::{Change, ChangeKind},
    masterclasses::v1::{Booking, booking},
    placements::v1::{Placement, placement},
};
use prost_types::Timestamp;

/// When, what happened, who did it, to what, and how that stands. It names nobody whom it is about.
pub fn line(change: &Change, subject: Option<&Subject>) -> String {
    let when = change.commit_time.as_ref().map_or_else(|| "                    ".into(), time);
    let kind = match change.kind() {
        ChangeKind::Created => "created",
        ChangeKind::Updated => "updated",
        ChangeKind::Removed => "removed",
        ChangeKind::Checkpoint => return format!("{when}  checkpoint {}", change.resume_token),
        ChangeKind::Unspecified => "changed",
    };
    let who = change.actor.trim_start_matches("partners/");
    let (name, stands) = subject.map(|it| (it.name.as_str(), it.stands.as_str())).unwrap_or_default();
    format!("{when}  {kind}  {who:<11}  {name}  {stands}").trim_end().to_owned()
}

pub fn booking(booking: &Booking) -> Subject {
    Subject { name: short(&booking.name), stands: seat(booking) }
}

/// A student's university and the offer belong to it.
pub fn placement(placement: &Placement) -> Subject {
    let (name, state) = (short(&placement.name), stage(placement));
    let university = placement.placement_need.split('/').nth(1).unwrap_or_default();
    let offer = short(&placement.placement_offer);
    let whose = if offer.is_empty() { String::new() } else { format!(", {university} at {offer}") };
    Subject { name, stands: format!("{state}{whose}") }
}

/// The name without the words that every such name has.
fn short(name: &str) -> String {
    let parts: Vec<_> = name.split('/').skip(1).step_by(2).collect();
    parts.join("/")
}

fn seat(booking: &Booking) -> String {
    use booking::State;
    match booking.state() {
        State::Unspecified => String::new(),
        State::Confirmed => "has a seat".into(),
        State::Waitlisted => format!("waits, number {} in the queue", booking.waitlist_position),
        State::Offered => {
            let until = booking.offer_expire_time.as_ref().map(time).unwrap_or_default();
            format!("is offered a seat until {until}")
        }
        State::Cancelled => "is cancelled".into(),
        State::Lapsed => "let the offer lapse".into(),
        State::Attended => "came".into(),
        State::Absent => "did not come".into(),
    }
}

fn stage(placement: &Placement) -> &'static str {
    use placement::State;
    match placement.state() {
        State::Unspecified => "",
        State::Proposed => "is proposed",
        State::Accepted => "is accepted",
        State::Confirmed => "is confirmed",
        State::InProgress => "is in progress",
        State::Suspended => "is suspended",
        State::Recommended => "is recommended",
        State::Passed => "is passed",
        State::Failed => "is failed",
        State::Declined => "is declined",
        State::Expired => "has run out",
        State::Withdrawn => "is withdrawn",
        State::Terminated => "is terminated",
    }
}

fn time(time: &Timestamp) -> String {
    let instant = chrono::DateTime::from_timestamp(time.seconds, 0);
    instant.map(|instant| instant.format("%Y-%m-%d %H:%M:%SZ").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(kind: ChangeKind) -> Change {
        let commit_time = Some(Timestamp { seconds: 1_800_000_000, nanos: 5 });
        Change { resume_token: "t".into(), kind: kind.into(), commit_time, actor: "partners/durham".into() }
    }

    #[test]
    fn a_change_is_a_line_that_names_no_attendee() {
        let mut booking =
            Booking { name: "masterclasses/a/sessions/b/bookings/c".into(), ..Booking::default() };
        booking.set_state(booking::State::Waitlisted);
        booking.waitlist_position = 2;
        booking.attendee =
            Some(contracts::common::v1::Person { display_name: "Nobody Else".into(), ..Default::default() });
        assert_eq!(
            line(&change(ChangeKind::Created), Some(&super::booking(&booking))),
            "2027-01-15 08:00:00Z  created  durham       a/b/c  waits, number 2 in the queue"
        );
        let gone = Booking { name: booking.name.clone(), ..Booking::default() };
        let removed = line(&change(ChangeKind::Removed), Some(&super::booking(&gone)));
        assert_eq!(removed, "2027-01-15 08:00:00Z  removed  durham       a/b/c");
        assert_eq!(line(&change(ChangeKind::Checkpoint), None), "2027-01-15 08:00:00Z  checkpoint t");
    }

    #[test]
    fn a_placement_is_told_by_its_parties_and_names_no_student() {
        let mut placement = Placement {
            name: "placements/p1".into(),
            placement_need: "partners/teesside/placementNeeds/n1".into(),
            placement_offer: "partners/durham/placementOffers/north".into(),
            ..Placement::default()
        };
        placement.set_state(placement::State::InProgress);
        placement.student =
            Some(contracts::common::v1::Person { display_name: "Nobody Else".into(), ..Default::default() });
        assert_eq!(
            line(&change(ChangeKind::Updated), Some(&super::placement(&placement))),
            "2027-01-15 08:00:00Z  updated  durham       p1  is in progress, teesside at durham/north"
        );
    }
}
