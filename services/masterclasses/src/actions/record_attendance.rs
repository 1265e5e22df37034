//! RecordAttendance.

use super::permit;
use crate::{
    Masterclasses,
    changes::{booking_change, session_change},
    domain::{Booking, BookingName, Refusal, Session, SessionName, SessionState},
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, Caller, RequestId};

#[derive(Clone, Debug, Serialize)]
pub struct RecordAttendance {
    pub session: SessionName,
    /// Each booking, and whether its attendee came.
    pub attendances: Vec<(BookingName, bool)>,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Masterclasses {
    /// Records who came, all or none. The first record also says that the session took place.
    ///
    /// # Errors
    /// An absent session or booking; another host's; a session that has not started or is cancelled; a booking that
    /// holds no seat.
    #[tracing::instrument(skip_all)]
    pub async fn record_attendance(
        &self,
        call: &Call,
        ask: RecordAttendance,
    ) -> Result<Done<Vec<Booking>>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.session)?;
        let work = self.ledger.write(write, (ask, call.caller.clone()), |unit, (ask, caller)| {
            Box::pin(record(unit, ask, caller))
        });
        answered(work.await?)
    }
}

async fn record(
    unit: &mut Unit,
    ask: RecordAttendance,
    caller: Caller,
) -> Result<Result<Vec<Booking>, Refusal>, Fault> {
    let Some(mut session) = store::sessions::lock(unit.tx(), &[ask.session.key()]).await?.pop() else {
        return Ok(Err(Refusal::not_found(&ask.session)));
    };
    let allowed = permit::host_only(&caller, &session.host);
    if let Err(refusal) = allowed.and_then(|()| session.check_attendable(unit.now())) {
        return Ok(Err(refusal));
    }
    let ids: Vec<String> = ask.attendances.iter().map(|(name, _)| name.id.to_string()).collect();
    let found = store::bookings::lock(unit.tx(), &ask.session, &ids).await?;
    let mut marked = match mark(&ask, found, unit) {
        Ok(marked) => marked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let delivered = deliver(&mut session, unit);
    let mut changes: Vec<_> =
        marked.iter().map(|b| booking_change(b, caller.partner.clone(), ChangeKind::Updated)).collect();
    if delivered {
        changes.push(session_change(&session, caller.partner.clone(), ChangeKind::Updated));
    }
    let revisions = unit.revise(changes).await?;
    marked.iter_mut().zip(&revisions).for_each(|(booking, revision)| booking.revision = *revision);
    if let (true, Some(last)) = (delivered, revisions.last()) {
        session.revision = *last;
        store::sessions::save(unit.tx(), &[&session]).await?;
    }
    store::bookings::save(unit.tx(), &marked.iter().collect::<Vec<_>>()).await?;
    Ok(Ok(marked.iter().map(Booking::without_needs).collect()))
}

/// Each booking marked, in the order asked.
fn mark(ask: &RecordAttendance, found: Vec<Booking>, unit: &Unit) -> Result<Vec<Booking>, Refusal> {
    let each = ask.attendances.iter().enumerate();
    each.map(|(item, (name, attended))| {
        if name.session != ask.session {
            return Err(Refusal::AttendanceElsewhere { item });
        }
        let found = found.iter().find(|booking| booking.name == *name);
        let mut booking = found.cloned().ok_or_else(|| Refusal::not_found(name))?;
        booking.attend(item, *attended, unit.now())?;
        Ok(booking)
    })
    .collect()
}

fn deliver(session: &mut Session, unit: &Unit) -> bool {
    let first = session.state == SessionState::Scheduled;
    if first {
        session.state = SessionState::Delivered;
        session.updated = unit.now();
        session.next_due = None;
    }
    first
}
