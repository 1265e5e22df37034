//! The rooms that a batch needs, open: what was read for them, what was decided in them, what is written back.

use super::{Answer, Ask, Want};
use crate::{
    Masterclasses,
    actions::{check_etag, permit},
    changes::{booking_change, session_change},
    domain::{Booking, BookingName, Refusal, Room, SeatAsk, Session, SessionName, room::Elsewhere},
    store,
};
use ledger::{ChangeKind, Fault, Head, Plant, Unit};
use std::collections::{BTreeMap, HashMap};
use vocabulary::{Instant, PersonName, ResourceId, Revision};

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

pub(super) struct Changed {
    pub sessions: Vec<Session>,
    /// The last position drawn.
    pub last: Revision,
}

impl Floor {
    /// Locks and reads, a few statements for all asks together.
    pub async fn open(
        app: &Masterclasses,
        unit: &Unit,
        asks: &[&Ask],
        settles: &[SessionName],
    ) -> Result<Self, Fault> {
        let mut floor = Self { rooms: BTreeMap::new(), targets: HashMap::new(), elsewhere: HashMap::new() };
        let (tx, now) = (unit.tx(), unit.now());
        let keys = keys(asks, settles);
        if keys.is_empty() {
            return Ok(floor);
        }
        let people = people(asks);
        store::desk::lock_people(tx, &people).await?;
        let sessions = match app.plant {
            Plant::UnlockedCapacity => store::sessions::by_keys(tx, &keys).await?,
            _ => store::sessions::lock(tx, &keys).await?,
        };
        let ids: Vec<String> = asks.iter().filter_map(|ask| target(&ask.want)).map(|id| id.to_string()).collect();
        for booking in store::bookings::by_ids(tx, &ids).await? {
            floor.targets.insert(booking.name.id.clone(), booking);
        }
        for other in store::desk::elsewhere(tx, &people).await? {
            floor.elsewhere.entry(other.person.clone()).or_default().push(other);
        }
        let is_due = |session: &&Session| session.next_due.is_some_and(|due| due <= now);
        let due: Vec<String> = sessions.iter().filter(is_due).map(|session| session.name.key()).collect();
        let mut offered = store::desk::offered(tx, &due).await?;
        let mut waiting = store::desk::waiting(tx, &depths(&sessions, asks, &offered)).await?;
        for session in sessions {
            let key = session.name.key();
            let (waiting, offered) = (waiting.remove(&key), offered.remove(&key));
            let room = Room::open(session, waiting.unwrap_or_default(), offered.unwrap_or_default());
            let room = if app.plant == Plant::Barging { room.plant_barging() } else { room };
            floor.rooms.insert(key, room);
        }
        Ok(floor)
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
            Want::Answer { booking, accept } => self
                .target(ask, booking)
                .and_then(|(room, found)| Ok(vec![room.answer(found, *accept, now)?])),
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

    /// Draws a position for each change, and writes bookings and sessions.
    pub async fn write(&mut self, unit: &mut Unit) -> Result<Changed, Fault> {
        let changes = |room: &Room| usize::from(room.session_changed()) + room.touched.len();
        let n: usize = self.rooms.values().map(changes).sum();
        if n == 0 {
            return Ok(Changed { sessions: vec![], last: Revision(0) });
        }
        let head = unit.draw(n).await?;
        for room in self.rooms.values_mut() {
            stamp(room, head);
        }
        let last = head.last();
        let changed = || self.rooms.values().filter(|room| room.session_changed());
        let sessions: Vec<&Session> = changed().map(|room| &room.session).collect();
        let touches = self.rooms.values().flat_map(|room| room.touched.values());
        let touched: Vec<&Booking> = touches.map(|touch| &touch.booking).collect();
        store::desk::save(unit.tx(), &sessions, &touched).await?;
        Ok(Changed { sessions: changed().map(|room| room.session.clone()).collect(), last })
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

fn keys(asks: &[&Ask], settles: &[SessionName]) -> Vec<String> {
    let mut keys: Vec<String> = asks.iter().map(|ask| ask.want.session().key()).collect();
    keys.extend(settles.iter().map(SessionName::key));
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn people<'a>(asks: &[&'a Ask]) -> Vec<&'a str> {
    let seats = asks.iter().filter_map(|ask| match &ask.want {
        Want::Book { seats, .. } => Some(seats),
        _ => None,
    });
    let mut people: Vec<&str> = seats.flatten().map(|seat| seat.attendee.person.as_str()).collect();
    people.sort_unstable();
    people.dedup();
    people
}

fn target(want: &Want) -> Option<&ResourceId> {
    match want {
        Want::Cancel { booking, .. } | Want::Answer { booking, .. } => Some(&booking.id),
        Want::Book { .. } => None,
    }
}

/// How many of each partner's waiting people a room may need: as many as seats may become free in it.
fn depths(
    sessions: &[Session],
    asks: &[&Ask],
    offered: &BTreeMap<String, Vec<Booking>>,
) -> BTreeMap<String, u32> {
    let waiting = sessions.iter().filter(|session| session.waiting > 0);
    waiting
        .filter_map(|session| {
            let key = session.name.key();
            let leaving = asks.iter().filter(|a| target(&a.want).is_some() && *a.want.session() == session.name);
            let lapsing = offered.get(&key).map_or(0, Vec::len);
            let depth = session.free() + u32::try_from(leaving.count() + lapsing).unwrap_or(u32::MAX / 2);
            (depth > 0).then_some((key, depth))
        })
        .collect()
}
