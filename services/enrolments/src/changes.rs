//! What the change feed says of this service's resources, and to whom.

use crate::domain::{Course, CourseRun, Enrolment, learning::LearningItem};
use ledger::{Change, ChangeKind, Viewers};
use vocabulary::PartnerId;

pub fn course_change(course: &Course, actor: PartnerId, kind: ChangeKind) -> Change {
    let viewers = Viewers::Everybody;
    Change { collection: "courses", resource: course.name.to_string(), kind, viewers, actor }
}

pub fn run_change(run: &CourseRun, actor: PartnerId, kind: ChangeKind) -> Change {
    let viewers = Viewers::Everybody;
    Change { collection: "courseRuns", resource: run.name.to_string(), kind, viewers, actor }
}

/// An enrolment's change is for its university and its sponsor.
pub fn enrolment_change(enrolment: &Enrolment, actor: PartnerId, kind: ChangeKind) -> Change {
    told(enrolment, parties(enrolment), actor, kind)
}

/// The sponsor changed from `before`: to the new one the enrolment is new, and the old one is told that it is gone.
pub fn sponsor_changes(enrolment: &Enrolment, before: Option<&PartnerId>, actor: &PartnerId) -> Vec<Change> {
    let now = enrolment.terms.sponsor.as_ref();
    if now == before {
        return vec![enrolment_change(enrolment, actor.clone(), ChangeKind::Updated)];
    }
    let university = &enrolment.name.partner;
    let known = before.into_iter().filter(|sponsor| *sponsor != university).chain([university]).cloned();
    let mut changes = vec![told(enrolment, known.collect(), actor.clone(), ChangeKind::Updated)];
    if let Some(sponsor) = now.filter(|sponsor| *sponsor != university) {
        changes.push(told(enrolment, vec![sponsor.clone()], actor.clone(), ChangeKind::Created));
    }
    changes
}

fn parties(enrolment: &Enrolment) -> Vec<PartnerId> {
    let university = enrolment.name.partner.clone();
    let sponsor = enrolment.terms.sponsor.clone().filter(|sponsor| *sponsor != university);
    [university].into_iter().chain(sponsor).collect()
}

fn told(enrolment: &Enrolment, viewers: Vec<PartnerId>, actor: PartnerId, kind: ChangeKind) -> Change {
    let viewers = Viewers::Partners(viewers);
    Change { collection: "enrolments", resource: enrolment.name.to_string(), kind, viewers, actor }
}

/// What somebody learned is for their own partner.
pub fn learning_change(item: &LearningItem, actor: PartnerId, kind: ChangeKind) -> Change {
    let viewers = Viewers::Partners(vec![item.name.person.partner().clone()]);
    Change { collection: "learningItems", resource: item.name.to_string(), kind, viewers, actor }
}
