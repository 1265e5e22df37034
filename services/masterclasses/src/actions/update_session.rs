//! UpdateSession.

use super::{check_etag, desk::stamp, permit};
use crate::{
    Masterclasses,
    domain::{Booking, Refusal, Room, RuleBook, Session, SessionEdit, SessionName},
    error::{Error, answered},
    store,
};
use ledger::{Done, Fault, Unit, Write};
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};
use vocabulary::{Call, Caller, RequestId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct UpdateSession {
    pub name: SessionName,
    pub etag: Option<Revision>,
    pub edit: SessionEdit,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Masterclasses {
    /// Reschedules or resizes. More seats are given to the waiting list at once; fewer evict nobody.
    ///
    /// # Errors
    /// An absent session; another host's; a stale etag; a session that is over or has started; fences that keep too
    /// many seats, or keep them for nobody known; times that do not follow each other.
    #[tracing::instrument(skip_all)]
    pub async fn update_session(&self, call: &Call, ask: UpdateSession) -> Result<Done<Session>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.name)?;
        let known = permit::known(&self.partners, ask.edit.fences.as_deref().unwrap_or_default());
        let with = (ask, call.caller.clone(), self.rules.clone(), known);
        let work = self.ledger.write(write, with, |unit, (ask, caller, rules, known)| {
            Box::pin(update(unit, ask, caller, rules, known))
        });
        self.remember(answered(work.await?)?)
    }

    /// Refreshes the cache with a session that has just been written.
    pub(super) fn remember(&self, done: Done<Session>) -> Result<Done<Session>, Error> {
        self.sessions.put(&done.value.name.key(), done.value.revision, Arc::new(done.value.clone()));
        Ok(done)
    }
}

async fn update(
    unit: &mut Unit,
    ask: UpdateSession,
    caller: Caller,
    rules: Arc<RuleBook>,
    known: Result<(), Refusal>,
) -> Result<Result<Session, Refusal>, Fault> {
    let key = ask.name.key();
    let Some(session) = store::sessions::lock(unit.tx(), std::slice::from_ref(&key)).await?.pop() else {
        return Ok(Err(Refusal::not_found(&ask.name)));
    };
    let allowed = permit::host_only(&caller, &session.host);
    if let Err(refusal) = allowed.and_then(|()| check_etag(ask.etag, session.revision)).and(known) {
        return Ok(Err(refusal));
    }
    let capacity = ask.edit.capacity.unwrap_or(0).max(session.plan.capacity);
    let mut room = open(unit, session, capacity).await?;
    room.actor = caller.partner;
    room.settle(unit.now());
    let day = ask.edit.start.unwrap_or(room.session.plan.start);
    let hours_max = rules.on(day).map_or(u32::MAX, |rules| rules.session_hours_max);
    if let Err(refusal) = room.edit(ask.edit, hours_max, unit.now()) {
        return Ok(Err(refusal));
    }
    save(unit, &mut room).await?;
    Ok(Ok(room.session))
}

/// A room with everybody who has an offer, and of each partner's waiting people at least `depth`.
async fn open(unit: &Unit, session: Session, depth: u32) -> Result<Room, Fault> {
    let key = session.name.key();
    let depths = BTreeMap::from([(key.clone(), depth)]);
    let waiting = store::desk::waiting(unit.tx(), &depths).await?.remove(&key);
    let offered = store::desk::offered(unit.tx(), std::slice::from_ref(&key)).await?.remove(&key);
    Ok(Room::open(session, waiting.unwrap_or_default(), offered.unwrap_or_default()))
}

/// Draws positions for what changed in a room and writes it.
pub(super) async fn save(unit: &mut Unit, room: &mut Room) -> Result<(), Fault> {
    let n = room.touched.len() + usize::from(room.session_changed());
    let mut head = unit.draw(n).await?;
    stamp(room, &mut head);
    unit.drawn(head);
    let touched: Vec<&Booking> = room.touched.values().map(|touch| &touch.booking).collect();
    store::bookings::save(unit.tx(), &touched).await?;
    store::sessions::save(unit.tx(), &[&room.session]).await
}
