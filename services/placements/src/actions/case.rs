//! What the calls share that lead a placement on: what is locked beside it, who may, and what is written down.

use super::check_etag;
use crate::{
    Placements,
    changes::{educator_change, need_change, offer_change, placement_change},
    domain::{
        Educator, Entry, Need, NeedState, Offer, Placement, PlacementName, Refusal,
        placement::{By, Party, PlacementEvent},
        rules::PastPlacement,
    },
    error::{Error, answered},
    store::{self, market},
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, Caller, Instant, PartnerId, RequestId, Revision};

/// Which placement, as the caller read it.
#[derive(Clone, Debug, Serialize)]
pub struct Target {
    pub name: PlacementName,
    pub etag: Option<Revision>,
}

/// What a call needs beside the placement.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reach {
    /// The student is locked, so that nothing else of theirs changes.
    pub student: bool,
    pub need: bool,
    pub offer: bool,
    pub educator: bool,
    pub ratifier: bool,
    pub ledger: bool,
    pub history: bool,
}

impl Reach {
    /// Whatever may be freed before it starts.
    pub const PLACE: Self = Self {
        student: true,
        need: true,
        offer: true,
        educator: true,
        ratifier: false,
        ledger: false,
        history: false,
    };
}

/// The need and the offer of a call that reaches them: both are there as long as the placement is.
pub(super) fn place<'c>(
    need: &'c mut Option<Need>,
    offer: &'c mut Option<Offer>,
) -> Result<(&'c mut Need, &'c mut Offer), Refusal> {
    need.as_mut().zip(offer.as_mut()).ok_or_else(|| Refusal::not_found(&"the need or the offer"))
}

/// A placement and what belongs to it, as far as a call reaches: locked, and then changed.
#[derive(Clone)]
pub(super) struct Case {
    pub placement: Placement,
    pub need: Option<Need>,
    pub offer: Option<Offer>,
    pub educator: Option<Educator>,
    /// As read: a call that changes placements of theirs changes nothing of them.
    pub ratifier: Option<Educator>,
    pub ledger: Vec<Entry>,
    pub history: Vec<PastPlacement>,
    /// What was found: only what is different now is written.
    found: (Option<Need>, Option<Offer>, Option<Educator>),
}

impl Case {
    /// A placement that is new, with its need and its offer, each as found and as it is now.
    pub fn made(placement: Placement, need: (Need, Need), offer: (Offer, Offer)) -> Self {
        let found = (Some(need.0), Some(offer.0), None);
        let (need, offer) = (Some(need.1), Some(offer.1));
        let (educator, ratifier, ledger, history) = (None, None, vec![], vec![]);
        Self { placement, need, offer, educator, ratifier, ledger, history, found }
    }

    /// The host named somebody, who is locked.
    pub fn taught_by(&mut self, educator: Educator) -> &mut Educator {
        self.found.2 = Some(educator.clone());
        self.educator.insert(educator)
    }

    /// Locks in the order of locks: student, need, offer, placement, practice educator.
    pub async fn lock(unit: &Unit, name: &PlacementName, reach: Reach) -> Result<Option<Self>, Fault> {
        let tx = unit.tx();
        let Some(roots) = store::placements::roots(tx, name).await? else { return Ok(None) };
        if reach.student {
            store::students::lock(tx, &roots.student).await?;
        }
        let need = if reach.need { store::needs::lock(tx, &roots.need).await? } else { None };
        let offer = if reach.offer { store::offers::lock(tx, &roots.offer).await? } else { None };
        let Some(placement) = store::placements::lock(tx, name).await? else { return Ok(None) };
        let educator = match placement.practice_educator.as_ref().filter(|_| reach.educator) {
            Some(educator) => store::educators::lock(tx, educator).await?,
            None => None,
        };
        let ratifier = match placement.ratifier.as_ref().filter(|_| reach.ratifier) {
            Some(ratifier) => store::educators::get(tx, ratifier).await?,
            None => None,
        };
        let ledger = if reach.ledger { store::placements::ledger(tx, name).await? } else { vec![] };
        let mut past = if reach.history { market::past(tx, &[&roots.student]).await? } else { [].into() };
        let history = past.remove(&roots.student).unwrap_or_default();
        let found = (need.clone(), offer.clone(), educator.clone());
        Ok(Some(Self { placement, need, offer, educator, ratifier, ledger, history, found }))
    }

    /// As [`Case::lock`], for a caller: the host or the university, as far as `party` says.
    ///
    /// # Errors
    /// A placement that is absent or none of the caller's; a stale etag; the other party's call.
    pub async fn open(
        unit: &Unit,
        caller: &Caller,
        (target, party): (&Target, Party),
        reach: Reach,
    ) -> Result<Result<Self, Refusal>, Fault> {
        let absent = || Err(Refusal::not_found(&target.name));
        let Some(roots) = store::placements::roots(unit.tx(), &target.name).await? else {
            return Ok(absent());
        };
        let me = &caller.partner;
        // Before anything is locked: a stranger makes nobody wait.
        if roots.offer.partner != *me && roots.need.partner != *me {
            return Ok(absent());
        }
        let Some(case) = Self::lock(unit, &target.name, reach).await? else { return Ok(absent()) };
        let placement = &case.placement;
        let may = match party {
            Party::Host if placement.host() != me => Err(Refusal::NotTheHost),
            Party::University if placement.university() != me => Err(Refusal::NotTheUniversity),
            Party::Host | Party::University | Party::Either => Ok(()),
            Party::Clock => Err(Refusal::not_found(&target.name)),
        };
        let may = may.and_then(|()| check_etag(target.etag, placement.revision));
        Ok(may.map(|()| case))
    }

    /// Writes whatever is different now, with what there is to remember.
    pub async fn keep(
        mut self,
        app: &Placements,
        unit: &mut Unit,
        event: Option<PlacementEvent>,
        actor: &PartnerId,
    ) -> Result<Placement, Fault> {
        self.give_way(unit).await?;
        let new = self.placement.revision == Revision::default();
        let kind = if new { ChangeKind::Created } else { ChangeKind::Updated };
        let mut changes = vec![placement_change(&self.placement, actor.clone(), kind)];
        let (need, offer, educator) = (
            self.need.filter(|need| self.found.0.as_ref() != Some(need)),
            self.offer.filter(|offer| self.found.1.as_ref() != Some(offer)),
            self.educator.filter(|educator| self.found.2.as_ref() != Some(educator)),
        );
        let (updated, actor) = (ChangeKind::Updated, || actor.clone());
        changes.extend(need.as_ref().map(|need| need_change(need, None, actor(), updated)));
        changes.extend(offer.as_ref().map(|offer| offer_change(offer, &app.universities, actor(), updated)));
        changes.extend(educator.as_ref().map(|educator| educator_change(educator, actor(), updated)));
        let mut revisions = unit.revise(changes).await?.into_iter();
        let mut next = || revisions.next().unwrap_or_default();
        self.placement.revision = next();
        let need = need.map(|need| Need { revision: next(), ..need });
        let offer = offer.map(|offer| Offer { revision: next(), ..offer });
        let educator = educator.map(|educator| Educator { revision: next(), ..educator });
        let tx = unit.tx();
        if new {
            store::placements::add(tx, &self.placement).await?;
        } else {
            store::placements::save(tx, &[&self.placement]).await?;
        }
        store::needs::save(tx, &need.iter().collect::<Vec<_>>()).await?;
        store::offers::save(tx, &offer.iter().collect::<Vec<_>>()).await?;
        store::educators::save(tx, &educator.iter().collect::<Vec<_>>()).await?;
        if let Some(event) = event {
            store::placements::add_event(tx, &self.placement.name, &event).await?;
        }
        Ok(self.placement)
    }

    /// While a placement answered it, the university may have made another need for the student and the stage: of two
    /// that look for a place the newer one does.
    async fn give_way(&mut self, unit: &Unit) -> Result<(), Fault> {
        let was_open = self.found.0.as_ref().is_none_or(|need| need.state == NeedState::Open);
        let Some(need) = self.need.as_mut().filter(|need| need.state == NeedState::Open && !was_open) else {
            return Ok(());
        };
        if store::needs::has_open(unit.tx(), &need.student.person, need.stage).await? {
            need.give_way();
            let reason = "another need of the student's for this stage is open";
            store::needs::keep_reason(unit.tx(), &need.name, reason).await?;
        }
        Ok(())
    }
}

impl Placements {
    /// A caller, and when they act.
    pub(super) fn by(&self, caller: &Caller, now: Instant) -> By {
        By { actor: caller.person.to_string(), at: now, today: self.today(now).0 }
    }

    /// The clock of a partner, where time runs out.
    pub(super) fn by_clock(&self, partner: &PartnerId, now: Instant) -> By {
        By { actor: format!("{}/clock", partner.name()), at: now, today: self.today(now).0 }
    }

    /// Leads a placement on as `lead` says, which gets what `reach` asks for.
    pub(super) async fn lead<A, L>(
        &self,
        call: &Call,
        (target, request_id, ask): (Target, Option<RequestId>, A),
        (party, reach): (Party, Reach),
        lead: L,
    ) -> Result<Done<Placement>, Error>
    where
        A: Serialize + Clone + Send + Sync + 'static,
        L: Fn(&Placements, &mut Case, A, &By) -> Result<Option<PlacementEvent>, Refusal>
            + Send
            + Sync
            + Clone
            + 'static,
    {
        let write = Write::of(call, request_id, &(&target, &ask), &target.name)?.across();
        let with = (self.clone(), call.caller.clone(), target, ask, lead);
        let work = self.ledger.write(write, with, move |unit, (app, caller, target, ask, lead)| {
            Box::pin(async move {
                let mut case = match Case::open(unit, &caller, (&target, party), reach).await? {
                    Ok(case) => case,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let event = match lead(&app, &mut case, ask, &app.by(&caller, unit.now())) {
                    Ok(event) => event,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                case.keep(&app, unit, event, &caller.partner).await.map(Ok)
            })
        });
        answered(work.await?)
    }
}
