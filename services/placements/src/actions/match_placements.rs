//! MatchPlacements.

use crate::{
    Placements,
    changes::match_run_change,
    domain::{
        AcademicYear, MatchRunName, Refusal, Stage,
        match_run::{Findings, Market, MatchRun, Unfinished},
    },
    error::{Error, answered},
    store::{self, market},
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use std::{collections::HashMap, sync::Arc};
use tokio::time::timeout;
use vocabulary::{Call, PartnerId, PartnerKind, RequestId, Revision, Scope};

#[derive(Clone, Debug, Serialize)]
pub struct MatchPlacements {
    pub academic_year: AcademicYear,
    pub stage: Stage,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// Finds the best allocation of all open needs of a year and stage to all open places, and keeps what it found. It
    /// proposes nothing. What takes part is read, then the work is done without holding anything in the database, then
    /// what was found is written; what has changed meanwhile is noticed when the run is applied.
    ///
    /// # Errors
    /// The deadline passes; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn match_placements(&self, call: &Call, ask: MatchPlacements) -> Result<Done<MatchRun>, Error> {
        if let Some(known) = self.answered_before(call, ask.request_id, &ask).await? {
            return known;
        }
        let name = MatchRunName(self.new_id());
        let market = self.market(call, &ask).await?;
        let needs = market.needs.len() as u64;
        let findings = self.findings(call, market).await?;
        let write = Write::of(call, ask.request_id, &ask, &name)?.across();
        let run = MatchRun {
            name,
            partner: call.caller.partner.clone(),
            revision: Revision::default(),
            academic_year: ask.academic_year,
            stage: ask.stage,
            needs,
            places: findings.places,
            eligible_pairs: findings.eligible_pairs,
            matched: findings.matched,
            total_cost: findings.total_cost,
            shares: findings.shares.clone(),
            created: self.ledger.clock.now(),
            applied: None,
        };
        let work = self.ledger.write(write, (run, Arc::new(findings)), |unit, (run, findings)| {
            Box::pin(keep(unit, run, findings))
        });
        answered(work.await?)
    }

    /// All that takes part.
    async fn market(&self, call: &Call, ask: &MatchPlacements) -> Result<Market, Error> {
        self.ledger.reached(call).await?;
        let tx = self.ledger.database.read(&Scope::Service, Some(call.deadline)).await?;
        let needs = store::needs::open_for(&tx, ask.academic_year, ask.stage).await?;
        let offers = market::offers(&tx, ask.academic_year, ask.stage).await?;
        let mut hosts: Vec<&PartnerId> = offers.iter().map(|offer| &offer.name.partner).collect();
        hosts.sort();
        hosts.dedup();
        let educators = market::educators(&tx, &hosts).await?;
        let students: Vec<_> = needs.iter().map(|need| &need.student.person).collect();
        let past = market::past(&tx, &students).await?;
        tx.commit().await?;
        let kind = |host: &PartnerId| self.partners.get(host).map(|partner| (host.clone(), partner.kind));
        let kinds: HashMap<PartnerId, PartnerKind> = hosts.into_iter().filter_map(kind).collect();
        let (stage, now) = (ask.stage, self.ledger.clock.now());
        let mut market = Market { stage, needs, offers, educators, past, kinds, now };
        market.sort();
        Ok(market)
    }

    /// Works it out, away from the tasks that serve others, one run at a time, and no longer than the caller waits.
    async fn findings(&self, call: &Call, market: Market) -> Result<Findings, Error> {
        let (deadline, rules, matching) = (call.deadline, self.rules.clone(), self.matching.clone());
        let work = async move {
            let turn = matching.acquire_owned().await.map_err(|_| Error::ShuttingDown)?;
            let task = tokio::task::spawn_blocking(move || {
                let _turn = turn;
                market.run(&rules, &|| deadline.left().is_zero())
            });
            match task.await {
                Ok(Ok(findings)) => Ok(findings),
                Ok(Err(Unfinished::Stopped)) => Err(Error::DeadlineExceeded),
                Ok(Err(Unfinished::Unsound)) => {
                    Err(Fault::Bug("a market cannot be reckoned with".into()).into())
                }
                Err(_) => Err(Fault::Bug("a match panicked".into()).into()),
            }
        };
        timeout(deadline.left(), work).await.map_err(|_| Error::DeadlineExceeded)?
    }
}

/// Writes the matches before anything is drawn from the feed, so that nobody waits for them.
async fn keep(
    unit: &mut Unit,
    mut run: MatchRun,
    findings: Arc<Findings>,
) -> Result<Result<MatchRun, Refusal>, Fault> {
    store::match_runs::save(unit.tx(), &run).await?;
    store::match_runs::add_matches(unit.tx(), &run.name, &findings.found).await?;
    let revisions =
        unit.revise(vec![match_run_change(&run, run.partner.clone(), ChangeKind::Created)]).await?;
    run.revision = revisions.first().copied().unwrap_or_default();
    store::match_runs::save(unit.tx(), &run).await?;
    Ok(Ok(run))
}
