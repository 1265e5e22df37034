//! A room: one session with those of its bookings that a decision needs. Here it is decided who sits, who
//! waits and who is next. Whoever calls holds the session's lock and writes down what was touched.

use super::{
    Booking, BookingName, BookingState, Masterclass, Refusal, SeatAsk, Session, SessionEdit, SessionState,
    WaitlistPolicy,
};
use std::collections::BTreeMap;
use vocabulary::{Instant, PartnerId, PersonName, ResourceId, Revision};

/// Bookings that a decision changed, by id. Ids rise in the order of making, so
/// that new bookings stand in the order in which they were made.
pub type Touched = BTreeMap<ResourceId, Touch>;

/// A booking as a decision left it.
#[derive(Clone, Debug)]
pub struct Touch {
    pub booking: Booking,
    pub new: bool,
    /// The partner on whose behalf it was last touched.
    pub actor: PartnerId,
}

/// What a person is already booked on.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    pub booking: ResourceId,
    pub person: PersonName,
    pub session: super::SessionName,
    pub state: BookingState,
    pub start: Instant,
    pub end: Instant,
}

#[derive(Debug)]
pub struct Room {
    pub session: Session,
    /// Those who wait, in the order in which they joined: at least as many of each partner as seats may become
    /// free while the room is open.
    pub waiting: Vec<Booking>,
    /// Those who have an offer, if one has fallen due or is to be answered.
    pub offered: Vec<Booking>,
    /// What changed, and was not there before.
    pub touched: Touched,
    /// On whose behalf whatever happens next is done: the host's, until somebody asks.
    pub actor: PartnerId,
    /// How the session was when the room was opened, to see whether it changed.
    before: Session,
    barging: bool,
}

impl Room {
    pub fn open(session: Session, waiting: Vec<Booking>, offered: Vec<Booking>) -> Self {
        let before = session.clone();
        let actor = session.host.clone();
        Self { session, waiting, offered, touched: Touched::new(), actor, before, barging: false }
    }

    /// Builds in the fault of letting a newcomer have a freed seat before the list is served, for the test that
    /// must catch it.
    pub fn plant_barging(mut self) -> Self {
        self.barging = true;
        self
    }

    pub fn session_changed(&self) -> bool {
        self.session != self.before
    }

    /// What has become due by now: offers that ran out lapse, and whoever waits is served.
    pub fn settle(&mut self, now: Instant) {
        if self.session.next_due.is_some_and(|due| due <= now) {
            self.lapse(now);
        }
        self.promote_unless_planted(now);
        self.note_due(now);
    }

    fn lapse(&mut self, now: Instant) {
        let ran_out = |booking: &Booking| booking.offer_expires.is_some_and(|expires| expires <= now);
        let (due, kept) = std::mem::take(&mut self.offered).into_iter().partition::<Vec<_>, _>(ran_out);
        self.offered = kept;
        for booking in due {
            self.turn(booking, BookingState::Lapsed, now);
        }
    }

    /// Gives free seats to those who have waited longest and may have them. Whoever cannot (another partner's
    /// fence) is passed over and keeps the place.
    fn promote(&mut self, now: Instant) {
        let (plan, offers) = (&self.session.plan, self.session.plan.waitlist_policy == WaitlistPolicy::Offer);
        let until = if offers { plan.closes() } else { plan.start };
        if self.session.state != SessionState::Scheduled || until <= now || self.waiting.is_empty() {
            return;
        }
        let expires = now + chrono::Duration::hours(i64::from(plan.offer_hours));
        let expires = expires.min(plan.closes());
        let mut still = Vec::with_capacity(self.waiting.len());
        for mut booking in std::mem::take(&mut self.waiting) {
            if !self.session.free_for(&booking.partner, now) {
                still.push(booking);
            } else if offers {
                booking.offer_expires = Some(expires);
                self.turn(booking, BookingState::Offered, now);
            } else {
                self.turn(booking, BookingState::Confirmed, now);
            }
        }
        self.waiting = still;
    }

    /// Moves a booking to another state, counts it, and notes it down.
    fn turn(&mut self, mut booking: Booking, state: BookingState, now: Instant) {
        let new = self.touched.get(&booking.name.id).is_some_and(|touch| touch.new);
        self.session.recount(&booking.partner, Some(booking.state), state);
        booking.enter(state, now);
        if state == BookingState::Offered {
            self.offered.push(booking.clone());
        }
        self.session.updated = now;
        self.touch(booking, new);
    }

    fn touch(&mut self, booking: Booking, new: bool) {
        let actor = self.actor.clone();
        self.touched.insert(booking.name.id.clone(), Touch { booking, new, actor });
    }

    /// Seats each attendee, all or none. Where seats are short and `join` is set, all of them wait, in the order
    /// given, and are then served as the list is.
    ///
    /// `elsewhere` is what the attendees are booked on; `ids` names the bookings to be.
    ///
    /// # Errors
    /// Any refusal that booking has: see the contract.
    pub fn seat(
        &mut self,
        seats: &[SeatAsk],
        join: bool,
        partner: &PartnerId,
        elsewhere: &[Elsewhere],
        ids: &mut dyn FnMut() -> ResourceId,
        now: Instant,
    ) -> Result<Vec<ResourceId>, Refusal> {
        self.session.check_bookable(now)?;
        for (i, seat) in seats.iter().enumerate() {
            self.check_attendee(i, seat, elsewhere)?;
        }
        let state = if self.all_fit(seats.len(), partner, now) {
            BookingState::Confirmed
        } else if join && self.session.plan.waitlist_policy != WaitlistPolicy::None {
            BookingState::Waitlisted
        } else {
            return Err(Refusal::SessionFull {
                taken: self.session.taken,
                capacity: self.session.plan.capacity,
            });
        };
        let made = seats.iter().map(|seat| self.admit(seat, partner, state, ids(), now)).collect();
        self.promote(now);
        self.note_due(now);
        Ok(made)
    }

    fn check_attendee(&self, i: usize, seat: &SeatAsk, elsewhere: &[Elsewhere]) -> Result<(), Refusal> {
        if !Masterclass::admits(&self.session.audiences, seat.audience) {
            return Err(Refusal::AudienceNotAdmitted { seat: i });
        }
        let person = &seat.attendee.person;
        let here = |other: &&Elsewhere| other.session == self.session.name;
        let theirs = || elsewhere.iter().filter(|other| other.person == *person && other.state.is_live());
        if theirs().any(|other| here(&other)) {
            return Err(Refusal::AlreadyBooked { seat: i });
        }
        let plan = &self.session.plan;
        let clash = theirs()
            .filter(|other| matches!(other.state, BookingState::Confirmed | BookingState::Offered))
            .find(|other| other.start < plan.end && plan.start < other.end);
        match clash {
            Some(other) if !seat.allow_overlap => {
                Err(Refusal::OverlappingBooking { seat: i, session: other.session.clone() })
            }
            _ => Ok(()),
        }
    }

    /// Whether as many of one partner's people can all be seated now. Nobody who waits could be: the room is
    /// settled first.
    fn all_fit(&self, seats: usize, partner: &PartnerId, now: Instant) -> bool {
        if seats == 1 {
            return self.session.free_for(partner, now);
        }
        let mut trial = self.session.clone();
        (0..seats).all(|_| {
            let fits = trial.free_for(partner, now);
            trial.recount(partner, None, BookingState::Confirmed);
            fits
        })
    }

    fn admit(
        &mut self,
        seat: &SeatAsk,
        partner: &PartnerId,
        state: BookingState,
        id: ResourceId,
        now: Instant,
    ) -> ResourceId {
        self.session.recount(partner, None, state);
        self.session.updated = now;
        let waits = state == BookingState::Waitlisted;
        let booking = Booking {
            name: BookingName { session: self.session.name.clone(), id: id.clone() },
            revision: Revision(0),
            attendee: seat.attendee.clone(),
            audience: seat.audience,
            partner: partner.clone(),
            host: self.session.host.clone(),
            state,
            joined_at: waits.then_some(Revision(0)),
            joined: waits.then_some(now),
            position: if waits { self.session.waiting } else { 0 },
            offer_expires: None,
            access_needs: seat.access_needs.clone(),
            feedback: None,
            cancel_reason: String::new(),
            created: now,
            updated: now,
        };
        self.touch(booking.clone(), true);
        if waits {
            self.waiting.push(booking);
        }
        id
    }

    /// Gives up a seat or a place in the queue; a freed seat goes to whoever is next.
    ///
    /// # Errors
    /// The booking is not live, or the session is over.
    pub fn cancel(&mut self, booking: Booking, reason: &str, now: Instant) -> Result<ResourceId, Refusal> {
        let mut booking = self.latest(booking);
        if !booking.state.is_live() {
            return Err(Refusal::BookingNotLive { state: booking.state });
        }
        if self.session.plan.start <= now {
            return Err(Refusal::SessionStarted { started: self.session.plan.start });
        }
        booking.cancel_reason = reason.into();
        self.leave(&booking);
        let id = booking.name.id.clone();
        self.turn(booking, BookingState::Cancelled, now);
        self.promote_unless_planted(now);
        self.note_due(now);
        Ok(id)
    }

    /// Takes up or turns down an offered seat.
    ///
    /// # Errors
    /// There is no offer, or it has run out.
    pub fn answer(&mut self, booking: Booking, accept: bool, now: Instant) -> Result<ResourceId, Refusal> {
        let booking = self.latest(booking);
        self.session.check_scheduled()?;
        let mut answered = booking.clone();
        answered.answer(accept, now)?;
        self.leave(&booking);
        let id = booking.name.id.clone();
        self.turn(booking, answered.state, now);
        self.promote(now);
        self.note_due(now);
        Ok(id)
    }

    /// Sets fields. More seats are given to the waiting list at once; fewer than are taken evict nobody. Everybody
    /// who has an offer must be in the room: no offer outlasts the close of booking.
    ///
    /// # Errors
    /// The session is over or has started; its fences keep more seats than it has; its times do not follow each
    /// other, or make it longer than `hours_max`.
    pub fn edit(&mut self, edit: SessionEdit, hours_max: u32, now: Instant) -> Result<(), Refusal> {
        self.session.check_to_come(now)?;
        if edit.start.is_some_and(|start| start <= now) {
            return Err(Refusal::times("session.start_time", "must be in the future"));
        }
        let plan = self.session.plan.edited(edit);
        plan.check_times(hours_max)?;
        plan.check()?;
        self.session.plan = plan;
        self.session.updated = now;
        self.shorten_offers();
        self.lapse(now);
        self.promote(now);
        self.note_due(now);
        Ok(())
    }

    fn shorten_offers(&mut self) {
        let closes = self.session.plan.closes();
        for mut booking in std::mem::take(&mut self.offered) {
            if booking.offer_expires.is_some_and(|expires| expires > closes) {
                booking.offer_expires = Some(closes);
                let new = self.touched.get(&booking.name.id).is_some_and(|touch| touch.new);
                self.touch(booking.clone(), new);
            }
            self.offered.push(booking);
        }
    }

    /// Cancels the session and every live booking, which must all be in the room.
    ///
    /// # Errors
    /// The session is cancelled or delivered already, or has started.
    pub fn cancel_session(&mut self, reason: &str, now: Instant) -> Result<(), Refusal> {
        self.session.check_to_come(now)?;
        self.session.state = SessionState::Cancelled;
        self.session.cancel_reason = reason.into();
        self.session.updated = now;
        self.session.next_due = None;
        let live = std::mem::take(&mut self.waiting).into_iter().chain(std::mem::take(&mut self.offered));
        for mut booking in live.collect::<Vec<_>>() {
            booking.cancel_reason = reason.into();
            self.turn(booking, BookingState::Cancelled, now);
        }
        Ok(())
    }

    /// A booking as this room last changed it.
    fn latest(&self, booking: Booking) -> Booking {
        self.touched.get(&booking.name.id).map_or(booking, |touch| touch.booking.clone())
    }

    fn leave(&mut self, booking: &Booking) {
        self.waiting.retain(|other| other.name.id != booking.name.id);
        self.offered.retain(|other| other.name.id != booking.name.id);
    }

    fn promote_unless_planted(&mut self, now: Instant) {
        if !self.barging {
            self.promote(now);
        }
    }

    /// Remembers when the room has to be looked at again although nobody asks: never later than it should be.
    fn note_due(&mut self, now: Instant) {
        let passed = |due: &Instant| *due > now;
        let offers = self.offered.iter().filter_map(|booking| booking.offer_expires);
        let release = self.session.plan.fence_release.filter(|_| self.session.waiting > 0);
        let known = self.session.next_due.filter(passed);
        self.session.next_due = offers.chain(release.filter(passed)).chain(known).min();
    }
}

#[cfg(test)]
mod tests;
