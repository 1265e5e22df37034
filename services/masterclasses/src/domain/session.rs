//! A session: when and where a masterclass meets, and how its seats are kept and counted.

use super::{Audience, BookingState, Refusal, SessionName};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vocabulary::{Instant, PartnerId, Revision};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    Scheduled,
    Cancelled,
    Delivered,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitlistPolicy {
    /// A freed seat is confirmed at once for the first in the queue who may have it.
    Promote,
    /// A freed seat is offered, and passes on when it is not taken up.
    Offer,
    None,
}

/// Seats kept for one partner's people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fence {
    pub partner: PartnerId,
    pub seats: u32,
}

/// What a scheduler decides about a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionPlan {
    pub start: Instant,
    pub end: Instant,
    /// An IANA name.
    pub time_zone: String,
    pub venue: String,
    pub online_url: String,
    pub capacity: u32,
    pub fences: Vec<Fence>,
    /// When what is left of the fences joins the common seats. Never, where it is not set.
    pub fence_release: Option<Instant>,
    pub booking_open: Option<Instant>,
    /// The start, where it is not set.
    pub booking_close: Option<Instant>,
    pub waitlist_policy: WaitlistPolicy,
    pub offer_hours: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub name: SessionName,
    pub revision: Revision,
    pub host: PartnerId,
    /// Of its masterclass. Empty means everybody.
    pub audiences: Vec<Audience>,
    pub plan: SessionPlan,
    pub state: SessionState,
    /// Seats confirmed or offered, in all and by partner. They live with the row that the lock protects.
    pub taken: u32,
    pub taken_by: BTreeMap<PartnerId, u32>,
    pub waiting: u32,
    /// When something falls due by the mere passing of time: an offer runs out, a fence is released.
    pub next_due: Option<Instant>,
    pub cancel_reason: String,
    pub created: Instant,
    pub updated: Instant,
}

/// The fields of a session that an update may set; `None` leaves one as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEdit {
    pub start: Option<Instant>,
    pub end: Option<Instant>,
    pub time_zone: Option<String>,
    pub venue: Option<String>,
    pub online_url: Option<String>,
    pub capacity: Option<u32>,
    pub fences: Option<Vec<Fence>>,
    pub fence_release: Option<Option<Instant>>,
    pub booking_open: Option<Option<Instant>>,
    pub booking_close: Option<Option<Instant>>,
    pub waitlist_policy: Option<WaitlistPolicy>,
    pub offer_hours: Option<u32>,
}

impl SessionPlan {
    /// # Errors
    /// The end does not follow the start, by no more than `hours_max`, or booking opens when it has closed.
    pub fn check_times(&self, hours_max: u32) -> Result<(), Refusal> {
        if self.end <= self.start {
            return Err(Refusal::times("session.end_time", "must be after start_time"));
        }
        if self.end - self.start > chrono::Duration::hours(hours_max.into()) {
            let why = format!("a session lasts at most {hours_max} hours");
            return Err(Refusal::times("session.end_time", why));
        }
        if self.booking_open.is_some_and(|open| open >= self.closes()) {
            let why = "must be before booking closes and the session starts";
            return Err(Refusal::times("session.booking_open_time", why));
        }
        Ok(())
    }

    /// # Errors
    /// The fences keep more seats than there are.
    pub fn check(&self) -> Result<(), Refusal> {
        let fenced = self.fences.iter().map(|fence| fence.seats).sum();
        if fenced > self.capacity {
            return Err(Refusal::FencesExceedCapacity { fenced, capacity: self.capacity });
        }
        Ok(())
    }

    /// When booking closes, and with it the making of offers.
    pub fn closes(&self) -> Instant {
        self.booking_close.map_or(self.start, |close| close.min(self.start))
    }

    pub fn edited(&self, edit: SessionEdit) -> Self {
        let old = self.clone();
        Self {
            start: edit.start.unwrap_or(old.start),
            end: edit.end.unwrap_or(old.end),
            time_zone: edit.time_zone.unwrap_or(old.time_zone),
            venue: edit.venue.unwrap_or(old.venue),
            online_url: edit.online_url.unwrap_or(old.online_url),
            capacity: edit.capacity.unwrap_or(old.capacity),
            fences: edit.fences.unwrap_or(old.fences),
            fence_release: edit.fence_release.unwrap_or(old.fence_release),
            booking_open: edit.booking_open.unwrap_or(old.booking_open),
            booking_close: edit.booking_close.unwrap_or(old.booking_close),
            waitlist_policy: edit.waitlist_policy.unwrap_or(old.waitlist_policy),
            offer_hours: edit.offer_hours.unwrap_or(old.offer_hours),
        }
    }

    fn fence_of(&self, partner: &PartnerId) -> u32 {
        self.fences.iter().find(|fence| fence.partner == *partner).map_or(0, |fence| fence.seats)
    }
}

impl Session {
    /// A session as it is scheduled: nobody is booked.
    pub fn scheduled(
        name: SessionName,
        host: PartnerId,
        audiences: Vec<Audience>,
        plan: SessionPlan,
        now: Instant,
    ) -> Self {
        Self {
            name,
            revision: Revision(0),
            host,
            audiences,
            plan,
            state: SessionState::Scheduled,
            taken: 0,
            taken_by: BTreeMap::new(),
            waiting: 0,
            next_due: None,
            cancel_reason: String::new(),
            created: now,
            updated: now,
        }
    }

    /// Whether somebody of `partner` could have a seat now, as far as counts go. A fence that has not been
    /// released keeps its seats from everybody else; its partner uses it up before the common seats.
    pub fn free_for(&self, partner: &PartnerId, now: Instant) -> bool {
        if self.taken >= self.plan.capacity {
            return false;
        }
        let released = self.plan.fence_release.is_some_and(|release| release <= now);
        if released || self.plan.fences.is_empty() {
            return true;
        }
        if self.taken_of(partner) < self.plan.fence_of(partner) {
            return true;
        }
        let fenced: u32 = self.plan.fences.iter().map(|fence| fence.seats).sum();
        let beyond = |(q, taken): (&PartnerId, &u32)| taken.saturating_sub(self.plan.fence_of(q));
        let common_taken: u32 = self.taken_by.iter().map(beyond).sum();
        common_taken < self.plan.capacity.saturating_sub(fenced)
    }

    /// Seats that nobody has, fenced or not.
    pub fn free(&self) -> u32 {
        self.plan.capacity.saturating_sub(self.taken)
    }

    /// Whether it takes more than the session to decide who sits next: those who wait, where a seat is free, and
    /// those who have an offer, where something has fallen due.
    pub fn needs_its_list(&self, now: Instant) -> bool {
        self.next_due.is_some_and(|due| due <= now) || (self.waiting > 0 && self.free() > 0)
    }

    fn taken_of(&self, partner: &PartnerId) -> u32 {
        self.taken_by.get(partner).copied().unwrap_or(0)
    }

    /// Counts a booking of `partner` that goes from one state to another.
    pub(super) fn recount(&mut self, partner: &PartnerId, from: Option<BookingState>, to: BookingState) {
        let held = from.is_some_and(BookingState::takes_seat);
        if held && !to.takes_seat() {
            self.taken = self.taken.saturating_sub(1);
            let left = self.taken_of(partner).saturating_sub(1);
            if left == 0 {
                self.taken_by.remove(partner)
            } else {
                self.taken_by.insert(partner.clone(), left)
            };
        } else if !held && to.takes_seat() {
            self.taken += 1;
            *self.taken_by.entry(partner.clone()).or_default() += 1;
        }
        if from == Some(BookingState::Waitlisted) && to != BookingState::Waitlisted {
            self.waiting = self.waiting.saturating_sub(1);
        } else if from != Some(BookingState::Waitlisted) && to == BookingState::Waitlisted {
            self.waiting += 1;
        }
    }

    /// # Errors
    /// It is cancelled or delivered.
    pub fn check_scheduled(&self) -> Result<(), Refusal> {
        match self.state {
            SessionState::Scheduled => Ok(()),
            SessionState::Cancelled => Err(Refusal::SessionCancelled),
            SessionState::Delivered => Err(Refusal::SessionDelivered),
        }
    }

    /// # Errors
    /// It is cancelled or delivered, or has started.
    pub fn check_to_come(&self, now: Instant) -> Result<(), Refusal> {
        self.check_scheduled()?;
        if self.plan.start <= now {
            Err(Refusal::SessionStarted { started: self.plan.start })
        } else {
            Ok(())
        }
    }

    /// Whether seats may be booked now.
    ///
    /// # Errors
    /// The session is cancelled or over, has started, or booking is not open.
    pub fn check_bookable(&self, now: Instant) -> Result<(), Refusal> {
        self.check_to_come(now)?;
        if let Some(opens) = self.plan.booking_open.filter(|opens| *opens > now) {
            return Err(Refusal::BookingNotOpen { opens });
        }
        if self.plan.closes() <= now {
            return Err(Refusal::BookingClosed { closed: self.plan.closes() });
        }
        Ok(())
    }

    /// Whether attendance may be recorded now.
    ///
    /// # Errors
    /// The session is cancelled or has not started.
    pub fn check_attendable(&self, now: Instant) -> Result<(), Refusal> {
        if self.state == SessionState::Cancelled {
            return Err(Refusal::SessionCancelled);
        }
        if self.plan.start > now {
            return Err(Refusal::SessionNotStarted { starts: self.plan.start });
        }
        Ok(())
    }
}
