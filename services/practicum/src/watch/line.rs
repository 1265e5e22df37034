//! A change as a line to read.

use contracts::{
    common::v1::{Change, ChangeKind},
    masterclasses::v1::{Booking, booking::State},
};
use prost_types::Timestamp;

/// When, what happened, who did it, to which booking, and how that stands. It names no attendee.
pub fn line(change: &Change, booking: Option<&Booking>) -> String {
    let when = change.commit_time.as_ref().map_or_else(|| "                    ".into(), time);
    let kind = match change.kind() {
        ChangeKind::Created => "created",
        ChangeKind::Updated => "updated",
        ChangeKind::Removed => "removed",
        ChangeKind::Checkpoint => return format!("{when}  checkpoint {}", change.resume_token),
        ChangeKind::Unspecified => "changed",
    };
    let who = change.actor.trim_start_matches("partners/");
    let (name, state) = booking.map(|booking| (short(&booking.name), state(booking))).unwrap_or_default();
    format!("{when}  {kind}  {who:<11}  {name}  {state}").trim_end().to_owned()
}

/// The name without the words that every booking's has.
fn short(name: &str) -> String {
    let parts: Vec<_> = name.split('/').skip(1).step_by(2).collect();
    parts.join("/")
}

fn state(booking: &Booking) -> String {
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
        booking.set_state(State::Waitlisted);
        booking.waitlist_position = 2;
        booking.attendee =
            Some(contracts::common::v1::Person { display_name: "Nobody Else".into(), ..Default::default() });
        assert_eq!(
            line(&change(ChangeKind::Created), Some(&booking)),
            "2027-01-15 08:00:00Z  created  durham       a/b/c  waits, number 2 in the queue"
        );
        let gone = Booking { name: booking.name.clone(), ..Booking::default() };
        let removed = line(&change(ChangeKind::Removed), Some(&gone));
        assert_eq!(removed, "2027-01-15 08:00:00Z  removed  durham       a/b/c");
        assert_eq!(line(&change(ChangeKind::Checkpoint), None), "2027-01-15 08:00:00Z  checkpoint t");
    }
}
