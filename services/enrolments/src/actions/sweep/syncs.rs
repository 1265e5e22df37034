//! What the passing of time does to syncs: a run whose server died while it planned is planned again, one that nobody
//! goes on with fails, a plan that nobody wanted is discarded, and what is over gives up what it staged. Replicas may do
//! it at once: each run is looked at again under its lock.

use crate::{
    Enrolments,
    domain::sync::{Clear, RunState, SyncRun},
    error::Error,
    store::sync::{self, Progress, runs},
};
use chrono::Duration;
use ledger::{Fault, Unit, retrying};
use vocabulary::{Instant, Scope};

/// A plan under way holds its run's lock; one that was not touched for so long may have lost its server.
const ABANDONED: i64 = 60;

/// What is due for a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Conclude,
    Fail,
    Discard,
    Forget,
}

impl Enrolments {
    /// Looks at every run that is not history yet; says for how many something was due.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn sweep_syncs(&self) -> Result<usize, Error> {
        let open = {
            let tx = self.ledger.database.read(&Scope::Service, None).await?;
            runs::open(&tx).await?
        };
        let mut count = 0;
        for (run, touched) in open {
            let Some(due) = self.due(&run, touched).await? else { continue };
            count += 1;
            let me = self.clone();
            // In a task of its own, as every write: what ends the sweeper leaves nothing half done.
            let done = tokio::spawn(async move { me.settle(run, due).await }).await;
            done.map_err(|_| Fault::Bug("sweeping a sync panicked".into()))??;
        }
        Ok(count)
    }

    async fn due(&self, run: &SyncRun, touched: Instant) -> Result<Option<Due>, Error> {
        let (rules, now) = (self.rules_now()?, self.ledger.clock.now());
        let idle = now - touched;
        Ok(match run.state {
            RunState::Receiving if run.complete => {
                (idle > Duration::seconds(ABANDONED)).then_some(Due::Conclude)
            }
            RunState::Receiving => (idle >= Duration::hours(rules.receive_hours.into())).then_some(Due::Fail),
            RunState::Planned | RunState::AwaitingApproval => {
                run.expires.is_some_and(|expires| expires <= now).then_some(Due::Discard)
            }
            RunState::Applied => {
                let tx = self.ledger.database.read(&Scope::Service, None).await?;
                let last = runs::last_applied(&tx, &run.name.partner, &run.opening.data_set).await?;
                let old = idle >= Duration::days(rules.restore_days.into());
                (old || last != format!("{}:applied", run.name.key())).then_some(Due::Forget)
            }
            RunState::Discarded | RunState::Failed | RunState::Restored => Some(Due::Forget),
        })
    }

    async fn settle(&self, run: SyncRun, due: Due) -> Result<(), Error> {
        match due {
            Due::Conclude => {
                self.conclude(&run.name, Clear::default(), &Progress::default()).await?;
            }
            Due::Fail | Due::Discard => retrying(|| self.end(&run, due)).await?,
            Due::Forget => {
                retrying(|| async {
                    let unit = self.ledger.begin(&Scope::Service, None).await?;
                    sync::forget(unit.tx(), &run.name).await?;
                    self.ledger.commit(unit, vec![]).await.map(|_| ())
                })
                .await?;
            }
        }
        Ok(())
    }

    async fn end(&self, seen: &SyncRun, due: Due) -> Result<(), Fault> {
        let unit: Unit = self.ledger.begin(&Scope::Service, None).await?;
        let Some(mut run) = runs::lock(unit.tx(), &seen.name).await? else { return Ok(()) };
        if run.revision != seen.revision || run.next_sequence != seen.next_sequence {
            return Ok(());
        }
        let now = unit.now();
        run.finished = Some(now);
        if due == Due::Fail {
            run.state = RunState::Failed;
            run.guards = vec!["no batch and no finish message came for too long".into()];
        } else {
            run.state = RunState::Discarded;
        }
        runs::save(unit.tx(), &mut run, now).await?;
        self.ledger.commit(unit, vec![]).await?;
        Ok(())
    }
}
