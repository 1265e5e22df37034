//! Runs as tables to read.

use crate::columns::{grouped, shown, table, time};
use contracts::enrolments::v1::{
    SyncChange, SyncCounts, SyncReject, SyncRun, sync_change::Action, sync_open::Mode, sync_run::State,
};

/// What a run is, what becomes of the records, and what holds it back.
pub fn run(run: &SyncRun) -> String {
    let mut text = format!("{}: {}\n", run.name, state(run.state()));
    let years = if run.academic_years.is_empty() {
        String::new()
    } else {
        format!(" of {}", run.academic_years.join(", "))
    };
    text += &format!("{} of data set {}{years}\n\n", mode(run), shown(&run.data_set));
    text += &counts(run);
    for guard in &run.guards {
        text += &format!("\n! {guard}");
    }
    text
}

fn counts(run: &SyncRun) -> String {
    let heads = ["", "received", "created", "updated", "unchanged", "reactivated", "dropped", "rejected"];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    for (kind, counts) in kinds(run) {
        let numbers = [
            counts.received,
            counts.created,
            counts.updated,
            counts.unchanged,
            counts.reactivated,
            counts.dropped,
            counts.rejected,
        ];
        let numbers = numbers.map(|number| grouped(number.max(0).unsigned_abs()));
        rows.push(std::iter::once(kind.to_owned()).chain(numbers).collect());
    }
    table(&rows, true)
}

fn kinds(run: &SyncRun) -> [(&'static str, SyncCounts); 4] {
    let counts = |counts: &Option<SyncCounts>| counts.unwrap_or_default();
    [
        ("courses", counts(&run.courses)),
        ("course runs", counts(&run.course_runs)),
        ("learners", counts(&run.learners)),
        ("enrolments", counts(&run.enrolments)),
    ]
}

/// Records refused, of all kinds.
pub fn rejected(run: &SyncRun) -> i64 {
    kinds(run).iter().map(|(_, counts)| counts.rejected).sum()
}

/// A line a run.
pub fn runs(runs: &[SyncRun]) -> String {
    let heads = ["run", "data set", "mode", "state", "begun", "created", "updated", "dropped", "rejected"];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    for run in runs {
        let sum = |of: fn(&SyncCounts) -> i64| {
            grouped(kinds(run).iter().map(|(_, counts)| of(counts)).sum::<i64>().max(0).unsigned_abs())
        };
        rows.push(vec![
            run.name.rsplit('/').next().unwrap_or_default().to_owned(),
            shown(&run.data_set),
            mode(run).to_owned(),
            state(run.state()).to_owned(),
            time(run.create_time.as_ref()),
            sum(|counts| counts.created),
            sum(|counts| counts.updated),
            sum(|counts| counts.dropped),
            sum(|counts| counts.rejected),
        ]);
    }
    table(&rows, false)
}

pub fn changes(changes: &[SyncChange]) -> String {
    let line = |change: &SyncChange| {
        let action = match change.action() {
            Action::Unspecified => "changes",
            Action::Create => "creates",
            Action::Update => "updates",
            Action::Reactivate => "reactivates",
            Action::Drop => "drops",
        };
        vec![action.to_owned(), change.kind.clone(), shown(&change.source_id), change.fields.join(", ")]
    };
    table(&changes.iter().map(line).collect::<Vec<_>>(), false)
}

pub fn rejects(rejects: &[SyncReject]) -> String {
    let line = |reject: &SyncReject| {
        let found = if reject.found.is_empty() {
            String::new()
        } else {
            format!("found {:?}, ", shown(&reject.found))
        };
        vec![
            shown(&reject.origin),
            format!("{} {}", reject.kind, shown(&reject.source_id)),
            format!("{} {}", reject.field, reject.code).trim().to_owned(),
            format!("{found}expected {}", reject.expected),
        ]
    };
    table(&rejects.iter().map(line).collect::<Vec<_>>(), false)
}

pub fn state(state: State) -> &'static str {
    match state {
        State::Unspecified => "unknown",
        State::Receiving => "receiving",
        State::Planned => "planned, and not applied",
        State::AwaitingApproval => "waits for approval",
        State::Applied => "applied",
        State::Discarded => "discarded",
        State::Failed => "failed",
        State::Restored => "applied, and undone since",
    }
}

fn mode(run: &SyncRun) -> &'static str {
    match run.mode() {
        Mode::Unspecified => "run",
        Mode::Snapshot => "snapshot",
        Mode::Delta => "delta",
    }
}
