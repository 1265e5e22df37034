//! One batch at the desk: replay what was answered before, lock the sessions, let the domain decide each ask in
//! turn, write everything down in a few set-based statements, commit, answer everybody.

use super::floor::{Decision, Floor};
use super::{Answer, Ask, Task};
use crate::{
    Masterclasses,
    domain::{Booking, Refusal, Session, SessionName},
    error::{Error, answered},
};
use ledger::{Answered, Deed, Done, Fault, Key, Outcome, Reason, Unit};
use std::{collections::HashMap, sync::Arc};
use tokio::sync::oneshot;
use tracing::Instrument;
use vocabulary::{Revision, Scope};

type Settle = (SessionName, oneshot::Sender<Result<(), Error>>);

/// Serves a batch and answers everybody in it. One bad ask never fails the others: where the batch as a whole
/// cannot be written, each is tried alone.
pub(super) async fn serve(app: Masterclasses, tasks: Vec<Task>) {
    let (mut asks, mut settles) = (Vec::new(), Vec::new());
    for task in tasks {
        match task {
            Task::Ask(ask) => asks.push(*ask),
            Task::Settle(session, reply) => settles.push((session, reply)),
        }
    }
    app.meters.desk_batch.record(asks.len() as u64, &[]);
    // The batch belongs to its first ask's trace, and is linked to the others'.
    let parent = asks.first().and_then(|ask| ask.span.id());
    let span = tracing::info_span!(parent: parent, "desk.batch", asks = asks.len());
    for ask in &asks {
        span.follows_from(&ask.span);
    }
    together(&app, asks, settles).instrument(span).await;
}

async fn together(app: &Masterclasses, asks: Vec<Ask>, settles: Vec<Settle>) {
    let names: Vec<SessionName> = settles.iter().map(|(name, _)| name.clone()).collect();
    let refs: Vec<&Ask> = asks.iter().collect();
    match ledger::retrying(|| attempt(app, &refs, &names)).await {
        Ok(answers) => {
            for (ask, answer) in asks.into_iter().zip(answers) {
                // Whoever no longer waits does not need to hear it.
                let _ = ask.reply.send(answer);
            }
            settles.into_iter().for_each(|(_, reply)| drop(reply.send(Ok(()))));
        }
        Err(Fault::Unavailable(why)) => fail(asks, settles, &Fault::Unavailable(why)),
        Err(fault) if asks.len() + settles.len() == 1 => fail(asks, settles, &fault),
        Err(_) => {
            for ask in asks {
                Box::pin(together(app, vec![ask], vec![])).await;
            }
            for settle in settles {
                Box::pin(together(app, vec![], vec![settle])).await;
            }
        }
    }
}

fn fail(asks: Vec<Ask>, settles: Vec<Settle>, fault: &Fault) {
    asks.into_iter().for_each(|ask| drop(ask.reply.send(Err(fault.clone().into()))));
    settles.into_iter().for_each(|(_, reply)| drop(reply.send(Err(fault.clone().into()))));
}

async fn attempt(app: &Masterclasses, asks: &[&Ask], settles: &[SessionName]) -> Result<Vec<Answer>, Fault> {
    let mut unit = app.ledger.begin(&Scope::Service, None).await?;
    let keys: Vec<Option<Key>> = asks.iter().map(|ask| ask.key()).collect();
    let known = replays(&unit, &keys, asks).await?;
    let fresh: Vec<&Ask> =
        asks.iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(ask, _)| *ask).collect();
    let mut floor = Floor::open(app, &unit, &fresh, settles).await?;
    let now = unit.now();
    floor.settle(now);
    let decisions: Vec<Decision> = asks
        .iter()
        .zip(known)
        .map(|(ask, known)| known.map_or_else(|| floor.decide(app, ask, now), Decision::Replayed))
        .collect();
    let changed = floor.write(&mut unit).await?;
    let (answers, kept) = conclude(&mut unit, asks, &keys, decisions, &floor, changed.last)?;
    changed.sessions.iter().filter(|s| settles.contains(&s.name)).for_each(|s| unit.enter(sweep_deed(s)));
    app.ledger.commit(unit, kept).await?;
    for session in changed.sessions {
        app.sessions.put(&session.name.key(), session.revision, Arc::new(session));
    }
    Ok(answers)
}

/// For each ask the answer that its request id was given before, if it was.
async fn replays(unit: &Unit, keys: &[Option<Key>], asks: &[&Ask]) -> Result<Vec<Option<Answer>>, Fault> {
    let wanted: Vec<&str> = keys.iter().flatten().map(Key::as_str).collect();
    let known: HashMap<String, _> = unit.known(&wanted).await?.into_iter().map(|k| (k.key.clone(), k)).collect();
    keys.iter()
        .zip(asks)
        .map(|(key, ask)| {
            let Some(known) = key.as_ref().and_then(|key| known.get(key.as_str())) else { return Ok(None) };
            Outcome::replay(known, &ask.write.fingerprint).map(|outcome| Some(answered(outcome)))
        })
        .collect()
}

/// The answers, what is kept of them, and what the audit log is told.
fn conclude(
    unit: &mut Unit,
    asks: &[&Ask],
    keys: &[Option<Key>],
    decisions: Vec<Decision>,
    floor: &Floor,
    last: Revision,
) -> Result<(Vec<Answer>, Vec<Answered>), Fault> {
    let mut kept = Vec::new();
    let mut answers = Vec::with_capacity(asks.len());
    for ((ask, key), decision) in asks.iter().zip(keys).zip(decisions) {
        let answer: Result<Vec<Booking>, Refusal> = match decision {
            Decision::Replayed(answer) => {
                answers.push(answer);
                continue;
            }
            Decision::Made(room, ids) => Ok(floor.made(&room, &ids)),
            Decision::Refused(refusal) => Err(refusal),
        };
        let outcome = answer.as_ref().err().map_or("OK", Reason::reason);
        unit.enter(Deed::of(&ask.write.call, ask.write.resource.clone(), outcome));
        if let Some(key) = key {
            let text = serde_json::to_string(&answer)?;
            kept.push(Answered::new(key, &ask.write.call, &ask.write.fingerprint, text, last));
        }
        answers.push(answer.map(|value| Done { value, revision: last }).map_err(Error::from));
    }
    Ok((answers, kept))
}

/// The passing of time changes a session on nobody's behalf: its host's log says so.
fn sweep_deed(session: &Session) -> Deed {
    Deed {
        partner: session.host.clone(),
        actor: "services/masterclasses".into(),
        on_behalf_of: String::new(),
        method: "practicum.masterclasses.v1/sweep",
        resource: session.name.to_string(),
        outcome: "OK".into(),
        purpose: String::new(),
        trace_id: String::new(),
    }
}
