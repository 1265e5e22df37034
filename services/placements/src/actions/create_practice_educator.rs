//! CreatePracticeEducator.

use crate::{
    Placements,
    changes::educator_change,
    domain::{Educator, EducatorName, EducatorTerms, Person, Refusal},
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, RequestId, ResourceId};

#[derive(Clone, Debug, Serialize)]
pub struct CreatePracticeEducator {
    /// The last segment of its name; chosen here where it is not given.
    pub id: Option<ResourceId>,
    pub person: Person,
    pub terms: EducatorTerms,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// Adds somebody of the caller's partner who teaches.
    ///
    /// # Errors
    /// A person of another partner; a name that is taken, or a person who is one already; a qualification without its
    /// day.
    #[tracing::instrument(skip_all)]
    pub async fn create_practice_educator(
        &self,
        call: &Call,
        ask: CreatePracticeEducator,
    ) -> Result<Done<Educator>, Error> {
        let id = ask.id.clone().unwrap_or_else(|| self.new_id());
        let name = EducatorName { partner: call.caller.partner.clone(), id };
        let write = Write::of(call, ask.request_id, &ask, &name)?;
        let work =
            self.ledger.write(write, (name, ask), |unit, (name, ask)| Box::pin(create(unit, name, ask)));
        answered(work.await?)
    }
}

async fn create(
    unit: &mut Unit,
    name: EducatorName,
    ask: CreatePracticeEducator,
) -> Result<Result<Educator, Refusal>, Fault> {
    if *ask.person.person.partner() != name.partner {
        return Ok(Err(Refusal::PersonOfAnotherPartner));
    }
    if let Err(refusal) = ask.terms.check() {
        return Ok(Err(refusal));
    }
    if store::educators::exists(unit.tx(), &name, &ask.person.person).await? {
        return Ok(Err(Refusal::EducatorExists));
    }
    let mut educator = Educator::made(name, ask.person, ask.terms, unit.now());
    let change = educator_change(&educator, educator.name.partner.clone(), ChangeKind::Created);
    educator.revision = unit.revise(vec![change]).await?[0];
    store::educators::add(unit.tx(), &educator).await?;
    Ok(Ok(educator))
}
