//! The rules of a room once more, as slowly and plainly as they can be put: no counters, everything counted anew.

use crate::domain::{BookingState, WaitlistPolicy};

/// Hours since the story began.
pub type Hour = i64;
pub const PARTNERS: usize = 3;

#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub partner: usize,
    pub person: usize,
    pub state: BookingState,
    /// When an offer runs out, or did.
    pub expires: Option<Hour>,
}

#[derive(Clone, Debug)]
pub struct Model {
    /// In the order of making, which is the order of joining the queue too.
    pub entries: Vec<Entry>,
    pub capacity: usize,
    pub fences: [usize; PARTNERS],
    pub release: Option<Hour>,
    pub start: Hour,
    pub close: Option<Hour>,
    pub policy: WaitlistPolicy,
    pub offer_hours: Hour,
    pub cancelled: bool,
}

pub type Said = Result<(), &'static str>;

impl Model {
    pub fn used(&self, partner: usize) -> usize {
        self.entries.iter().filter(|e| e.partner == partner && e.state.takes_seat()).count()
    }

    pub fn taken(&self) -> usize {
        (0..PARTNERS).map(|partner| self.used(partner)).sum()
    }

    pub fn waiting(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.entries.len()).filter(|at| self.entries[*at].state == BookingState::Waitlisted)
    }

    /// A seat is free, and it is either kept for the partner or kept for nobody: each partner is owed the larger
    /// of what it has and what its fence keeps.
    pub fn may_sit(&self, partner: usize, now: Hour) -> bool {
        let kept =
            if self.release.is_some_and(|release| release <= now) { [0; PARTNERS] } else { self.fences };
        let owed: usize = (0..PARTNERS).map(|q| self.used(q).max(kept[q])).sum();
        self.taken() < self.capacity && (self.used(partner) < kept[partner] || owed < self.capacity)
    }

    pub fn closes(&self) -> Hour {
        self.close.map_or(self.start, |close| close.min(self.start))
    }

    /// Whether a freed seat still goes to the list.
    pub fn promotes(&self, now: Hour) -> bool {
        let until = if self.policy == WaitlistPolicy::Offer { self.closes() } else { self.start };
        !self.cancelled && now < until
    }

    /// Who has waited longest of those who may sit.
    fn next(&self, now: Hour) -> Option<usize> {
        self.waiting().find(|at| self.promotes(now) && self.may_sit(self.entries[*at].partner, now))
    }

    pub fn settle(&mut self, now: Hour) {
        for entry in &mut self.entries {
            if entry.state == BookingState::Offered && entry.expires.is_some_and(|expires| expires <= now) {
                entry.state = BookingState::Lapsed;
            }
        }
        while let Some(next) = self.next(now) {
            let offer = self.policy == WaitlistPolicy::Offer;
            let expires = (now + self.offer_hours).min(self.closes());
            let entry = &mut self.entries[next];
            entry.state = if offer { BookingState::Offered } else { BookingState::Confirmed };
            entry.expires = if offer { Some(expires) } else { entry.expires };
        }
    }

    pub fn book(&mut self, partner: usize, people: &[usize], join: bool, now: Hour) -> Said {
        let open = match () {
            () if self.cancelled => Err("SESSION_CANCELLED"),
            () if self.start <= now => Err("SESSION_STARTED"),
            () if self.closes() <= now => Err("BOOKING_CLOSED"),
            () => Ok(()),
        };
        open?;
        let live = |e: &Entry| e.partner == partner && people.contains(&e.person) && e.state.is_live();
        if self.entries.iter().any(live) {
            return Err("ALREADY_BOOKED");
        }
        let before = self.entries.clone();
        let made = |person: &usize, state| Entry { partner, person: *person, state, expires: None };
        for person in people {
            if !self.may_sit(partner, now) {
                self.entries = before;
                if !join || self.policy == WaitlistPolicy::None {
                    return Err("SESSION_FULL");
                }
                self.entries.extend(people.iter().map(|person| made(person, BookingState::Waitlisted)));
                break;
            }
            self.entries.push(made(person, BookingState::Confirmed));
        }
        self.settle(now);
        Ok(())
    }

    pub fn cancel(&mut self, at: usize, now: Hour) -> Said {
        if !self.entries[at].state.is_live() {
            return Err("BOOKING_NOT_LIVE");
        }
        if self.start <= now {
            return Err("SESSION_STARTED");
        }
        self.entries[at].state = BookingState::Cancelled;
        self.settle(now);
        Ok(())
    }

    pub fn answer(&mut self, at: usize, accept: bool, now: Hour) -> Said {
        if self.cancelled {
            return Err("SESSION_CANCELLED");
        }
        let entry = &mut self.entries[at];
        match entry.state {
            BookingState::Offered => {}
            BookingState::Lapsed if entry.expires.is_some_and(|expires| expires <= now) => {
                return Err("OFFER_EXPIRED");
            }
            _ => return Err("NO_OFFER"),
        }
        entry.state = if accept { BookingState::Confirmed } else { BookingState::Lapsed };
        self.settle(now);
        Ok(())
    }

    /// Changes the plan, unless it is too late or the fences would keep more than there is.
    pub fn edit(&mut self, change: impl Fn(&mut Self), now: Hour) -> Said {
        if self.cancelled {
            return Err("SESSION_CANCELLED");
        }
        if self.start <= now {
            return Err("SESSION_STARTED");
        }
        let mut changed = self.clone();
        change(&mut changed);
        if changed.fences.iter().sum::<usize>() > changed.capacity {
            return Err("FENCES_EXCEED_CAPACITY");
        }
        let closes = changed.closes();
        for entry in changed.entries.iter_mut().filter(|e| e.state == BookingState::Offered) {
            entry.expires = entry.expires.map(|expires| expires.min(closes));
        }
        *self = changed;
        self.settle(now);
        Ok(())
    }

    pub fn cancel_session(&mut self, now: Hour) -> Said {
        self.edit(|model| model.cancelled = true, now)?;
        let live = self.entries.iter_mut().filter(|entry| entry.state.is_live());
        live.for_each(|entry| entry.state = BookingState::Cancelled);
        Ok(())
    }
}
