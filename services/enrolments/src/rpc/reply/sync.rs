//! Syncs, to the wire.

use super::timestamp;
use crate::{
    actions::SyncProgress,
    domain::sync::{Action, Change, Counts, Mode, Reject, RunState, SyncRun},
};
use contracts::enrolments::v1 as wire;

pub fn sync_run(run: &SyncRun) -> wire::SyncRun {
    let [courses, course_runs, learners, enrolments] = run.counts.map(|counts| Some(counted(counts)));
    wire::SyncRun {
        name: run.name.to_string(),
        etag: run.revision.etag(),
        data_set: run.opening.data_set.clone(),
        mode: match run.opening.mode {
            Mode::Snapshot => wire::sync_open::Mode::Snapshot,
            Mode::Delta => wire::sync_open::Mode::Delta,
        }
        .into(),
        academic_years: run.opening.academic_years.clone(),
        state: state(run.state).into(),
        guards: run.guards.clone(),
        courses,
        course_runs,
        learners,
        enrolments,
        create_time: Some(timestamp(run.created)),
        finish_time: run.finished.map(timestamp),
        expire_time: run.expires.map(timestamp),
    }
}

fn state(state: RunState) -> wire::sync_run::State {
    match state {
        RunState::Receiving => wire::sync_run::State::Receiving,
        RunState::Planned => wire::sync_run::State::Planned,
        RunState::AwaitingApproval => wire::sync_run::State::AwaitingApproval,
        RunState::Applied => wire::sync_run::State::Applied,
        RunState::Discarded => wire::sync_run::State::Discarded,
        RunState::Failed => wire::sync_run::State::Failed,
        RunState::Restored => wire::sync_run::State::Restored,
    }
}

fn counted(counts: Counts) -> wire::SyncCounts {
    wire::SyncCounts {
        received: counts.received,
        created: counts.created,
        updated: counts.updated,
        unchanged: counts.unchanged,
        reactivated: counts.reactivated,
        dropped: counts.dropped,
        rejected: counts.rejected,
    }
}

pub fn change(change: Change) -> wire::SyncChange {
    let action = match change.action {
        Action::Create => wire::sync_change::Action::Create,
        Action::Update => wire::sync_change::Action::Update,
        Action::Reactivate => wire::sync_change::Action::Reactivate,
        Action::Drop => wire::sync_change::Action::Drop,
    };
    wire::SyncChange {
        source_id: change.source_id,
        kind: change.kind.as_str().into(),
        action: action.into(),
        fields: change.fields,
    }
}

pub fn reject(reject: Reject) -> wire::SyncReject {
    wire::SyncReject {
        source_id: reject.source_id,
        origin: reject.origin,
        kind: reject.kind.as_str().into(),
        field: reject.field,
        code: reject.code,
        found: reject.found,
        expected: reject.expected,
    }
}

/// How far the phase is, in records.
pub fn progress(progress: &SyncProgress, records: i64) -> wire::SyncProgress {
    let (phase, hundredths) = progress.get();
    let done = records.saturating_mul(i64::try_from(hundredths).unwrap_or_default()) / 100;
    wire::SyncProgress { phase: phase.as_str().into(), done, total: records }
}
