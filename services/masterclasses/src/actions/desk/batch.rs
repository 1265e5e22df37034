//! One batch at the desk: replay what was answered before, lock the sessions, let the domain decide each ask in
//! turn, write everything down in a few set-based statements, commit, answer everybody.

use super::floor::{Decision, Floor, wanted};
use super::{Answer, Ask, Settle, Task};
use crate::{
    Masterclasses,
    domain::{Booking, Refusal, Session, SessionName},
    error::{Error, answered},
    store::desk::{Decided, Found, Work},
};
use futures_util::FutureExt;
use ledger::{Answered, Deed, Done, Fault, Known, Outcome, Reason};
use std::{collections::HashMap, panic::AssertUnwindSafe, sync::Arc};
use tracing::Instrument;
use vocabulary::{PartnerId, Revision};

/// Serves a batch and answers everybody in it. One bad ask never fails the others: where the batch as a whole
/// cannot be written, or panics, each is tried alone.
pub(super) async fn serve(app: Masterclasses, tasks: Vec<Task>) {
    let (mut asks, mut settles) = (Vec::new(), Vec::new());
    for task in tasks {
        match task {
            Task::Ask(ask) => asks.push(*ask),
            Task::Settle(settle) => settles.push(settle),
        }
    }
    app.meters.desk_batch.record(asks.len() as u64, &[]);
    // The batch belongs to its first ask's trace, and is linked to the others'.
    let parent = asks.first().and_then(|ask| ask.span.id());
    let span = tracing::info_span!(parent: parent, "desk.batch", practicum.desk.asks = asks.len());
    for ask in &asks {
        span.follows_from(&ask.span);
    }
    together(&app, asks, settles).instrument(span).await;
}

async fn together(app: &Masterclasses, asks: Vec<Ask>, settles: Vec<Settle>) {
    let due: Vec<(SessionName, PartnerId)> =
        settles.iter().map(|settle| (settle.session.clone(), settle.host.clone())).collect();
    let refs: Vec<&Ask> = asks.iter().collect();
    // A panic comes before the commit, so that nothing has been written that is tried again.
    let trying = AssertUnwindSafe(ledger::retrying(|| attempt(app, &refs, &due))).catch_unwind();
    let panicked = |_| Err(Fault::Bug("serving at the booking desk panicked".into()));
    match trying.await.unwrap_or_else(panicked) {
        Ok(Served { answers, changed }) => {
            for session in changed {
                app.sessions.put(&session.name.key(), session.revision, Arc::new(session));
            }
            for (ask, answer) in asks.into_iter().zip(answers) {
                // Whoever no longer waits does not need to hear it.
                let _ = ask.reply.send(answer);
            }
            settles.into_iter().for_each(|settle| drop(settle.reply.send(Ok(()))));
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
    settles.into_iter().for_each(|settle| drop(settle.reply.send(Err(fault.clone().into()))));
}

/// A batch that was committed.
struct Served {
    answers: Vec<Answer>,
    changed: Vec<Session>,
}

/// Trusting that nobody else writes meanwhile, which is so while one process serves: from memory, or from what is
/// read. Where it was not so, under locks from the beginning, and for the next batches too.
async fn attempt(
    app: &Masterclasses,
    asks: &[&Ask],
    settles: &[(SessionName, PartnerId)],
) -> Result<Served, Fault> {
    let wanted = wanted(asks, settles);
    let open = |locked| Work::open(&app.ledger, app.plant, &wanted, locked);
    if app.caution.locks() {
        return decide(app, asks, settles, open(true).await?).await;
    }
    // Memory is judged by the write, and only an ask always comes to one.
    if settles.is_empty()
        && let Some(remembered) = Work::recall(&app.ledger, &app.memory, &wanted)
    {
        match decide(app, asks, settles, remembered).await {
            Err(fault) if fault.may_pass() => app.memory.forget(),
            served => return served,
        }
    }
    match decide(app, asks, settles, open(false).await?).await {
        Err(Fault::Contention(_)) => {
            app.caution.raise();
            decide(app, asks, settles, open(true).await?).await
        }
        served => served,
    }
}

async fn decide(
    app: &Masterclasses,
    asks: &[&Ask],
    settles: &[(SessionName, PartnerId)],
    (mut work, mut found): (Work, Found),
) -> Result<Served, Fault> {
    let known = replays(std::mem::take(&mut found.known), asks)?;
    let mut floor = Floor::open(found, app.plant);
    let now = work.now();
    floor.settle(now);
    let decisions: Vec<Decision> = asks
        .iter()
        .zip(known)
        .map(|(ask, known)| known.map_or_else(|| floor.decide(app, ask, now), Decision::Replayed))
        .collect();
    let mut head = work.draw(floor.changes()).await?;
    floor.stamp(&mut head);
    let sessions: Vec<&Session> = floor.sessions().collect();
    let last = if floor.changes() == 0 { Revision(0) } else { head.last() };
    let (answers, kept, mut deeds) = conclude(asks, decisions, &floor, last)?;
    deeds.extend(
        sessions
            .iter()
            .filter(|s| settles.iter().any(|(name, _)| *name == s.name))
            .map(|session| sweep_deed(session)),
    );
    let changed: Vec<Session> = sessions.iter().map(|session| (*session).clone()).collect();
    if !(deeds.is_empty() && kept.is_empty() && changed.is_empty()) {
        let decided = Decided { sessions, bookings: floor.bookings(), deeds, answers: kept };
        work.commit(&app.ledger, &app.memory, head, decided).await?;
    }
    Ok(Served { answers, changed })
}

/// For each ask the answer that its request id was given before, if it was.
fn replays(known: Vec<Known>, asks: &[&Ask]) -> Result<Vec<Option<Answer>>, Fault> {
    let known: HashMap<String, Known> = known.into_iter().map(|known| (known.key.clone(), known)).collect();
    asks.iter()
        .map(|ask| {
            let Some(known) = ask.key().and_then(|key| known.get(key.as_str())) else { return Ok(None) };
            Outcome::replay(known, &ask.write.fingerprint).map(|outcome| Some(answered(outcome)))
        })
        .collect()
}

/// The answers, what is kept of them, and what the audit log is told.
type Concluded = (Vec<Answer>, Vec<Answered>, Vec<Deed>);

/// What each decision comes to, `last` being the batch's last position in the feed.
fn conclude(
    asks: &[&Ask],
    decisions: Vec<Decision>,
    floor: &Floor,
    last: Revision,
) -> Result<Concluded, Fault> {
    let (mut kept, mut deeds) = (Vec::with_capacity(asks.len()), Vec::with_capacity(asks.len()));
    let mut answers = Vec::with_capacity(asks.len());
    for (ask, decision) in asks.iter().zip(decisions) {
        let answer: Result<Vec<Booking>, Refusal> = match decision {
            Decision::Replayed(answer) => {
                answers.push(answer);
                continue;
            }
            Decision::Made(room, ids) => Ok(floor.made(&room, &ids)),
            Decision::Refused(refusal) => Err(refusal),
        };
        let outcome = answer.as_ref().err().map_or("OK", Reason::reason);
        deeds.push(Deed::of(&ask.write.call, ask.write.resource.clone(), outcome));
        if let Some(key) = ask.key() {
            let text = serde_json::to_string(&answer)?;
            kept.push(Answered::new(&key, &ask.write.call, &ask.write.fingerprint, text, last));
        }
        answers.push(answer.map(|value| Done { value, revision: last }).map_err(Error::from));
    }
    Ok((answers, kept, deeds))
}

/// The passing of time changes a session on nobody's behalf: its host's log says so.
fn sweep_deed(session: &Session) -> Deed {
    let method = "practicum.masterclasses.v1/sweep";
    Deed::by(session.host.clone(), "services/masterclasses", method, session.name.to_string())
}
