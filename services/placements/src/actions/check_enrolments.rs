//! Asks universities again that did not say, when a placement was confirmed, whether its student is enrolled.
//!
//! What is to be asked is in the database: whoever was killed, any replica goes on. Two that ask at once do no harm: the
//! placement is looked at again under its lock, and what is answered is not answered twice.

use super::{
    case::Case,
    confirm_placement::{REACH, check},
};
use crate::{
    Placements,
    domain::{
        Placement, PlacementName, PlacementState,
        placement::{By, EnrolmentAnswer, EnrolmentCheck},
    },
    error::Error,
    peers::{Asking, Enrolled, PeerError},
    store,
};
use ledger::{Deed, Fault, retrying};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio_util::sync::CancellationToken;
use vocabulary::{Deadline, PartnerId, Scope};

/// The deed that goes on here.
const METHOD: &str = "practicum.placements.v1.PlacementService/ConfirmPlacement";
/// How often is looked whether there is anything to ask.
const EVERY: Duration = Duration::from_secs(5);
/// So long nobody asks a university again that has not answered, and twice as long after each further time: what waits
/// is confirmed within about a minute of its return.
const SHORTEST: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(60);
const PATIENCE: Duration = Duration::from_secs(10);

/// When a university that has not answered is asked again.
struct Pause {
    lasts: Duration,
    until: Deadline,
}

impl Pause {
    fn after(before: Option<&Self>) -> Self {
        let lasts = before.map_or(SHORTEST, |pause| LONGEST.min(pause.lasts * 2));
        Self { lasts, until: Deadline::after(lasts) }
    }
}

/// The pauses, by university.
#[derive(Clone, Default)]
pub struct Pauses(Arc<Mutex<HashMap<PartnerId, Pause>>>);

impl Pauses {
    /// Each change is whole in itself, so that a panic elsewhere leaves nothing half done.
    fn all(&self) -> MutexGuard<'_, HashMap<PartnerId, Pause>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, university: PartnerId) {
        let mut pauses = self.all();
        let pause = Pause::after(pauses.get(&university));
        pauses.insert(university, pause);
    }

    /// Says whether there was one.
    fn end(&self, university: &PartnerId) -> bool {
        self.all().remove(university).is_some()
    }

    /// Those of `waiting` to whom no rest is being given; whoever is not among them is forgotten.
    fn due(&self, mut waiting: Vec<PartnerId>) -> Vec<PartnerId> {
        let mut pauses = self.all();
        pauses.retain(|university, _| waiting.contains(university));
        waiting.retain(|one| pauses.get(one).is_none_or(|pause| pause.until.left().is_zero()));
        waiting
    }
}

impl Placements {
    /// What a student's university says today of the day on which a placement starts, or of today once it has.
    pub(super) async fn ask_university(&self, placement: &Placement, asking: Asking) -> EnrolmentAnswer {
        self.university_says(placement, asking).await.unwrap_or(EnrolmentAnswer::Unreachable)
    }

    /// # Errors
    /// It does not answer, or not as the contract says.
    async fn university_says(
        &self,
        placement: &Placement,
        asking: Asking,
    ) -> Result<EnrolmentAnswer, PeerError> {
        let today = self.today(self.ledger.clock.now()).0;
        let day = placement.start_date.max(today);
        let (student, host) = (&placement.student.person, placement.host());
        let answer = self.enrolments.verify(student, host, day, asking).await;
        if answer.is_ok() && self.pauses.end(placement.university()) {
            // It is well again: whoever waits for it need not wait longer.
            self.unanswered.notify_one();
        }
        match answer {
            Ok(Enrolled::Yes) => Ok(EnrolmentAnswer::Verified),
            Ok(Enrolled::No) => Ok(EnrolmentAnswer::Refused),
            Err(error) => {
                tracing::warn!(%error, university = %placement.university(), "enrolments did not answer");
                Err(error)
            }
        }
    }

    /// Asks until `stop`.
    pub(crate) async fn keep_checking(self, stop: CancellationToken) {
        loop {
            let checked = tokio::select! {
                () = stop.cancelled() => return,
                checked = self.check_enrolments() => checked,
            };
            if let Err(error) = checked {
                tracing::warn!(%error, "could not look for enrolments to check; trying again");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.unanswered.notified() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// Asks each university that is not being given a rest; they do not wait for one another.
    async fn check_enrolments(&self) -> Result<(), Error> {
        let tx = self.ledger.database.read(&Scope::Service, None).await?;
        let universities = store::placements::unanswered(&tx).await?;
        tx.commit().await?;
        let due = self.pauses.due(universities).into_iter();
        let asked = futures_util::future::join_all(due.map(|university| async move {
            let answered = self.check_university(&university).await;
            (university, answered)
        }));
        for (university, answered) in asked.await {
            if answered? {
                self.pauses.end(&university);
            } else {
                self.pauses.begin(university);
            }
        }
        Ok(())
    }

    /// Asks a university of one student after another, as long as it answers; `false` where it owes an answer still.
    /// Nonsense about one student is about that one: the others do not wait for it to be mended.
    async fn check_university(&self, university: &PartnerId) -> Result<bool, Error> {
        let (mut after, mut all): (Option<PlacementName>, _) = (None, true);
        loop {
            let tx = self.ledger.database.read(&Scope::Service, None).await?;
            let next = store::placements::to_check(&tx, university, after.as_ref()).await?;
            tx.commit().await?;
            let Some(placement) = next else { return Ok(all) };
            let asking = Asking { deadline: Deadline::after(PATIENCE), first_hop: true };
            match self.university_says(&placement, asking).await {
                Ok(answer) => self.enrolment_answered(&placement.name, answer).await?,
                Err(error) if error.is_answer() => all = false,
                Err(_) => return Ok(false),
            }
            after = Some(placement.name);
        }
    }

    /// Goes on with a confirmation that waited for this answer.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn enrolment_answered(
        &self,
        name: &PlacementName,
        answer: EnrolmentAnswer,
    ) -> Result<(), Error> {
        let (me, name) = (self.clone(), name.clone());
        // In a task of its own, as every write.
        let done = tokio::spawn(async move { retrying(|| me.go_on(&name, answer)).await }).await;
        Ok(done.map_err(|_| Fault::Bug("going on with a confirmation panicked".into()))??)
    }

    async fn go_on(&self, name: &PlacementName, answer: EnrolmentAnswer) -> Result<(), Fault> {
        let mut unit = self.ledger.begin(&Scope::Service, None).await?;
        let Some(mut case) = Case::lock(&unit, name, REACH).await? else { return Ok(()) };
        let placement = &case.placement;
        let waits = placement.state == PlacementState::Accepted
            && placement.enrolment_check == Some(EnrolmentCheck::Pending);
        let Some(person) = placement.confirming.clone().filter(|_| waits) else { return Ok(()) };
        let (at, university) = (unit.now(), placement.university().clone());
        let by = By { actor: person.to_string(), at, today: self.today(at).0 };
        let event = match check(self, &unit, &case).await? {
            Ok(check) if check.pass().is_ok() => case
                .placement
                .confirm(check, answer, &person, &by)
                .map_err(|no| Fault::Bug(no.to_string()))?,
            // The university hears why when it confirms again.
            _ => {
                case.placement.answered_in_vain(answer, &by);
                None
            }
        };
        case.keep(self, &mut unit, event, &university).await?;
        unit.enter(Deed::by(university, person.to_string(), METHOD, name.to_string()));
        self.ledger.commit(unit, vec![]).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_university_is_left_alone_until_its_pause_ends_and_longer_each_time() {
        let (pauses, teesside) = (Pauses::default(), "teesside".parse::<PartnerId>().unwrap());
        let northumbria = "northumbria".parse::<PartnerId>().unwrap();
        let both = || vec![northumbria.clone(), teesside.clone()];
        pauses.begin(teesside.clone());
        assert_eq!(pauses.due(both()), std::slice::from_ref(&northumbria));
        pauses.begin(teesside.clone());
        assert_eq!(pauses.all()[&teesside].lasts, 2 * SHORTEST);
        assert!(pauses.end(&teesside) && !pauses.end(&teesside));
        assert_eq!(pauses.due(both()), both());
        // Whoever has nothing left to answer begins anew.
        pauses.begin(teesside.clone());
        assert_eq!(pauses.due(vec![]), []);
        assert!(!pauses.end(&teesside));
    }
}
