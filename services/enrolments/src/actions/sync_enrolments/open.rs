//! Opening a run, or coming back to it.

use super::{OpenSync, Receiving};
use crate::{
    Enrolments,
    actions::own,
    domain::{
        Refusal,
        sync::{Checker, CountsByKind, Hasher, Mode, Named, RunState, SyncRun},
    },
    error::Error,
    store::sync::{batches, batches::Turn, holdings, runs},
};
use ledger::{Deed, Fault, retrying};
use std::collections::VecDeque;
use vocabulary::{Call, Deadline, Revision};

impl Enrolments {
    /// Opens a run for one stream. Whoever opens it last has it: what an earlier stream sends from then on is refused.
    ///
    /// # Errors
    /// Another university's run; one that was opened differently, or is over; another run of the data set is being
    /// received; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn sync_enrolments(&self, call: &Call, ask: OpenSync) -> Result<Receiving, Error> {
        own(&call.caller, &ask.name.partner, &ask.name)?;
        if ask.opening.mode == Mode::Snapshot && ask.opening.academic_years.is_empty() {
            return Err(Refusal::ScopeMissing.into());
        }
        let run = retrying(|| self.open_once(call, &ask)).await??;
        let tx = self.ledger.database.read(&call.scope(), Some(Deadline::after(super::PATIENCE))).await?;
        let index = holdings::load(&tx, &run.name.partner, &run.opening.data_set).await?;
        let (seen, _) = batches::met(&tx, &run.name).await?;
        tx.commit().await?;
        let partners = self.partners.iter().map(|partner| partner.id.to_string()).collect();
        let checker = Checker {
            mode: run.opening.mode,
            years: run.opening.academic_years.clone(),
            partners: std::sync::Arc::new(partners),
        };
        Ok(Receiving {
            app: self.clone(),
            call: call.clone(),
            name: run.name,
            epoch: run.epoch,
            next_sequence: run.next_sequence,
            records: run.records,
            index,
            seen,
            named: Named::of(run.next_sequence == 0),
            checker,
            hasher: Hasher::default(),
            under_way: VecDeque::new(),
            last: Turn::none(),
        })
    }

    async fn open_once(&self, call: &Call, ask: &OpenSync) -> Result<Result<SyncRun, Refusal>, Fault> {
        let mut unit = self.ledger.begin(&call.scope(), Some(Deadline::after(super::PATIENCE))).await?;
        let sender = call.caller.person.as_str();
        let now = unit.now();
        let run = match runs::lock(unit.tx(), &ask.name).await? {
            Some(run) => match reopened(run, ask, sender) {
                Ok(mut run) => {
                    runs::save(unit.tx(), &mut run, now).await?;
                    run
                }
                Err(refusal) => return Ok(Err(refusal)),
            },
            None => {
                let data_set = &ask.opening.data_set;
                if let Some(run) = runs::receiving(unit.tx(), &ask.name.partner, data_set).await? {
                    return Ok(Err(Refusal::SyncInProgress { run }));
                }
                let run = SyncRun {
                    name: ask.name.clone(),
                    revision: Revision(1),
                    opening: ask.opening.clone(),
                    state: RunState::Receiving,
                    guards: Vec::new(),
                    counts: CountsByKind::default(),
                    senders: vec![sender.to_owned()],
                    epoch: 1,
                    records: 0,
                    next_sequence: 0,
                    complete: false,
                    base: String::new(),
                    created: now,
                    finished: None,
                    expires: None,
                };
                runs::insert(unit.tx(), &run).await?;
                run
            }
        };
        unit.enter(Deed::of(call, run.name.to_string(), "OK"));
        self.ledger.commit(unit, vec![]).await?;
        Ok(Ok(run))
    }
}

fn reopened(mut run: SyncRun, ask: &OpenSync, sender: &str) -> Result<SyncRun, Refusal> {
    if run.opening != ask.opening {
        return Err(Refusal::ReopenedDifferently);
    }
    if run.state != RunState::Receiving || run.complete {
        return Err(Refusal::RunNotReceiving { state: run.state });
    }
    if !run.senders.iter().any(|known| known == sender) {
        run.senders.push(sender.to_owned());
    }
    run.epoch += 1;
    Ok(run)
}
