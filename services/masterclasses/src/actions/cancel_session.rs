//! CancelSession.

use super::{check_etag, permit, update_session::save};
use crate::{
    Masterclasses,
    domain::{Refusal, Room, Session, SessionName},
    error::{Error, answered},
    store,
};
use ledger::{Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, Caller, RequestId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct CancelSession {
    pub name: SessionName,
    pub etag: Option<Revision>,
    pub reason: String,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Masterclasses {
    /// Cancels the session and every live booking on it.
    ///
    /// # Errors
    /// An absent session; another host's; a stale etag; a session that is over or has started.
    #[tracing::instrument(skip_all)]
    pub async fn cancel_session(&self, call: &Call, ask: CancelSession) -> Result<Done<Session>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.name)?;
        let work = self.ledger.write(write, (ask, call.caller.clone()), |unit, (ask, caller)| {
            Box::pin(cancel(unit, ask, caller))
        });
        self.remember(answered(work.await?)?)
    }
}

async fn cancel(
    unit: &mut Unit,
    ask: CancelSession,
    caller: Caller,
) -> Result<Result<Session, Refusal>, Fault> {
    let Some(session) = store::sessions::lock(unit.tx(), &[ask.name.key()]).await?.pop() else {
        return Ok(Err(Refusal::not_found(&ask.name)));
    };
    let allowed = permit::host_only(&caller, &session.host);
    if let Err(refusal) = allowed.and_then(|()| check_etag(ask.etag, session.revision)) {
        return Ok(Err(refusal));
    }
    let live = store::bookings::live(unit.tx(), &ask.name).await?;
    let mut room = Room::open(session, live, vec![]);
    room.actor = caller.partner;
    if let Err(refusal) = room.cancel_session(&ask.reason, unit.now()) {
        return Ok(Err(refusal));
    }
    save(unit, &mut room).await?;
    Ok(Ok(room.session))
}
