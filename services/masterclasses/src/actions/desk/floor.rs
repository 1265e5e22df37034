//! The rooms that a batch needs, open: what was read for them, what was decided in them, what is written back.

use super::{Answer, Ask, Want};
use crate::{
    Masterclasses,
    actions::{check_etag, permit},
    changes::{booking_change, session_change},
    domain::{Booking, BookingName, Refusal, Room, SeatAsk, Session, SessionName, room::Elsewhere},
    store::desk::{Found, Wanted},
};
use ledger::{ChangeKind, Head, Plant};
use std::collections::{BTreeMap, HashMap};
use vocabulary::{Instant, PartnerId, PersonName, ResourceId, Revision};

/// What an ask came to, before revisions are known.
pub(super) enum Decision {
    /// Answered before.
    Replayed(Answer),
    /// The key of the room, and the ids of the bookings asked for, in the ask's order.
    Made(String, Vec<ResourceId>),
    Refused(Refusal),
}

pub(super) struct Floor {
    rooms: BTreeMap<String, Room>,
    /// Bookings to be cancelled or answered, by id.
    targets: HashMap<ResourceId, Booking>,
    /// What people are booked on, kept up to date with what this batch books.
    elsewhere: HashMap<PersonName, Vec<Elsewhere>>,
}

impl Floor {
    /// Opens the rooms of what was found.
    pub fn open(found: Found, plant: Plant) -> Self {
        let mut floor = Self { rooms: BTreeMap::new(), targets: HashMap::new(), elsewhere: HashMap::new() };
        for booking in found.targets {
            floor.targets.insert(booking.name.id.clone(), booking);
        }
        for other in found.elsewhere {
            floor.elsewhere.entry(other.person.clone()).or_default().push(other);
        }
        let (mut waiting, mut offered) = (found.waiting, found.offered);
        for session in found.sessions {
            let key = session.name.key();
            let (waiting, offered) = (waiting.remove(&key), offered.remove(&key));
            let room = Room::open(session, waiting.unwrap_or_default(), offered.unwrap_or_default());
            floor.rooms.insert(key, if plant == Plant::Barging { room.plant_barging() } else { room });
        }
        floor
    }

    /// What has become due meanwhile comes before what anybody asks.
    pub fn settle(&mut self, now: Instant) {
        self.rooms.values_mut().for_each(|room| room.settle(now));
    }

    pub fn decide(&mut self, app: &Masterclasses, ask: &Ask, now: Instant) -> Decision {
        let key = ask.want.session().key();
        let made = match &ask.want {
            Want::Book { session, seats, join } => self.book(app, ask, session, seats, *join, now),
            Want::Cancel { booking, etag, reason } => self.target(ask, booking).and_then(|(room, found)| {
                check_etag(*etag, found.revision)?;
                Ok(vec![room.cancel(found, reason, now)?])
            }),
            Want::Answer { booking, accept } => self.target(ask, booking).and_then(|(room, found)| {
                // A host may cancel a seat, but not take one up for another partner's person.
                if !permit::acts_for(&ask.write.call.caller, &found.attendee.person) {
                    return Err(Refusal::not_found(booking));
                }
                Ok(vec![room.answer(found, *accept, now)?])
            }),
        };
        made.map_or_else(Decision::Refused, |ids| Decision::Made(key, ids))
    }

    fn book(
        &mut self,
        app: &Masterclasses,
        ask: &Ask,
        session: &SessionName,
        seats: &[SeatAsk],
        join: bool,
        now: Instant,
    ) -> Result<Vec<ResourceId>, Refusal> {
        let caller = &ask.write.call.caller;
        if app.plant == Plant::Panic
            && seats.iter().any(|seat| seat.attendee.person.as_str().ends_with("/panic"))
        {
            panic!("the planted bug");
        }
        if let Some(seat) = seats.iter().position(|seat| !permit::acts_for(caller, &seat.attendee.person)) {
            return Err(Refusal::PersonOfAnotherPartner { seat });
        }
        let elsewhere = self.elsewhere_now(seats);
        let room = self.rooms.get_mut(&session.key()).ok_or_else(|| Refusal::not_found(session))?;
        room.actor = caller.partner.clone();
        let ids = room.seat(seats, join, &caller.partner, &elsewhere, &mut || app.new_id(), now)?;
        let plan = &room.session.plan;
        for (seat, id) in seats.iter().zip(&ids) {
            let Some(touch) = room.touched.get(id) else { continue };
            self.elsewhere.entry(seat.attendee.person.clone()).or_default().push(Elsewhere {
                booking: id.clone(),
                person: seat.attendee.person.clone(),
                session: session.clone(),
                state: touch.booking.state,
                start: plan.start,
                end: plan.end,
            });
        }
        Ok(ids)
    }

    /// What these people are booked on, each booking in the state in which this batch has left it so far.
    fn elsewhere_now(&self, seats: &[SeatAsk]) -> Vec<Elsewhere> {
        let theirs = seats.iter().filter_map(|seat| self.elsewhere.get(&seat.attendee.person)).flatten();
        theirs
            .map(|other| {
                let room = self.rooms.get(&other.session.key());
                let touched = room.and_then(|room| room.touched.get(&other.booking));
                Elsewhere { state: touched.map_or(other.state, |touch| touch.booking.state), ..other.clone() }
            })
            .collect()
    }

    /// The booking that an ask is about, and its room; absent where the caller may not change it.
    fn target(&mut self, ask: &Ask, name: &BookingName) -> Result<(&mut Room, Booking), Refusal> {
        let caller = &ask.write.call.caller;
        let found = self
            .targets
            .get(&name.id)
            .filter(|found| found.name == *name && permit::may_change(caller, found))
            .cloned()
            .ok_or_else(|| Refusal::not_found(name))?;
        let room = self.rooms.get_mut(&name.session.key()).ok_or_else(|| Refusal::not_found(name))?;
        room.actor = caller.partner.clone();
        Ok((room, found))
    }

    /// How many changes there are.
    pub fn changes(&self) -> usize {
        self.rooms.values().map(|room| usize::from(room.session_changed()) + room.touched.len()).sum()
    }

    /// Gives each change its position.
    pub fn stamp(&mut self, head: &mut Head) {
        self.rooms.values_mut().for_each(|room| stamp(room, head));
    }

    /// The sessions that changed.
    pub fn sessions(&self) -> impl Iterator<Item = &Session> {
        self.rooms.values().filter(|room| room.session_changed()).map(|room| &room.session)
    }

    /// The bookings that were made or changed.
    pub fn bookings(&self) -> Vec<&Booking> {
        let touches = self.rooms.values().flat_map(|room| room.touched.values());
        touches.map(|touch| &touch.booking).collect()
    }

    /// The bookings that an ask made or changed, as the batch left them. Access needs are shown by GetBooking alone,
    /// and so are not kept in answers either.
    pub fn made(&self, room: &str, ids: &[ResourceId]) -> Vec<Booking> {
        let touched = self.rooms.get(room).map(|room| &room.touched);
        ids.iter().filter_map(|id| touched?.get(id)).map(|touch| touch.booking.without_needs()).collect()
    }
}

/// Gives each change of a room its revision; whoever joined the queue keeps theirs as their turn.
pub fn stamp(room: &mut Room, head: &mut Head) {
    for touch in room.touched.values_mut() {
        let kind = if touch.new { ChangeKind::Created } else { ChangeKind::Updated };
        let revision = head.add(booking_change(&touch.booking, touch.actor.clone(), kind));
        touch.booking.revision = revision;
        if touch.booking.joined_at == Some(Revision(0)) {
            touch.booking.joined_at = Some(revision);
        }
    }
    if room.session_changed() {
        let change = session_change(&room.session, room.actor.clone(), ChangeKind::Updated);
        room.session.revision = head.add(change);
    }
}

/// What has to be read to serve these.
pub fn wanted(asks: &[&Ask], settles: &[(SessionName, PartnerId)]) -> Wanted {
    let mut wanted = Wanted::default();
    for ask in asks {
        wanted.keys.extend(ask.key().map(|key| key.as_str().to_owned()));
        wanted.sessions.push(ask.want.session().key());
        wanted.partners.push(ask.write.call.caller.partner.to_string());
        match &ask.want {
            Want::Book { session, seats, .. } => {
                let people = || seats.iter().map(|seat| seat.attendee.person.to_string());
                wanted.people.extend(people());
                wanted.seats.extend(people().map(|person| (person, session.key())));
            }
            Want::Cancel { booking, .. } | Want::Answer { booking, .. } => {
                wanted.targets.push(booking.id.to_string());
            }
        }
    }
    wanted.sessions.extend(settles.iter().map(|(session, _)| session.key()));
    wanted.partners.extend(settles.iter().map(|(_, host)| host.to_string()));
    for list in [&mut wanted.sessions, &mut wanted.people, &mut wanted.targets, &mut wanted.partners] {
        list.sort_unstable();
        list.dedup();
    }
    wanted
}
