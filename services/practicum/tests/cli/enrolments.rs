//! Sending a university's records, and the runs that come of it, against a peer that breaks off where it is told to.

use crate::{
    peer::{Break, Peer},
    support::{Said, run},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use contracts::enrolments::v1::{SyncReject, sync_open::Mode, sync_record::Record, sync_run::State};
use std::{fmt::Write, path::Path};

/// Of records, in batches of 5,000: three of them.
const ENROLMENTS: usize = 12_000;
const RECORDS: i64 = 12_003;

/// A course with one class and one student, enrolled so many times.
fn export(path: &Path, enrolments: usize) {
    let manifest: String = ["academicSessions", "courses", "classes", "users", "enrollments"]
        .map(|file| format!("file.{file},bulk\n"))
        .concat();
    let mut rows = "sourcedId,classSourcedId,userSourcedId,role\n".to_owned();
    (0..enrolments).for_each(|n| writeln!(rows, "e{n},k,u,student").unwrap());
    for (name, text) in [
        ("manifest", format!("propertyName,value\n{manifest}")),
        (
            "academicSessions",
            "sourcedId,title,startDate,endDate,schoolYear\ny,2026/27,2026-09-01,2027-07-31,2027\n".into(),
        ),
        ("courses", "sourcedId,title\nc,Social Work MA\n".into()),
        ("classes", "sourcedId,courseSourcedId,termSourcedIds\nk,c,y\n".into()),
        ("users", "sourcedId,givenName,familyName,role\nu,Ann,Ames,student\n".into()),
        ("enrollments", rows),
    ] {
        std::fs::write(path.join(format!("{name}.csv")), text).unwrap();
    }
}

struct Desk {
    peer: Peer,
    folder: tempfile::TempDir,
}

impl Desk {
    fn new(enrolments: usize) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        export(folder.path(), enrolments);
        Desk { peer: Peer::start(), folder }
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn enrolments(&self, args: &[&str]) -> Said {
        let at = ["--address", self.peer.address.as_str(), "--token", "t"];
        run(&[&["enrolments"], args, &at].concat())
    }

    fn sync(&self, more: &[&str]) -> Said {
        let path = self.file("");
        let sync = ["sync", "--partner", "teesside", "--data-set", "SITS 2026", "--format", "oneroster"];
        self.enrolments(&[&sync, more, &[path.as_str()]].concat())
    }
}

#[track_caller]
fn ends(said: &Said, code: i32, out: &[&str]) {
    assert_eq!(said.code, Some(code), "{}\n{}", said.out, said.err);
    for line in out {
        assert!(said.out.contains(line), "{line:?} is not in\n{}\n{}", said.out, said.err);
    }
}

#[test]
fn an_export_is_sent_in_batches_and_the_run_is_told() {
    let desk = Desk::new(ENROLMENTS);
    let said = desk.sync(&["--max-drops", "7"]);
    ends(
        &said,
        0,
        &[": applied", "snapshot of data set SITS 2026 of 2026/27", "enrolments     12,003   12,003"],
    );
    desk.peer.memory(|memory| {
        let sizes: Vec<_> = memory.batches.iter().map(|(n, batch)| (*n, batch.records.len())).collect();
        assert_eq!(sizes, [(0, 5_000), (1, 5_000), (2, 2_003)]);
        assert_eq!(memory.finishes, [RECORDS]);
        let open = &memory.opens[0];
        assert!(open.name.starts_with("partners/teesside/syncRuns/sits-2026-2"), "{}", open.name);
        assert_eq!(
            (open.mode(), open.academic_years.as_slice()),
            (Mode::Snapshot, &["2026/27".to_owned()][..])
        );
        assert_eq!(open.limits.unwrap().max_drops, Some(7));
        let records = memory.records();
        assert!(matches!(records[0].record, Some(Record::Course(_))));
        assert!(matches!(records[2].record, Some(Record::Learner(_))));
        assert_eq!(
            (records[3].origin.as_str(), records[12_002].origin.as_str()),
            ("enrollments.csv:2", "enrollments.csv:12001")
        );
    });
}

#[test]
fn a_run_that_is_broken_off_anywhere_goes_on_with_the_same_batches() {
    for breaks in [
        vec![Break::Before(0), Break::Before(0), Break::Before(2)],
        vec![Break::Stored(1), Break::Ends(2)],
        vec![Break::Stored(0), Break::Stored(1), Break::Stored(2)],
        vec![Break::Ends(0), Break::Finished],
        vec![Break::Planning(3)],
    ] {
        let desk = Desk::new(ENROLMENTS);
        let streams = breaks.len();
        desk.peer.memory(|memory| memory.breaks.clone_from(&breaks));
        let said = desk.sync(&[]);
        ends(&said, 0, &[": applied"]);
        assert!(said.err.contains("lost the stream ("), "{breaks:?} {}", said.err);
        desk.peer.memory(|memory| {
            assert_eq!((memory.differing, memory.records().len()), (0, 12_003), "{breaks:?}");
            assert_eq!(memory.finishes, [RECORDS], "{breaks:?}");
            assert!(
                memory.opens.len() >= streams && memory.opens.iter().all(|open| *open == memory.opens[0])
            );
            assert_eq!(memory.received, 3, "{breaks:?}: what was stored was sent again");
        });
    }
}

#[test]
fn a_run_of_another_process_goes_on_where_it_was() {
    let desk = Desk::new(ENROLMENTS);
    desk.sync(&["--run", "mine"]);
    desk.peer.memory(|memory| {
        memory.batches.remove(&2);
        memory.received = 0;
    });
    ends(&desk.sync(&["--run", "mine"]), 0, &["partners/teesside/syncRuns/mine: applied"]);
    desk.peer.memory(|memory| {
        assert_eq!((memory.received, memory.differing, memory.finishes.len()), (1, 0, 2));
        assert_eq!(memory.finishes[1], RECORDS);
    });
}

#[test]
fn how_a_run_ends_is_told_by_the_exit_status() {
    let desk = Desk::new(3);
    desk.peer.memory(|memory| {
        memory.ends = State::AwaitingApproval;
        memory.guards = vec!["drops 412 of 5,120 enrolments (8.0 %), limit 5 %".into()];
    });
    let waits = ": waits for approval";
    ends(
        &desk.sync(&[]),
        2,
        &[waits, "! drops 412 of 5,120", "practicum enrolments approve partners/teesside/"],
    );
    desk.peer.memory(|memory| memory.ends = State::Planned);
    ends(&desk.sync(&["--dry-run"]), 0, &[": planned"]);
    assert!(desk.peer.memory(|memory| memory.opens[1].dry_run && !memory.opens[0].dry_run));
    desk.peer.memory(|memory| memory.ends = State::Failed);
    ends(&desk.sync(&[]), 1, &[": failed"]);
    desk.peer.memory(|memory| memory.refuses = Some("SYNC_IN_PROGRESS"));
    let said = desk.sync(&[]);
    said.is_refused(3, "error: FAILED_PRECONDITION SYNC_IN_PROGRESS: no");
    desk.enrolments(&["approve", "x", "--partner", "teesside"]).is_refused(3, "SYNC_IN_PROGRESS");
}

#[test]
fn what_cannot_be_sent_is_a_failure_and_never_a_run_that_waits() {
    let desk = Desk::new(3);
    desk.sync(&["--snapshot", "--delta"]).is_refused(1, "cannot be used with");
    std::fs::remove_file(desk.file("users.csv")).unwrap();
    desk.sync(&[]).is_refused(1, "manifest.csv lists users.csv, and it is missing");
    std::fs::write(desk.file("users.csv"), "id\n").unwrap();
    desk.sync(&[]).is_refused(1, "there is no column sourcedId; there are id");
    assert!(desk.peer.memory(|memory| memory.opens.is_empty()));
    export(desk.folder.path(), 1);
    let path = desk.file("");
    let sync = [
        "enrolments",
        "sync",
        "--partner",
        "a",
        "--data-set",
        "b",
        "--format",
        "oneroster",
        &path,
        "--token",
        "t",
    ];
    run(&[&sync[..], &["--address", "http://127.0.0.1:9"]].concat()).is_refused(1, "nobody answers");
    run(&[&sync[..10], &["t", "--subject", "me"]].concat()).is_refused(1, "cannot be used with");
}

#[test]
fn what_was_refused_is_shown_and_written_to_be_mended_and_sent_again() {
    let desk = Desk::new(3);
    let reject = |line: usize| SyncReject {
        source_id: format!("e{}", line - 2),
        origin: format!("enrollments.csv:{line}"),
        kind: "enrolment".into(),
        field: "learner_source_id".into(),
        code: "reference_missing".into(),
        found: "u".into(),
        expected: "a learner of this run or an earlier one".into(),
    };
    desk.peer.memory(|memory| memory.rejects = vec![reject(2), reject(4)]);
    let shown =
        "enrollments.csv:2  enrolment e0  userSourcedId reference_missing  found \"u\", expected a learner";
    ends(&desk.sync(&[]), 0, &[shown, "--rejects FILE.csv"]);
    let sheet = desk.file("again.csv");
    ends(&desk.sync(&["--rejects", &sheet]), 0, &["2 reasons in "]);
    let lines: Vec<_> = std::fs::read_to_string(&sheet).unwrap().lines().map(str::to_owned).collect();
    let words = "userSourcedId,reference_missing,u,a learner of this run or an earlier one";
    assert_eq!(
        lines,
        [
            "file,row,source_id,kind,field,code,found,expected,sourcedId,classSourcedId,userSourcedId,role"
                .to_owned(),
            format!("enrollments.csv,2,e0,enrolment,{words},e0,k,u,student"),
            format!("enrollments.csv,4,e2,enrolment,{words},e2,k,u,student"),
        ]
    );
    desk.peer.memory(|memory| {
        memory.rejects.clear();
        memory.batches.clear();
    });
    let again = ["sync", "--partner", "teesside", "--data-set", "SITS 2026", "--format", "oneroster", &sheet];
    ends(&desk.enrolments(&again), 0, &["delta of data set SITS 2026\n"]);
    desk.peer.memory(|memory| {
        let sent: Vec<_> =
            memory.records().into_iter().map(|record| (record.source_id, record.origin)).collect();
        assert_eq!(
            sent,
            [("e0", "again.csv:2"), ("e2", "again.csv:3")].map(|(a, b)| (a.to_owned(), b.to_owned()))
        );
        let open = memory.opens.last().unwrap();
        assert_eq!((open.mode(), open.limits.unwrap().max_reject_percent), (Mode::Delta, Some(100.0)));
    });
}

#[test]
fn runs_are_listed_shown_approved_discarded_and_undone() {
    let desk = Desk::new(3);
    let partner = ["--partner", "teesside"];
    ends(&desk.enrolments(&[&["runs"], &partner[..]].concat()), 0, &["no runs"]);
    desk.sync(&["--run", "r"]);
    let line = "r    SITS 2026  snapshot  applied  2027-01-15 08:00:00Z  6        0        0        0";
    ends(&desk.enrolments(&[&["runs"], &partner[..]].concat()), 0, &["run  data set   mode", line]);
    let name = "partners/teesside/syncRuns/r";
    desk.peer.memory(|memory| {
        memory.rejects = vec![SyncReject { code: "too_long".into(), ..SyncReject::default() }]
    });
    let shown = desk.enrolments(&["show", name]);
    ends(&shown, 0, &[": applied", "changes:\ndrops  enrolment  e1", "rejects:\n", "too_long"]);
    for (verb, state) in
        [("approve", "applied"), ("discard", "discarded"), ("restore", "applied, and undone since")]
    {
        ends(&desk.enrolments(&[&[verb, "r"], &partner[..]].concat()), 0, &[&format!("{name}: {state}\n")]);
    }
    let calls = desk.peer.memory(|memory| memory.calls.split_off(memory.calls.len() - 3));
    assert_eq!(calls, ["apply", "discard", "restore"].map(|verb| format!("{verb} {name}")));
    desk.enrolments(&["show", "r"]).is_refused(1, "or a run and --partner");
}

#[test]
fn who_approves_is_not_who_sent() {
    let desk = Desk::new(1);
    let data = desk.file("data");
    assert_eq!(run(&["token", "--data", &data]).code, Some(0));
    let at = ["--address", &desk.peer.address, "--data", &data];
    let path = desk.file("");
    let sync =
        ["enrolments", "sync", "--partner", "teesside", "--data-set", "s", "--format", "oneroster", &path];
    ends(&run(&[&sync[..], &at].concat()), 0, &[]);
    let approve = ["enrolments", "approve", "partners/teesside/syncRuns/x"];
    ends(&run(&[&approve[..], &at].concat()), 0, &[]);
    let who = |bearer: &str| {
        let claims = URL_SAFE_NO_PAD.decode(bearer.split('.').nth(1).unwrap()).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        (claims["sub"].as_str().unwrap().to_owned(), claims["roles"][0].as_str().unwrap().to_owned())
    };
    let seen = desk.peer.memory(|memory| memory.bearers.iter().map(|bearer| who(bearer)).collect::<Vec<_>>());
    assert_eq!(seen, ["enrolment-sync", "registrar"].map(|role| (role.to_owned(), role.to_owned())));
}
