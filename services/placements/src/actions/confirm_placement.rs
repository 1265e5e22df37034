//! ConfirmPlacement.

use super::case::{Case, Reach, Target};
use crate::{
    Placements,
    domain::{
        Placement, PlacementState, Refusal,
        placement::{EnrolmentAnswer, EnrolmentCheck, Party},
        rules::{Check, Made, Pair, Teaching},
    },
    error::{Error, answered},
    peers::Asking,
    store,
};
use ledger::{Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, Caller, RequestId};

#[derive(Clone, Debug, Serialize)]
pub struct ConfirmPlacement {
    pub target: Target,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Placements {
    /// The university commits. Its enrolments are asked first, before anything is locked: where they do not answer, the
    /// placement stays accepted and is confirmed when they do.
    ///
    /// # Errors
    /// A placement that is absent or none of the caller's; a stale etag; a placement that is not accepted; a hard rule
    /// that is broken; a student who is not enrolled.
    #[tracing::instrument(skip_all)]
    pub async fn confirm_placement(
        &self,
        call: &Call,
        ask: ConfirmPlacement,
    ) -> Result<Done<Placement>, Error> {
        if let Some(known) = self.answered_before::<Placement>(call, ask.request_id, &ask).await? {
            return known.and_then(refused);
        }
        let tx = self.ledger.read(call).await?;
        let seen = store::placements::get(&tx, &ask.target.name).await?;
        tx.commit().await?;
        let asked = seen.filter(|seen| {
            seen.state == PlacementState::Accepted && *seen.university() == call.caller.partner
        });
        let answer = match asked {
            Some(placement) => self.ask_university(&placement, Asking::for_call(call)).await,
            // The rules refuse it all the same.
            None => EnrolmentAnswer::Unreachable,
        };
        self.confirm_answered(call, ask, answer).await
    }

    /// As [`Placements::confirm_placement`], once the university's enrolments have answered, or have not.
    ///
    /// # Errors
    /// As there.
    pub async fn confirm_answered(
        &self,
        call: &Call,
        ask: ConfirmPlacement,
        answer: EnrolmentAnswer,
    ) -> Result<Done<Placement>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.target.name)?.across();
        let with = (self.clone(), call.caller.clone(), ask.target);
        let work = self.ledger.write(write, with, move |unit, (app, caller, target)| {
            Box::pin(async move { confirm(&app, unit, &caller, target, answer).await })
        });
        let done = answered(work.await?)?;
        if done.value.enrolment_check == Some(EnrolmentCheck::Pending) {
            self.unanswered.notify_one();
        }
        refused(done)
    }
}

/// That the enrolment is refused is written down, and so no refusal to the ledger, but one to the caller.
fn refused(done: Done<Placement>) -> Result<Done<Placement>, Error> {
    match done.value.enrolment_check {
        Some(EnrolmentCheck::Refused) => Err(Refusal::EnrolmentRefused.into()),
        _ => Ok(done),
    }
}

async fn confirm(
    app: &Placements,
    unit: &mut Unit,
    caller: &Caller,
    target: Target,
    answer: EnrolmentAnswer,
) -> Result<Result<Placement, Refusal>, Fault> {
    let mut case = match Case::open(unit, caller, (&target, Party::University), REACH).await? {
        Ok(case) => case,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let by = app.by(caller, unit.now());
    let check = if case.placement.state == PlacementState::Accepted {
        check(app, unit, &case).await?
    } else {
        Err(Refusal::TransitionNotAllowed { state: case.placement.state })
    };
    let confirmed = check.and_then(|check| case.placement.confirm(check, answer, &caller.person, &by));
    match confirmed {
        Ok(event) => case.keep(app, unit, event, &caller.partner).await.map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// What [`check`] looks at.
pub(super) const REACH: Reach = Reach {
    student: true,
    need: true,
    offer: true,
    educator: true,
    ratifier: true,
    ledger: false,
    history: true,
};

/// How every rule stands for a placement that is there.
pub(super) async fn check(
    app: &Placements,
    unit: &Unit,
    case: &Case,
) -> Result<Result<Check, Refusal>, Fault> {
    let placement = &case.placement;
    let Some((need, offer)) = case.need.as_ref().zip(case.offer.as_ref()) else {
        return Err(Fault::Bug("a placement without its need or its offer".into()));
    };
    let teaching = match &case.educator {
        Some(educator) => Teaching::Named { educator, ratifier: case.ratifier.as_ref(), counted: true },
        None => Teaching::Open { candidates: &[], host_has_stage_2: false },
    };
    let made =
        Made { name: &placement.name, start: placement.start_date, days_required: placement.days_required };
    let pair = Pair {
        need,
        offer,
        host_kind: app.kind(offer),
        employer: None,
        teaching,
        history: &case.history,
        made: Some(made),
        now: unit.now(),
    };
    Ok(app.rules.check(&pair, &placement.waivers).map_err(Refusal::from))
}
