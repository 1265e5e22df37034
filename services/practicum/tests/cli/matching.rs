//! Matching as a coordinator does it, against the demo's placements, and what is confirmed of it.

use crate::support::{Said, Suite, run};
use serde_json::Value;
use std::path::Path;

fn matching(suite: &Suite, args: &[&str]) -> Said {
    run(&[&["match", "--data", &suite.data], args].concat())
}

/// The run that the greeting names.
fn made(suite: &Suite) -> String {
    let line = suite.lines.iter().find(|line| line.starts_with("a match:")).expect("a match to try");
    line.split_whitespace().find(|word| word.starts_with("matchRuns/")).unwrap().to_owned()
}

#[track_caller]
fn ends(said: &Said, code: i32, out: &[&str]) {
    assert_eq!(said.code, Some(code), "{}\n{}", said.out, said.err);
    for line in out {
        assert!(said.out.contains(line), "{line:?} is not in\n{}\n{}", said.out, said.err);
    }
}

/// A list as somebody's placement coordinator sees it.
fn listed(suite: &Suite, partner: &str, method: &str, request: &str, field: &str) -> Vec<Value> {
    let as_whom = ["--partner", partner, "--role", "placement-coordinator"];
    suite.call(method, request, &as_whom).json()[field].as_array().cloned().unwrap_or_default()
}

#[test]
fn a_run_of_the_demo_is_read_applied_and_not_applied_again() {
    let folder = tempfile::tempdir().unwrap();
    let suite = Suite::start(&folder.path().join("data"), &["--demo"]);
    let name = made(&suite);
    let shown = matching(&suite, &["--run", &name]);
    let lines = [
        ", not applied\n",
        "14 of 18 students placed, 4 left out; 14 places, ",
        "teesside/t7100202     durham      stanley-adults                Adult care, Stanley  ",
        "    C4 a second practice educator, of stage 2, would have to ratify (cost 15)\n",
        "northumbria/w8100308  P9 travel: 14 of 14 places are further than 45 minutes\n",
        "teesside/t7100201     P13 excluded partner: 6 of 14 places are with a partner that the need excludes",
        "\nnorthumbria         8       6   75 %",
        "\nall                18      14   78 %",
        &format!("practicum match --run {name} --apply"),
    ];
    ends(&shown, 0, &lines);

    // A council's coordinator reads the same run, and of teams its own alone.
    let id = name.strip_prefix("matchRuns/").unwrap();
    let council = matching(&suite, &["--run", id, "--as", "durham"]);
    ends(
        &council,
        0,
        &["14 of 18 students placed", "Adult care, Stanley", "central-assessment            –  "],
    );

    let year = shown.out.split(" placements ").nth(1).unwrap().get(..7).unwrap();
    let again = matching(&suite, &["--year", &year.replace('/', "-"), "--stage", "final"]);
    let rest =
        |said: &Said| said.out.split_once('\n').unwrap().1.split("\nto propose").next().unwrap().to_owned();
    assert_eq!((again.code, rest(&again)), (Some(0), rest(&shown)), "the same needs and offers");
    ends(&matching(&suite, &["--year", "2199/00", "--stage", "first"]), 0, &["0 of 0 students placed"]);

    ends(&matching(&suite, &["--run", &name, "--apply"]), 0, &["\nproposed to their hosts: 14\n"]);
    ends(&matching(&suite, &["--run", &name]), 0, &[", applied 2"]);
    matching(&suite, &["--run", &name, "--apply"]).refused("MATCH_RUN_ALREADY_APPLIED");
    let other = again.out.split(':').next().unwrap();
    let passed = matching(&suite, &["--run", other, "--apply"]);
    ends(&passed, 2, &["proposed to their hosts: 0\n", "passed over", "teesside/t7100202     NEED_NOT_OPEN"]);
}

impl Said {
    /// What was shown before it was refused does not matter.
    fn refused(&self, with: &str) {
        assert_eq!(self.code, Some(3), "{}", self.err);
        assert!(self.err.contains(with), "{with:?} is not in {:?}", self.err);
    }
}

#[test]
fn what_cannot_be_matched_says_why_and_ends_with_1_or_3() {
    let folder = tempfile::tempdir().unwrap();
    let suite = Suite::start(&folder.path().join("data"), &[]);
    let final_ones = ["--stage", "final", "--year", "2026-27"];
    for (args, with) in [
        (&["--stage", "final", "--year", "2026-28"][..], "such as 2026-27"),
        (&["--stage", "second", "--year", "2026-27"], "[possible values: first, final]"),
        (&["--stage", "final"], "--year"),
        (&["--run", "placements/a"], "expected matchRuns/{match_run}"),
        (&["--run", "a", "--stage", "final"], "cannot be used with"),
        (&[&final_ones[..], &["--as", "leeds"]].concat(), "no development key of partner leeds"),
        (&[&final_ones[..], &["--address", "http://127.0.0.1:9"]].concat(), "is `practicum serve` running?"),
    ] {
        matching(&suite, args).is_refused(1, with);
    }
    let elsewhere = folder.path().join("elsewhere").display().to_string();
    run(&[&["match", "--data", &elsewhere], &final_ones[..]].concat())
        .is_refused(1, "start `practicum serve`");
    matching(&suite, &["--run", "nobodys"]).is_refused(3, "NOT_FOUND");
    let token = run(&["token", "--data", &suite.data, "--role", "scheduler"]).out;
    matching(&suite, &[&final_ones[..], &["--token", token.trim()]].concat())
        .is_refused(3, "ROLE_NOT_ALLOWED");
    matching(&suite, &[&final_ones[..], &["--token", "t"]].concat()).is_refused(3, "TOKEN_INVALID");
}

/// Accepts and confirms what was proposed for a student, and says what the university's enrolments said.
fn confirmed(suite: &Suite, (university, student): (&str, &str), host: &str, more: &[&str]) -> Said {
    let call = |partner, method, request: &str| {
        suite.call(
            method,
            request,
            &[&["--partner", partner, "--role", "placement-coordinator"], more].concat(),
        )
    };
    let ask = format!(r#"{{"student": "partners/{university}/people/{student}"}}"#);
    let placement = &call(host, "PlacementService/ListPlacements", &ask).json()["placements"][0];
    let (name, offer) = (&placement["name"], &placement["placement_offer"]);
    let offer = call(host, "HostingService/GetPlacementOffer", &format!(r#"{{"name": {offer}}}"#)).json();
    let educator = &offer["practice_educators"][0];
    let ask = format!(r#"{{"name": {name}, "practice_educator": {educator}}}"#);
    assert_eq!(call(host, "PlacementService/AcceptPlacement", &ask).json()["state"], "STATE_ACCEPTED");
    call(university, "PlacementService/ConfirmPlacement", &format!(r#"{{"name": {name}}}"#))
}

#[test]
fn services_find_one_another_wherever_they_are_started_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    Suite::start(&data, &[]).kill();
    let suite = Suite::start(&data, &["--demo"]);
    ends(&matching(&suite, &["--run", &made(&suite), "--apply"]), 0, &["14"]);
    let placement = confirmed(&suite, ("teesside", "t7100206"), "sunderland", &[]).json();
    let said = (&placement["state"], &placement["enrolment_check"]);
    assert_eq!(said, (&"STATE_CONFIRMED".into(), &"ENROLMENT_CHECK_VERIFIED".into()));
    let away = confirmed(&suite, ("northumbria", "w8100305"), "gateshead", &[]);
    away.is_refused(1, "ENROLMENT_REFUSED");
    suite.kill();

    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let file = |name: &str, pem: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, pem).unwrap();
        path.display().to_string()
    };
    let (certificate, key) =
        (file("c.pem", made.cert.pem()), file("k.pem", made.signing_key.serialize_pem()));
    let tls = ["--listen", "0.0.0.0", "--tls-certificate", &certificate, "--tls-key", &key];
    let suite = Suite::start(&data, &tls);
    let placement =
        confirmed(&suite, ("northumbria", "w8100306"), "sunderland", &["--ca", &certificate]).json();
    assert_eq!(placement["enrolment_check"], "ENROLMENT_CHECK_VERIFIED");
}

fn counts(suite: &Suite) -> [usize; 3] {
    let needs = |partner| {
        let ask = format!(r#"{{"parent": "partners/{partner}"}}"#);
        listed(suite, partner, "MatchingService/ListPlacementNeeds", &ask, "placement_needs").len()
    };
    let ask = r#"{"parent": "partners/-"}"#;
    let offers = listed(suite, "teesside", "HostingService/ListPlacementOffers", ask, "placement_offers");
    [offers.len(), needs("teesside"), needs("northumbria")]
}

/// As a version left it that knew neither enrolments nor placements.
fn make_old(data: &Path) {
    for service in ["placements", "enrolments"] {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(data.join(format!("{service}.db{end}")));
        }
    }
    let text = std::fs::read_to_string(data.join("demo.toml")).unwrap();
    let known = |line: &&str| line.starts_with("began") || line.starts_with("done");
    let old: Vec<_> = text.lines().filter(known).collect();
    std::fs::write(data.join("demo.toml"), old.join("\n")).unwrap();
}

#[test]
fn the_demos_placements_are_loaded_once_and_added_to_a_demo_that_had_none() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let suite = Suite::start(&data, &["--demo"]);
    let run = made(&suite);
    assert_eq!(counts(&suite), [13, 17, 13]);
    suite.kill();

    // As if the load had been cut short: the same is asked for again, and the run is the same.
    let marker = data.join("demo.toml");
    let text = std::fs::read_to_string(&marker).unwrap();
    std::fs::write(&marker, text.replace("done = true", "done = false")).unwrap();
    let suite = Suite::start(&data, &["--demo"]);
    assert_eq!((counts(&suite), made(&suite)), ([13, 17, 13], run.clone()));
    suite.kill();
    let suite = Suite::start(&data, &["--demo"]);
    assert_eq!(made(&suite), run, "it is there already, and still told");
    suite.kill();

    make_old(&data);
    let suite = Suite::start(&data, &["--demo"]);
    assert_eq!(counts(&suite), [13, 17, 13]);
    let lines = suite.lines.join("\n");
    assert!(lines.contains("30 placement needs") && !lines.contains("masterclasses: systemic"), "{lines}");
}
