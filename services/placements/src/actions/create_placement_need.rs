//! CreatePlacementNeed.

use crate::{
    Placements,
    changes::need_change,
    domain::{Need, NeedName, NeedTerms, Person, Place, Refusal, Stage, person::PersonEdit},
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, PartnerId, Personal, RequestId, ResourceId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct CreatePlacementNeed {
    /// The last segment of its name; chosen here where it is not given.
    pub id: Option<ResourceId>,
    /// Who may be known already: then what is not empty is an edit.
    pub student: Person,
    pub stage: Stage,
    pub terms: NeedTerms<Place>,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// Says that a student of the university needs a place.
    ///
    /// # Errors
    /// Somebody else's student; a home that nobody knows; a journey longer than the rule book allows; a name that is
    /// taken; a student who has an open need for the stage.
    #[tracing::instrument(skip_all)]
    pub async fn create_placement_need(
        &self,
        call: &Call,
        ask: CreatePlacementNeed,
    ) -> Result<Done<Need>, Error> {
        let id = ask.id.clone().unwrap_or_else(|| self.new_id());
        let name = NeedName { partner: call.caller.partner.clone(), id };
        let write = Write::of(call, ask.request_id, &ask, &name)?;
        let limit = self.rules.on(ask.terms.start_date).numbers.travel.limit_minutes;
        let terms =
            self.located("placement_need.home", &ask.terms.home).map(|home| ask.terms.clone().at(home));
        let terms = terms.and_then(|terms| terms.check(limit).map(|()| terms));
        let work = self.ledger.write(write, (name, ask, terms), |unit, (name, ask, terms)| {
            Box::pin(async move {
                match terms {
                    Ok(terms) => create(unit, name, (ask.student, ask.stage), terms).await,
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
        });
        answered(work.await?)
    }
}

async fn create(
    unit: &mut Unit,
    name: NeedName,
    (given, stage): (Person, Stage),
    terms: NeedTerms,
) -> Result<Result<Need, Refusal>, Fault> {
    if *given.person.partner() != name.partner {
        return Ok(Err(Refusal::PersonOfAnotherPartner));
    }
    let known = store::students::lock(unit.tx(), &given.person).await?;
    let taken = store::needs::exists(unit.tx(), &name).await?
        || store::needs::has_open(unit.tx(), &given.person, stage).await?;
    if taken {
        return Ok(Err(Refusal::NeedExists));
    }
    let (new, mut student) = (known.is_none(), known.unwrap_or_else(|| given.clone()));
    let before = student.clone();
    student.edit(said(given));
    let mut others = vec![];
    if new {
        store::students::add(unit.tx(), &student).await?;
    } else if student != before {
        others = store::needs::lock_of(unit.tx(), &student.person).await?;
        store::students::save(unit.tx(), &student).await?;
    }
    let mut need = Need::made(name, student, stage, terms, unit.now());
    let actor = need.name.partner.clone();
    need.revision = told(unit, (&need, ChangeKind::Created), others, &actor).await?;
    store::needs::add(unit.tx(), &need).await?;
    let adjustments = std::mem::take(&mut need.terms.adjustments);
    store::needs::set_adjustments(unit.tx(), &need.name, &adjustments).await?;
    Ok(Ok(need))
}

/// What is not empty.
fn said(person: Person) -> PersonEdit {
    let some = |text: Personal<String>| Some(text).filter(|text| !text.expose().is_empty());
    PersonEdit {
        display_name: some(person.display_name),
        email: some(person.email),
        social_work_england_number: some(person.social_work_england_number),
    }
}

/// Enters a need's change in the feed, and those of the student's other needs, which show the student too; writes the
/// others. Answers the need's revision.
pub(super) async fn told(
    unit: &mut Unit,
    (need, kind): (&Need, ChangeKind),
    mut others: Vec<Need>,
    actor: &PartnerId,
) -> Result<Revision, Fault> {
    let hosts = store::needs::hosts(unit.tx(), &others.iter().collect::<Vec<_>>()).await?;
    let change = |one: &Need, kind| need_change(one, hosts.get(&one.name), actor.clone(), kind);
    let mut changes: Vec<_> = others.iter().map(|one| change(one, ChangeKind::Updated)).collect();
    changes.push(change(need, kind));
    let revisions = unit.revise(changes).await?;
    others.iter_mut().zip(&revisions).for_each(|(one, revision)| one.revision = *revision);
    store::needs::save(unit.tx(), &others.iter().collect::<Vec<_>>()).await?;
    Ok(revisions.last().copied().unwrap_or_default())
}
