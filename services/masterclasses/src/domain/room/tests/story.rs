//! A story of one session: what people do hour by hour, done in rooms that are opened as the booking desk opens
//! them, and done in the model. After every step the two must agree, and the invariants hold.

use super::model::{Hour, Model, PARTNERS, Said};
use crate::domain::{
    Attendee, Booking, BookingState, Fence, Room, SeatAsk, Session, SessionEdit, SessionPlan, WaitlistPolicy,
    room::{Elsewhere, Touch},
};
use ledger::Reason;
use std::collections::{BTreeMap, HashMap};
use vocabulary::{Instant, PartnerId, PersonName, Personal, ResourceId, from_micros};

#[derive(Clone, Debug)]
pub enum Step {
    Book { partner: usize, people: Vec<usize>, join: bool },
    Cancel(usize),
    Answer(usize, bool),
    Pass(Hour),
    Resize(usize),
    Fence([usize; PARTNERS], Option<Hour>),
    Close(Option<Hour>),
    Policy(WaitlistPolicy),
    CancelSession,
}

pub struct Story {
    pub model: Model,
    session: Session,
    /// In the order of making.
    bookings: Vec<Booking>,
    now: Hour,
    barging: bool,
}

fn at(hour: Hour) -> Instant {
    from_micros((1_000_000 + hour) * 3_600_000_000)
}

fn partner(n: usize) -> PartnerId {
    ["durham", "gateshead", "teesside"][n].parse().unwrap()
}

fn person(of: usize, n: usize) -> PersonName {
    PersonName::new(&partner(of), &format!("p{n}")).unwrap()
}

/// What has to be so, or the step that broke it.
pub type Checked = Result<(), String>;

fn ensure(good: bool, what: impl FnOnce() -> String) -> Checked {
    if good { Ok(()) } else { Err(what()) }
}

impl Story {
    pub fn new(capacity: usize, policy: WaitlistPolicy, barging: bool) -> Self {
        let (start, offer_hours) = (240, 24);
        let plan = SessionPlan {
            start: at(start),
            end: at(start + 2),
            time_zone: "Europe/London".into(),
            venue: String::new(),
            online_url: String::new(),
            capacity: u32::try_from(capacity).unwrap(),
            fences: vec![],
            fence_release: None,
            booking_open: None,
            booking_close: None,
            waitlist_policy: policy,
            offer_hours: 24,
        };
        let name = "masterclasses/m/sessions/s".parse().unwrap();
        let model = Model {
            entries: vec![],
            capacity,
            fences: [0; PARTNERS],
            release: None,
            start,
            close: None,
            policy,
            offer_hours,
            cancelled: false,
        };
        let session = Session::scheduled(name, partner(0), vec![], plan, at(0));
        Self { model, session, bookings: vec![], now: 0, barging }
    }

    pub fn run(&mut self, steps: &[Step]) -> Checked {
        steps
            .iter()
            .enumerate()
            .try_for_each(|(i, step)| self.step(step).map_err(|e| format!("step {i} {step:?}: {e}")))
    }

    fn step(&mut self, step: &Step) -> Checked {
        let (before, taken) = (self.bookings.len(), self.session.taken);
        self.nobody_barges(step)?;
        if let Step::Pass(hours) = step {
            self.now += hours;
            self.model.settle(self.now);
            // The sweeper opens a room only where something has fallen due.
            if self.session.next_due.is_some_and(|due| due <= at(self.now)) {
                self.visit(0, |_, _| Ok(()))?.map_err(|e| format!("the sweep was refused: {e}"))?;
            }
        } else {
            let said = self.act(step)?;
            let expected = self.expect(step);
            ensure(said == expected, || format!("was answered {said:?}, expected {expected:?}"))?;
        }
        if let Step::Book { people, .. } = step {
            let made = self.bookings.len() - before;
            ensure(made == 0 || made == people.len(), || format!("{made} of a group of {}", people.len()))?;
        }
        ensure(self.session.taken <= self.session.plan.capacity.max(taken), || {
            "more seats taken than there are".into()
        })?;
        self.agrees()?;
        self.holds()
    }

    /// Whoever books never gets a seat that somebody who waits could have had.
    fn nobody_barges(&self, step: &Step) -> Checked {
        let eligible =
            self.model.waiting().any(|w| self.model.may_sit(self.model.entries[w].partner, self.now));
        let books = matches!(step, Step::Book { .. });
        ensure(!(books && eligible && self.model.promotes(self.now)), || {
            "somebody who could sit is left waiting".into()
        })
    }

    fn expect(&mut self, step: &Step) -> Said {
        let (now, model) = (self.now, &mut self.model);
        model.settle(now);
        match step {
            Step::Book { partner, people, join } => model.book(*partner, people, *join, now),
            Step::Cancel(n) if !model.entries.is_empty() => model.cancel(n % model.entries.len(), now),
            Step::Answer(n, accept) if !model.entries.is_empty() => {
                model.answer(n % model.entries.len(), *accept, now)
            }
            Step::Resize(seats) => model.edit(|model| model.capacity = *seats, now),
            Step::Fence(fences, release) => model.edit(
                |model| {
                    model.fences = *fences;
                    model.release = *release;
                },
                now,
            ),
            Step::Close(close) => model.edit(|model| model.close = *close, now),
            Step::Policy(policy) => model.edit(|model| model.policy = *policy, now),
            Step::CancelSession => model.cancel_session(now),
            Step::Cancel(_) | Step::Answer(..) | Step::Pass(_) => Ok(()),
        }
    }

    fn act(&mut self, step: &Step) -> Result<Said, String> {
        let (now, known) = (at(self.now), self.bookings.clone());
        let pick = |n: &usize| known.get(n % known.len().max(1)).cloned();
        let edit = |edit: SessionEdit| move |room: &mut Room, now| room.edit(edit, 24, now);
        match step {
            Step::Book { partner: of, people, join } => {
                let (seats, elsewhere) = (asks(*of, people), self.elsewhere());
                let (mut n, by) = (known.len(), partner(*of));
                let mut ids = move || {
                    n += 1;
                    id(n)
                };
                self.visit(0, move |room, now| {
                    room.seat(&seats, *join, &by, &elsewhere, &mut ids, now).map(drop)
                })
            }
            Step::Cancel(n) | Step::Answer(n, _) if pick(n).is_none() => Ok(Ok(())),
            Step::Cancel(n) => {
                let booking = pick(n).unwrap();
                self.visit(1, move |room, now| room.cancel(booking, "ill", now).map(drop))
            }
            Step::Answer(n, accept) => {
                let booking = pick(n).unwrap();
                self.visit(1, move |room, now| room.answer(booking, *accept, now).map(drop))
            }
            Step::Resize(seats) => {
                let capacity = Some(u32::try_from(*seats).unwrap());
                self.visit(u32::MAX, edit(SessionEdit { capacity, ..Default::default() }))
            }
            Step::Fence(fences, release) => {
                let kept = fences.iter().enumerate().filter(|(_, seats)| **seats > 0);
                let kept = kept
                    .map(|(q, seats)| Fence { partner: partner(q), seats: u32::try_from(*seats).unwrap() });
                let (fences, fence_release) = (Some(kept.collect()), Some(release.map(at)));
                self.visit(u32::MAX, edit(SessionEdit { fences, fence_release, ..Default::default() }))
            }
            Step::Close(close) => {
                let booking_close = Some(close.map(at));
                self.visit(u32::MAX, edit(SessionEdit { booking_close, ..Default::default() }))
            }
            Step::Policy(policy) => {
                let waitlist_policy = Some(*policy);
                self.visit(u32::MAX, edit(SessionEdit { waitlist_policy, ..Default::default() }))
            }
            Step::CancelSession => {
                // As the action does it: every live booking is in the room, those with seats too.
                let live = known.into_iter().filter(|b| b.state.is_live()).collect();
                let mut room = Room::open(self.session.clone(), live, vec![]);
                let said = room.cancel_session("snow", now);
                self.keep(room)?;
                Ok(said.map_err(|refusal| refusal.reason()))
            }
            Step::Pass(_) => Ok(Ok(())),
        }
    }

    /// Opens a room as the desk does – those with an offer only where something is due, of each partner's waiting
    /// people no more than may be needed – settles it, does something in it, and writes down what was touched.
    fn visit(
        &mut self,
        leaving: u32,
        act: impl FnOnce(&mut Room, Instant) -> Result<(), crate::domain::Refusal>,
    ) -> Result<Said, String> {
        let now = at(self.now);
        let whole = leaving == u32::MAX;
        let due = whole || self.session.next_due.is_some_and(|due| due <= now);
        let offered: Vec<Booking> = self.in_state(BookingState::Offered).filter(|_| due).cloned().collect();
        let depth = if whole {
            usize::MAX
        } else {
            usize::try_from(self.session.free() + leaving).unwrap() + offered.len()
        };
        let mut seen: HashMap<PartnerId, usize> = HashMap::new();
        let first = |booking: &&Booking| {
            let n = seen.entry(booking.partner.clone()).or_default();
            *n += 1;
            *n <= depth
        };
        let waiting: Vec<Booking> = self.in_state(BookingState::Waitlisted).filter(first).cloned().collect();
        let mut room = Room::open(self.session.clone(), waiting, offered);
        if self.barging {
            room = room.plant_barging();
        }
        room.settle(now);
        let said = act(&mut room, now);
        self.keep(room)?;
        Ok(said.map_err(|refusal| refusal.reason()))
    }

    fn in_state(&self, state: BookingState) -> impl Iterator<Item = &Booking> {
        self.bookings.iter().filter(move |booking| booking.state == state)
    }

    fn keep(&mut self, room: Room) -> Checked {
        for (id, Touch { booking, new, .. }) in room.touched {
            let known = self.bookings.iter_mut().find(|known| known.name.id == id);
            ensure(known.is_some() != new, || format!("{id} is marked as new: {new}"))?;
            match known {
                Some(known) => *known = booking,
                None => self.bookings.push(booking),
            }
        }
        self.session = room.session;
        Ok(())
    }

    fn elsewhere(&self) -> Vec<Elsewhere> {
        let one = |booking: &Booking| Elsewhere {
            booking: booking.name.id.clone(),
            person: booking.attendee.person.clone(),
            session: self.session.name.clone(),
            state: booking.state,
            start: self.session.plan.start,
            end: self.session.plan.end,
        };
        self.bookings.iter().map(one).collect()
    }

    /// The rooms and the model hold the same bookings in the same states.
    fn agrees(&self) -> Checked {
        let mine: Vec<_> = self.bookings.iter().map(|b| (b.attendee.person.clone(), b.state)).collect();
        let theirs: Vec<_> =
            self.model.entries.iter().map(|e| (person(e.partner, e.person), e.state)).collect();
        let states =
            |all: &[(PersonName, BookingState)]| all.iter().map(|(_, state)| *state).collect::<Vec<_>>();
        ensure(mine == theirs, || {
            format!("{:?} in the room, {:?} in the model", states(&mine), states(&theirs))
        })
    }

    fn holds(&self) -> Checked {
        let mut by_partner: BTreeMap<PartnerId, u32> = BTreeMap::new();
        for booking in self.bookings.iter().filter(|b| b.state.takes_seat()) {
            *by_partner.entry(booking.partner.clone()).or_default() += 1;
        }
        let (taken, waiting) =
            (by_partner.values().sum::<u32>(), self.in_state(BookingState::Waitlisted).count());
        ensure(self.session.taken == taken, || {
            format!("{} counted as taken, {taken} are", self.session.taken)
        })?;
        ensure(self.session.taken_by == by_partner, || "the counts by partner are off".into())?;
        ensure(self.session.waiting as usize == waiting, || {
            format!("{} counted as waiting", self.session.waiting)
        })?;
        let offers = self.in_state(BookingState::Offered).filter_map(|booking| booking.offer_expires);
        let release = self.session.plan.fence_release.filter(|r| waiting > 0 && *r > at(self.now));
        if let Some(needed) = offers.chain(release).min().filter(|_| self.session.check_scheduled().is_ok()) {
            ensure(self.session.next_due.is_some_and(|due| due <= needed), || {
                "it would be looked at too late".into()
            })?;
        }
        let eligible =
            self.model.waiting().any(|w| self.model.may_sit(self.model.entries[w].partner, self.now));
        ensure(!(eligible && self.model.promotes(self.now)), || {
            "a seat is free for somebody who waits".into()
        })
    }
}

/// Ids rise in the order of making.
fn id(n: usize) -> ResourceId {
    format!("b{n:06}").parse().unwrap()
}

fn asks(of: usize, people: &[usize]) -> Vec<SeatAsk> {
    let ask = |n: &usize| SeatAsk {
        attendee: Attendee {
            person: person(of, *n),
            display_name: Personal::default(),
            email: Personal::default(),
            social_work_england_number: Personal::default(),
        },
        audience: None,
        access_needs: Personal::default(),
        allow_overlap: false,
    };
    people.iter().map(ask).collect()
}
