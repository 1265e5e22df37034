//! UpdateEnrolment.

use super::{check_etag, own};
use crate::{
    Enrolments,
    changes::{enrolment_change, sponsor_changes},
    domain::{Enrolment, EnrolmentEdit, EnrolmentName, Refusal},
    error::{Error, answered},
    store,
};
use admission::Partners;
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, Caller, PartnerId, RequestId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct UpdateEnrolment {
    pub name: EnrolmentName,
    pub etag: Option<Revision>,
    pub edit: EnrolmentEdit,
    pub release: Release,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

/// What is handed back to the data set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Release {
    /// Whatever is held.
    All,
    Fields(Vec<String>),
}

/// What an update touched beside the enrolment's own fields.
#[derive(Default)]
struct Touched {
    learner: bool,
    /// Fields were handed back: the next sync writes them, whatever its source says.
    released: bool,
    learner_released: bool,
}

impl Enrolments {
    /// Sets the fields that the edit names and holds them against the data set, and hands back those that are released.
    ///
    /// # Errors
    /// An absent enrolment, or another university's; a stale etag; a sponsor that nobody knows; a field that is not
    /// held; an end before the start.
    #[tracing::instrument(skip_all)]
    pub async fn update_enrolment(
        &self,
        call: &Call,
        ask: UpdateEnrolment,
    ) -> Result<Done<Enrolment>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.name)?;
        let sponsor = known_sponsor(&self.partners, ask.edit.sponsor.as_ref().and_then(Option::as_ref));
        let work =
            self.ledger.write(write, (ask, call.caller.clone(), sponsor), |unit, (ask, caller, sponsor)| {
                Box::pin(update(unit, ask, caller, sponsor))
            });
        answered(work.await?)
    }
}

/// # Errors
/// [`Refusal::SponsorUnknown`].
pub(super) fn known_sponsor(partners: &Partners, sponsor: Option<&PartnerId>) -> Result<(), Refusal> {
    match sponsor.filter(|sponsor| partners.get(sponsor).is_none()) {
        Some(sponsor) => Err(Refusal::SponsorUnknown { sponsor: sponsor.clone() }),
        None => Ok(()),
    }
}

async fn update(
    unit: &mut Unit,
    ask: UpdateEnrolment,
    caller: Caller,
    sponsor: Result<(), Refusal>,
) -> Result<Result<Enrolment, Refusal>, Fault> {
    let absent = || Ok(Err(Refusal::not_found(&ask.name)));
    if own(&caller, &ask.name.partner, &ask.name).is_err() {
        return absent();
    }
    // Its run and its person never change; both are locked before it.
    let Some(seen) = store::enrolments::get(unit.tx(), &ask.name).await? else { return absent() };
    let run = store::course_runs::get(unit.tx(), &seen.run).await?;
    let learner = store::learners::lock(unit.tx(), &seen.learner.person).await?;
    let mut all = store::enrolments::lock_of(unit.tx(), &seen.learner.person).await?;
    let (Some(run), Some(learner), Some(at)) =
        (run, learner, all.iter().position(|one| one.name == ask.name))
    else {
        return absent();
    };
    let mut enrolment = all.swap_remove(at);
    enrolment.learner = learner;
    let before = enrolment.terms.sponsor.clone();
    let edited = sponsor
        .and_then(|()| check_etag(ask.etag, enrolment.revision))
        .and_then(|()| apply(&mut enrolment, &ask, unit.now()))
        .and_then(|touched| enrolment.terms.check(&run).map(|()| touched));
    let touched = match edited {
        Ok(touched) => touched,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let others = if touched.learner { all } else { vec![] };
    save(unit, &mut enrolment, others, before.as_ref(), &caller, &touched).await?;
    Ok(Ok(enrolment))
}

fn apply(
    enrolment: &mut Enrolment,
    ask: &UpdateEnrolment,
    now: vocabulary::Instant,
) -> Result<Touched, Refusal> {
    let mut touched = Touched::default();
    let released = match &ask.release {
        Release::All => enrolment.held_fields(),
        Release::Fields(fields) => fields.clone(),
    };
    for field in released {
        if enrolment.held.release(&field) {
            touched.released = true;
        } else if enrolment.learner.held.release(&field) {
            (touched.learner, touched.learner_released) = (true, true);
        } else {
            return Err(Refusal::FieldNotHeld { field });
        }
    }
    touched.learner |= enrolment.learner.edit(ask.edit.learner.clone());
    enrolment.edit(ask.edit.clone(), now);
    Ok(touched)
}

/// Writes the enrolment, and where its learner is different now, them and everything else that they are on.
async fn save(
    unit: &mut Unit,
    enrolment: &mut Enrolment,
    mut others: Vec<Enrolment>,
    sponsor: Option<&PartnerId>,
    caller: &Caller,
    touched: &Touched,
) -> Result<(), Fault> {
    let actor = &caller.partner;
    let mut changes: Vec<_> =
        others.iter().map(|one| enrolment_change(one, actor.clone(), ChangeKind::Updated)).collect();
    changes.extend(sponsor_changes(enrolment, sponsor, actor));
    let revisions = unit.revise(changes).await?;
    others.iter_mut().zip(&revisions).for_each(|(one, revision)| one.revision = *revision);
    enrolment.revision = revisions.last().copied().unwrap_or_default();
    let tx = unit.tx();
    if touched.learner {
        enrolment.learner.revision = enrolment.revision;
        store::learners::save(tx, &enrolment.learner).await?;
    }
    if touched.learner_released {
        store::learners::forget_source(tx, &enrolment.learner.person).await?;
    }
    if touched.released {
        store::enrolments::forget_source(tx, &enrolment.name).await?;
    }
    let all: Vec<&Enrolment> = others.iter().chain([&*enrolment]).collect();
    store::enrolments::save(tx, &all).await
}
