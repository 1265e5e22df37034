//! The end of a run: its count is checked, it is planned, and, unless somebody has to look, applied.

use super::Receiving;
use crate::{
    Enrolments,
    domain::{
        Refusal,
        sync::{Clear, Mode, Outlook, RunState, SyncRun, SyncRunName, limits::figure},
    },
    error::Error,
    store::sync::{Gauge, Progress, apply, plan, plan::Planned, runs},
};
use chrono::Duration;
use ledger::{Deed, Fault, Unit, retrying};
use vocabulary::{Deadline, Instant, Scope};

const METHOD: &str = "practicum.enrolments.v1.EnrolmentSyncService/SyncEnrolments";
/// No statement of a plan or an application is cut short.
pub(in crate::actions) const AN_HOUR: std::time::Duration = std::time::Duration::from_secs(3_600);
/// A plan that is overtaken while it is made is made again so often.
const TRIES: u32 = 3;

impl Receiving {
    /// Believes, or does not believe, that everything has been sent. What is left is [`Enrolments::conclude`].
    ///
    /// # Errors
    /// Another count than is stored: the run has failed. Another stream has taken the run over, or it has ended.
    pub async fn finish(&mut self, counted: i64) -> Result<(), Error> {
        self.all_stored().await?;
        retrying(|| self.finish_once(counted)).await??;
        Ok(())
    }

    async fn finish_once(&self, counted: i64) -> Result<Result<(), Refusal>, Fault> {
        let mut unit =
            self.app.ledger.begin(&self.call.scope(), Some(Deadline::after(super::PATIENCE))).await?;
        let now = unit.now();
        let Some(mut run) = runs::lock(unit.tx(), &self.name).await? else {
            return Ok(Err(Refusal::not_found(&self.name)));
        };
        if run.epoch != self.epoch || run.state != RunState::Receiving || run.complete {
            return Ok(Err(taken(&run)));
        }
        let stored = run.records;
        let refusal = (stored != counted).then_some(Refusal::RecordCountMismatch { counted, stored });
        if refusal.is_some() {
            run.state = RunState::Failed;
            run.finished = Some(now);
            let guard = format!(
                "the finish message counts {} records, {} are stored",
                figure(counted),
                figure(stored)
            );
            run.guards = vec![guard];
        }
        run.complete = refusal.is_none();
        runs::save(unit.tx(), &mut run, now).await?;
        unit.enter(Deed::of(
            &self.call,
            run.name.to_string(),
            refusal.as_ref().map_or("OK", ledger::Reason::reason),
        ));
        self.app.ledger.commit(unit, vec![]).await?;
        Ok(refusal.map_or(Ok(()), Err))
    }

    /// Why this stream may store nothing any more.
    pub(super) async fn fenced(&self) -> Result<Refusal, Fault> {
        let tx = self.app.ledger.database.read(&self.call.scope(), None).await?;
        let run = runs::get(&tx, &self.name).await?;
        Ok(run.as_ref().map_or_else(|| Refusal::not_found(&self.name), taken))
    }
}

fn taken(run: &SyncRun) -> Refusal {
    match run.state {
        RunState::Receiving if !run.complete => Refusal::SyncInProgress { run: run.name.clone() },
        state => Refusal::RunNotReceiving { state },
    }
}

impl Enrolments {
    /// Plans a run whose finish message was believed and, unless somebody has to look, applies it, in one transaction.
    /// Run it in a task of the server's own. Doing it again, here or elsewhere, changes nothing. What is `clear` is not
    /// looked for the first time.
    ///
    /// # Errors
    /// Storage fails, or others change the same things again and again.
    pub async fn conclude(
        &self,
        name: &SyncRunName,
        mut clear: Clear,
        progress: &Progress,
    ) -> Result<SyncRun, Error> {
        for _ in 1..TRIES {
            match retrying(|| self.conclude_once(name, clear, progress)).await? {
                Err(Refusal::StalePlan) => clear = Clear::default(),
                done => return Ok(done?),
            }
        }
        Ok(retrying(|| self.conclude_once(name, clear, progress)).await??)
    }

    async fn conclude_once(
        &self,
        name: &SyncRunName,
        clear: Clear,
        progress: &Progress,
    ) -> Result<Result<SyncRun, Refusal>, Fault> {
        let scope = Scope::Partner(name.partner.clone());
        let mut unit = self.ledger.begin(&scope, Some(Deadline::after(AN_HOUR))).await?;
        let Some(mut run) = runs::lock(unit.tx(), name).await? else {
            return Ok(Err(Refusal::not_found(name)));
        };
        if run.state != RunState::Receiving || !run.complete {
            return Ok(Ok(run));
        }
        runs::take_turn(unit.tx(), &run).await?;
        let gauge = self.plan(&unit, &mut run, clear, progress).await?;
        if run.state == RunState::Planned && !run.opening.dry_run {
            if let Err(refusal) = apply::run(&mut unit, &run, Some(gauge), progress).await? {
                return Ok(Err(refusal));
            }
            run.state = RunState::Applied;
            run.finished = Some(unit.now());
            run.expires = None;
        }
        let now = unit.now();
        runs::save(unit.tx(), &mut run, now).await?;
        unit.enter(deed(&run));
        self.ledger.commit(unit, vec![]).await?;
        Ok(Ok(run))
    }

    /// Plans, and decides whether somebody has to look. Answers how much there is to apply.
    async fn plan(
        &self,
        unit: &Unit,
        run: &mut SyncRun,
        clear: Clear,
        progress: &Progress,
    ) -> Result<Gauge, Fault> {
        let rules = self.rules_now()?;
        let Planned { counts, live, placed, placed_names, gauge } =
            plan::make(unit.tx(), run, clear, progress).await?;
        let (partner, data_set) = (&run.name.partner, &run.opening.data_set);
        let day_before: Instant = unit.now() - Duration::hours(24);
        let outlook = Outlook {
            snapshot: run.opening.mode == Mode::Snapshot,
            records: run.records,
            rejected: counts.iter().map(|counts| counts.rejected).sum(),
            live,
            drops: counts[3].dropped,
            recent_drops: runs::drops_since(unit.tx(), partner, data_set, day_before).await?,
            placed,
            placed_names,
        };
        run.guards = outlook.guards(&run.opening.limits.or(rules.limits()));
        run.base = runs::last_applied(unit.tx(), partner, data_set).await?;
        run.counts = counts;
        let waits = !run.guards.is_empty() && !run.opening.dry_run;
        run.state = if waits { RunState::AwaitingApproval } else { RunState::Planned };
        run.expires = Some(unit.now() + Duration::hours(rules.plan_hours.into()));
        Ok(gauge)
    }
}

/// Whoever sent it last did it.
fn deed(run: &SyncRun) -> Deed {
    let sender = run.senders.last().cloned().unwrap_or_default();
    Deed::by(run.name.partner.clone(), sender, METHOD, run.name.to_string())
}
