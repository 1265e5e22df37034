//! A concern that the service itself opens: something that it heard of a student.

use crate::{
    Placements,
    changes::placement_change,
    domain::{Placement, placement::By},
    store,
};
use ledger::{ChangeKind, Fault, Unit};
use vocabulary::{PartnerId, PersonName};

impl Placements {
    /// Raises a concern on each live placement of a student, in `unit`, which is the service's. Told the same again, it
    /// says nothing until somebody has resolved it. Answers the placements on which it was raised.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn open_concern(
        &self,
        unit: &mut Unit,
        student: &PersonName,
        description: &str,
        actor: &PartnerId,
    ) -> Result<Vec<Placement>, Fault> {
        let at = unit.now();
        let by = By { actor: format!("{}/enrolments", actor.name()), at, today: self.today(at).0 };
        let mut raised = store::placements::lock_live_of(unit.tx(), student).await?;
        raised.retain_mut(|placement| {
            !placement.is_concerned(description)
                && placement.raise(description.to_owned().into(), &by).is_ok()
        });
        if raised.is_empty() {
            return Ok(raised);
        }
        let change = |placement| placement_change(placement, actor.clone(), ChangeKind::Updated);
        let revisions = unit.revise(raised.iter().map(change).collect()).await?;
        raised.iter_mut().zip(revisions).for_each(|(placement, revision)| placement.revision = revision);
        store::placements::save(unit.tx(), &raised.iter().collect::<Vec<_>>()).await?;
        Ok(raised)
    }
}
