//! ApplyMatchRun.

use super::propose_placement::{Proposal, propose};
use crate::{
    Placements,
    changes::match_run_change,
    domain::{
        MatchRunName, Need, Offer, Refusal,
        match_run::{Applied, MatchRun},
    },
    error::{Error, answered},
    store::{self, match_runs::ToApply},
};
use ledger::{ChangeKind, Done, Fault, Reason, Unit, Write};
use serde::{Deserialize, Serialize};
use tracing::Instrument;
use vocabulary::{Call, RequestId};

#[derive(Clone, Debug, Serialize)]
pub struct ApplyMatchRun {
    pub name: MatchRunName,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

/// A match that the rules refuse to propose, and why.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct PassedOver {
    ordinal: i64,
    why: Refusal,
}

impl Reason for PassedOver {
    fn reason(&self) -> &'static str {
        self.why.reason()
    }
}

impl Placements {
    /// Proposes a placement for each match of a run, one a transaction, in which the match is marked too: nobody waits
    /// long for a lock, and whatever breaks off in between, a match is proposed and marked or neither. Called again, it
    /// goes on where it was left. A match whose need or offer has changed since, or that the rules refuse, is passed
    /// over and reported.
    ///
    /// # Errors
    /// A run that is absent, or has been applied; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn apply_match_run(&self, call: &Call, ask: ApplyMatchRun) -> Result<Done<Applied>, Error> {
        let (me, call) = (self.clone(), call.clone());
        // In a task of its own, so that it does not end with the caller.
        let task = tokio::spawn(async move { me.apply(&call, ask).await }.in_current_span());
        task.await.map_err(|_| Fault::Bug("applying a match run panicked".into()))?
    }

    async fn apply(&self, call: &Call, ask: ApplyMatchRun) -> Result<Done<Applied>, Error> {
        if let Some(known) = self.answered_before(call, ask.request_id, &ask).await? {
            return known;
        }
        while self.apply_next(call, &ask.name).await? {}
        let write = Write::of(call, ask.request_id, &ask, &ask.name)?.across();
        let with = (ask.name, call.caller.partner.clone());
        let work = self.ledger.write(write, with, |unit, (name, actor)| {
            Box::pin(async move {
                let run = match open_run(unit, &name).await? {
                    Ok(run) => MatchRun { applied: Some(unit.now()), ..run },
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let applied = store::match_runs::applied(unit.tx(), &name).await?;
                let change = match_run_change(&run, actor, ChangeKind::Updated);
                let revision = unit.revise(vec![change]).await?.first().copied().unwrap_or_default();
                store::match_runs::save(unit.tx(), &MatchRun { revision, ..run }).await?;
                Ok(Ok(applied))
            })
        });
        answered(work.await?)
    }

    /// Proposes the next match of a run, or passes it over; `false` where none is left.
    async fn apply_next(&self, call: &Call, name: &MatchRunName) -> Result<bool, Error> {
        let write = |ask: &str| Write::of(call, None, &ask, name).map(Write::across);
        let with = (self.clone(), call.clone(), name.clone());
        let work = self.ledger.write(write("next")?, with, |unit, (app, call, name)| {
            Box::pin(async move { app.propose_next(unit, &call, &name).await })
        });
        let passed = match answered_or(work.await?)? {
            Ok(more) => return Ok(more),
            Err(passed) => passed,
        };
        let with = (name.clone(), passed);
        let work = self.ledger.write(write("pass over")?, with, |unit, (name, passed)| {
            Box::pin(async move {
                let reason = passed.why.reason();
                store::match_runs::mark(unit.tx(), &name, passed.ordinal, Some(reason)).await?;
                Ok::<Result<(), Refusal>, Fault>(Ok(()))
            })
        });
        answered(work.await?)?;
        Ok(true)
    }

    async fn propose_next(
        &self,
        unit: &mut Unit,
        call: &Call,
        name: &MatchRunName,
    ) -> Result<Result<bool, PassedOver>, Fault> {
        // Whoever else applies the run waits here.
        if open_run(unit, name).await?.is_err() {
            return Ok(Ok(false));
        }
        let Some(next) = store::match_runs::to_apply(unit.tx(), name).await? else { return Ok(Ok(false)) };
        let pass = |why| Ok(Err(PassedOver { ordinal: next.ordinal, why }));
        let (need, offer) = match unchanged(unit, &next).await? {
            Ok(both) => both,
            Err(why) => return pass(why),
        };
        let proposal = Proposal { need: need.name, offer: offer.name.clone(), waivers: vec![] };
        if let Err(why) = propose(self, unit, &call.caller, proposal).await? {
            return pass(why);
        }
        store::match_runs::mark(unit.tx(), name, next.ordinal, None).await?;
        if let Some(after) = store::offers::get(unit.tx(), &offer.name).await? {
            let revisions = (offer.revision, after.revision);
            store::match_runs::place_was_held(unit.tx(), name, &offer.name, revisions).await?;
        }
        Ok(Ok(true))
    }
}

/// A run whose matches are not all proposed yet, locked.
async fn open_run(unit: &Unit, name: &MatchRunName) -> Result<Result<MatchRun, Refusal>, Fault> {
    Ok(match store::match_runs::lock(unit.tx(), name).await? {
        None => Err(Refusal::not_found(name)),
        Some(run) if run.applied.is_some() => Err(Refusal::MatchRunAlreadyApplied),
        Some(run) => Ok(run),
    })
}

/// The need and the offer, locked in the order of locks, as the run knew them.
async fn unchanged(unit: &Unit, next: &ToApply) -> Result<Result<(Need, Offer), Refusal>, Fault> {
    let tx = unit.tx();
    let Some(seen) = store::needs::get(tx, &next.need).await? else {
        return Ok(Err(Refusal::not_found(&next.need)));
    };
    store::students::lock(tx, &seen.student.person).await?;
    let need = store::needs::lock(tx, &next.need).await?;
    let offer = store::offers::lock(tx, &next.offer).await?;
    let (Some(need), Some(offer)) = (need, offer) else {
        return Ok(Err(Refusal::not_found(&next.offer)));
    };
    // Either says what became of it before it says that something did.
    let same = need.check_open().and_then(|()| {
        let changed = [(next.need_revision, need.revision), (next.offer_revision, offer.revision)];
        let changed = changed.iter().find(|(known, current)| known != current);
        changed.map_or(Ok(()), |(_, current)| Err(Refusal::StaleEtag { current: *current }))
    });
    Ok(same.map(|()| (need, offer)))
}

/// A write's outcome, whatever it refuses with.
fn answered_or<T, R>(outcome: ledger::Outcome<T, R>) -> Result<Result<T, R>, Error> {
    match outcome {
        ledger::Outcome::Answered(answer) => Ok(answer.map(|done| done.value)),
        ledger::Outcome::Reused => Err(Error::RequestIdReused),
    }
}
