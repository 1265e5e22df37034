//! CreateSessions.

use super::permit;
use crate::{
    Masterclasses,
    changes::session_change,
    domain::{MasterclassName, Recurrence, Refusal, Session, SessionName, SessionPlan, series::series},
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, Caller, RequestId, ResourceId};

#[derive(Clone, Debug, Serialize)]
pub struct CreateSessions {
    pub masterclass: MasterclassName,
    /// The last segment of the first session's name; chosen here where it is not given.
    pub id: Option<ResourceId>,
    pub plan: SessionPlan,
    pub recurrence: Option<Recurrence>,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Masterclasses {
    /// Schedules one session, or a series that keeps its local time, all or none.
    ///
    /// # Errors
    /// An absent masterclass; another host's; a name that is taken; a local time that does not exist; fences that
    /// keep more seats than there are, or keep them for nobody known.
    #[tracing::instrument(skip_all)]
    pub async fn create_sessions(
        &self,
        call: &Call,
        ask: CreateSessions,
    ) -> Result<Done<Vec<Session>>, Error> {
        let id = ask.id.clone().unwrap_or_else(|| self.new_id());
        let write = Write::of(call, ask.request_id, &ask, &ask.masterclass)?;
        let known = permit::known(&self.partners, &ask.plan.fences);
        let with = (id, ask, call.caller.clone(), known);
        let work = self.ledger.write(write, with, |unit, (id, ask, caller, known)| {
            Box::pin(schedule(unit, id, ask, caller, known))
        });
        answered(work.await?)
    }
}

async fn schedule(
    unit: &mut Unit,
    id: ResourceId,
    ask: CreateSessions,
    caller: Caller,
    known: Result<(), Refusal>,
) -> Result<Result<Vec<Session>, Refusal>, Fault> {
    let Some(masterclass) = store::masterclasses::lock(unit.tx(), &ask.masterclass).await? else {
        return Ok(Err(Refusal::not_found(&ask.masterclass)));
    };
    let plans = permit::host_only(&caller, &masterclass.host)
        .and(known)
        .and_then(|()| ask.plan.check())
        .and_then(|()| series(&ask.plan, ask.recurrence));
    let plans = match plans {
        Ok(plans) => plans,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut sessions: Vec<Session> = plans
        .into_iter()
        .enumerate()
        .map(|(i, plan)| {
            let name = SessionName { masterclass: masterclass.name.0.clone(), session: numbered(&id, i) };
            Session::scheduled(
                name,
                masterclass.host.clone(),
                masterclass.audiences.clone(),
                plan,
                unit.now(),
            )
        })
        .collect();
    let names: Vec<&SessionName> = sessions.iter().map(|session| &session.name).collect();
    if let Some(taken) = store::sessions::existing(unit.tx(), &names).await?.first() {
        let session = SessionName::from_key(taken).map_err(|_| Fault::Bug("a key is malformed".into()))?;
        return Ok(Err(Refusal::SessionExists { session }));
    }
    let change = |session: &Session| session_change(session, caller.partner.clone(), ChangeKind::Created);
    let revisions = unit.revise(sessions.iter().map(change).collect()).await?;
    sessions.iter_mut().zip(revisions).for_each(|(session, revision)| session.revision = revision);
    store::sessions::save(unit.tx(), &sessions.iter().collect::<Vec<_>>()).await?;
    Ok(Ok(sessions))
}

/// `id`, `id-2`, `id-3` and so on. The parser has left room for the number.
fn numbered(id: &ResourceId, i: usize) -> ResourceId {
    if i == 0 {
        return id.clone();
    }
    format!("{id}-{}", i + 1).parse().unwrap_or_else(|_| id.clone())
}
