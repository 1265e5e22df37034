//! CreateEnrolment.

use super::update_enrolment::known_sponsor;
use crate::{
    Enrolments,
    changes::{enrolment_change, run_change},
    domain::{
        CourseRun, Day, Enrolment, EnrolmentName, Learner, LearnerEdit, Refusal, RunName, enrolment::Terms,
    },
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, PersonName, RequestId, ResourceId};

#[derive(Clone, Debug, Serialize)]
pub struct CreateEnrolment {
    /// The last segment of its name; chosen here where it is not given.
    pub id: Option<ResourceId>,
    pub person: PersonName,
    /// What is said of the learner, who may be known already: then it is an edit by hand.
    pub learner: LearnerEdit,
    pub run: RunName,
    pub terms: Terms,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Enrolments {
    /// Enrols one of the university's people on one of its runs.
    ///
    /// # Errors
    /// Somebody else's person; a sponsor that nobody knows; an absent run; no place left; a learner who is on the run;
    /// a name that is taken; an end before the start.
    #[tracing::instrument(skip_all)]
    pub async fn create_enrolment(
        &self,
        call: &Call,
        ask: CreateEnrolment,
    ) -> Result<Done<Enrolment>, Error> {
        let id = ask.id.clone().unwrap_or_else(|| self.new_id());
        let name = EnrolmentName { partner: call.caller.partner.clone(), id };
        let write = Write::of(call, ask.request_id, &ask, &name)?;
        let today = self.rules_now()?.day(self.ledger.clock.now());
        let sponsor = known_sponsor(&self.partners, ask.terms.sponsor.as_ref());
        let work =
            self.ledger.write(write, (name, ask, today, sponsor), |unit, (name, ask, today, sponsor)| {
                Box::pin(async move {
                    match sponsor {
                        Ok(()) => create(unit, name, ask, today).await,
                        Err(refusal) => Ok(Err(refusal)),
                    }
                })
            });
        answered(work.await?)
    }
}

async fn create(
    unit: &mut Unit,
    name: EnrolmentName,
    ask: CreateEnrolment,
    today: Day,
) -> Result<Result<Enrolment, Refusal>, Fault> {
    let mut run = match room(unit, &name, &ask).await? {
        Ok(run) => run,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let known = store::learners::lock(unit.tx(), &ask.person).await?;
    let (new, mut learner) = (known.is_none(), known.unwrap_or_else(|| Learner::unknown(ask.person)));
    let edited = learner.edit(ask.learner);
    let mut enrolment = Enrolment::made(name, learner, &run, ask.terms, (unit.now(), today));
    let mut others = if edited && !new {
        store::enrolments::lock_of(unit.tx(), &enrolment.learner.person).await?
    } else {
        vec![]
    };
    let actor = &enrolment.name.partner;
    let mut changes = vec![
        run_change(&run, actor.clone(), ChangeKind::Updated),
        enrolment_change(&enrolment, actor.clone(), ChangeKind::Created),
    ];
    changes.extend(others.iter().map(|one| enrolment_change(one, actor.clone(), ChangeKind::Updated)));
    let revisions = unit.revise(changes).await?;
    (run.revision, enrolment.revision) = (revisions[0], revisions[1]);
    others.iter_mut().zip(&revisions[2..]).for_each(|(one, revision)| one.revision = *revision);
    if new || edited {
        enrolment.learner.revision = enrolment.revision;
    }
    save(unit, &run, &enrolment, (new, edited), &others).await?;
    Ok(Ok(enrolment))
}

/// The run, locked, with the place that the learner takes.
async fn room(
    unit: &Unit,
    name: &EnrolmentName,
    ask: &CreateEnrolment,
) -> Result<Result<CourseRun, Refusal>, Fault> {
    if *ask.person.partner() != name.partner {
        return Ok(Err(Refusal::PersonOfAnotherPartner));
    }
    let run = if *ask.run.partner() == name.partner {
        store::course_runs::lock_one(unit.tx(), &ask.run).await?
    } else {
        None
    };
    let Some(mut run) = run else { return Ok(Err(Refusal::not_found(&ask.run))) };
    if let Err(refusal) = ask.terms.check(&run) {
        return Ok(Err(refusal));
    }
    if store::enrolments::exists(unit.tx(), name).await? {
        return Ok(Err(Refusal::EnrolmentExists));
    }
    if let Some(enrolment) = store::enrolments::live(unit.tx(), &ask.person, &ask.run).await? {
        return Ok(Err(Refusal::AlreadyEnrolled { enrolment }));
    }
    Ok(run.take_place(unit.now()).map(|()| run))
}

async fn save(
    unit: &Unit,
    run: &CourseRun,
    enrolment: &Enrolment,
    (new, edited): (bool, bool),
    others: &[Enrolment],
) -> Result<(), Fault> {
    let tx = unit.tx();
    if new {
        store::learners::add(tx, &enrolment.learner).await?;
    } else if edited {
        store::learners::save(tx, &enrolment.learner).await?;
    }
    store::course_runs::save(tx, &[run]).await?;
    let all: Vec<&Enrolment> = others.iter().chain([enrolment]).collect();
    store::enrolments::save(tx, &all).await
}
