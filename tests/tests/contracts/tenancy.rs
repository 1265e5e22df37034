//! Nobody learns of another partner's: for every RPC, and every field that carries a name or a token, what another
//! partner has answers exactly as what is absent does. `tenancy/*.txt` says of every text field what it
//! carries; a field that is not there fails the test.

mod parties;
mod probe;
mod references;

use crate::{
    dynamic::{Home, call},
    examples, fields, rules,
    world::{Side, World},
};
use practicum_tests::{Options, Store, bad_fields, reason};
use probe::{Heard, hear};
use prost_reflect::{Kind, Value};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// `(RPC, path)` to what it carries and how another partner's answers.
fn cases(home: Home) -> BTreeMap<(String, String), (String, String)> {
    let text = match home {
        Home::Masterclasses => include_str!("tenancy/masterclasses.txt"),
        Home::Enrolments => include_str!("tenancy/enrolments.txt"),
        Home::Placements => include_str!("tenancy/placements.txt"),
    };
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [rpc, path, carries, answer] = words[..] else { panic!("not a case: {line}") };
            ((rpc.to_owned(), path.to_owned()), (carries.to_owned(), answer.to_owned()))
        })
        .collect()
}

#[test]
fn every_text_field_of_every_request_has_its_case() {
    for home in Home::ALL {
        let mut found = BTreeSet::new();
        for method in home.methods() {
            for leaf in fields::all(&method.input()) {
                if matches!(leaf.field.kind(), Kind::String) && leaf.item == leaf.field.is_list() {
                    found.insert((method.name().to_owned(), leaf.path));
                }
            }
        }
        let known: BTreeSet<_> = cases(home).into_keys().collect();
        let missing: Vec<_> = found.difference(&known).collect();
        let stale: Vec<_> = known.difference(&found).collect();
        assert!(missing.is_empty(), "{home:?}: fields without a case in tenancy: {missing:?}");
        assert!(stale.is_empty(), "{home:?}: cases of fields that are gone: {stale:?}");
    }
}

/// What a side has of what a field carries. `None` where the field carries nothing of anybody's.
async fn have(world: &World, side: &Side, rpc: &str, carries: &str) -> Option<String> {
    if let Some(name) = of_placements(side, carries) {
        return Some(name);
    }
    Some(match carries {
        "partner" => format!("partners/{}", side.caller(rpc).0),
        "person" => side.person.clone(),
        "need" => side.need.clone(),
        "class" => side.class.clone(),
        "class-id" => format!("{}-class", side.partner),
        "session-id" => format!("only-{}", side.partner),
        "session" => side.session.clone(),
        "past" => side.past.clone(),
        "booking" => side.booking.clone(),
        "offered" => side.offered.clone(),
        "attended" => side.attended.clone(),
        "unrecorded" => side.unrecorded.clone(),
        "course" => side.taught.course.clone(),
        "run" => side.taught.run.clone(),
        "enrolment" => side.taught.enrolment.clone(),
        "paused" => side.taught.paused.clone(),
        "leaver" => side.taught.leaver.clone(),
        "finisher" => side.taught.finisher.clone(),
        "quiet" => side.taught.quiet.clone(),
        "applied" => side.taught.applied.clone(),
        "waiting" => side.taught.waiting.clone(),
        "receiving" => side.taught.receiving.clone(),
        "data-set" => side.taught.data_set.clone(),
        "item" => side.taught.item.clone(),
        "record" => examples::record(side),
        "course-id" | "run-id" | "enrolment-id" => format!("only-{}", side.partner),
        "etag" => probe::etag(world, side, rpc).await,
        "hash" => probe::head_hash(world, side).await,
        "page" => probe::page_token(world, side, rpc).await,
        "resume" => probe::resume_token(world, side).await,
        "text" | "mask" | "request" => return None,
        other => panic!("cases.txt: {other}"),
    })
}

/// What a side's host or university has at placements.
fn of_placements(side: &Side, carries: &str) -> Option<String> {
    let placed = &side.placed;
    Some(match carries {
        "host" => format!("partners/{}", side.partner),
        "university" => format!("partners/{}", placed.university),
        "student" => placed.student.clone(),
        "interest" => placed.interest.clone(),
        "educator" => placed.educator.clone(),
        "educator-id" | "offer-id" => format!("only-{}", side.partner),
        "need-id" => format!("only-{}", placed.university),
        "offer" => placed.offer.clone(),
        "draft" => placed.draft.clone(),
        "going" => placed.going.clone(),
        "unasked" => placed.quiet.clone(),
        "looking" => placed.looking.clone(),
        "leaving" => placed.leaving.clone(),
        "match-run" => placed.run.clone(),
        "proposed" => placed.proposed.clone(),
        "unwanted" => placed.unwanted.clone(),
        "accepted" => placed.accepted.clone(),
        "confirmed" => placed.confirmed.clone(),
        "running" => placed.running.clone(),
        "suspended" => placed.suspended.clone(),
        "served" => placed.served.clone(),
        "recommended" => placed.recommended.clone(),
        "withdrawing" => placed.withdrawing.clone(),
        "ending" => placed.ending.clone(),
        _ => return None,
    })
}

/// Something well formed that nobody has.
fn absent(carries: &str) -> String {
    match carries {
        "partner" => "partners/nowhere".into(),
        "host" | "university" => "partners/nowhere".into(),
        "person" | "student" => "partners/nowhere/people/nobody".into(),
        "interest" => "partners/nowhere/hostingInterests/2019-20".into(),
        "educator" => "partners/durham/practiceEducators/nobody".into(),
        "offer" | "draft" | "going" => "partners/durham/placementOffers/nothing".into(),
        // Nobody else has asked for it, so that not even the caller's own audit log knows of it.
        "unasked" => "partners/durham/placementOffers/nowhere".into(),
        "looking" | "leaving" => "partners/teesside/placementNeeds/nothing".into(),
        "match-run" => "matchRuns/nothing".into(),
        "proposed" | "unwanted" | "accepted" | "confirmed" | "running" | "suspended" | "served"
        | "recommended" | "withdrawing" | "ending" => "placements/nothing".into(),
        "educator-id" | "offer-id" | "need-id" => "nobodys".into(),
        "need" => "partners/durham/learningNeeds/nothing".into(),
        "class" => "masterclasses/nothing".into(),
        "class-id" | "session-id" | "course-id" | "run-id" | "enrolment-id" => "nobodys".into(),
        "course" => "partners/teesside/courses/nothing".into(),
        "run" => "partners/teesside/courses/main/runs/nothing".into(),
        "enrolment" | "paused" | "leaver" | "finisher" => "partners/teesside/enrolments/nothing".into(),
        "quiet" => "partners/teesside/enrolments/nowhere".into(),
        "applied" | "waiting" | "receiving" => "partners/teesside/syncRuns/nothing".into(),
        "data-set" => "only-nobody".into(),
        "item" => "partners/nowhere/people/nobody/learningItems/nothing".into(),
        "record" => "partners/nowhere/people/nobody/learningRecord".into(),
        "session" | "past" => "masterclasses/durham-class/sessions/nothing".into(),
        // Nobody else has asked for it, so that not even the caller's own audit log knows of it.
        "unrecorded" => "masterclasses/durham-class/sessions/past/bookings/nowhere".into(),
        "booking" | "offered" | "attended" => {
            "masterclasses/durham-class/sessions/next/bookings/nothing".into()
        }
        "etag" => "\"123456789\"".into(),
        "hash" => "f".repeat(64),
        _ => "AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHHIIIIJJJJKKKK".into(),
    }
}

/// Sends the partner's own request with one field set to `text`, and tells what comes, `text` left out of it.
async fn ask(world: &World, rpc: &str, path: &str, text: &str) -> Heard {
    let method = world.own.home.method(rpc);
    let mut request = examples::request(&world.own, &method);
    fields::set(&mut request, path, Value::String(text.into()));
    hear(call(&world.channel, &method, Some(world.own.token(rpc)), request).await, rpc, text)
}

async fn another_partners_is_as_absent(home: Home, store: Store) {
    let world = World::up(home, Options { store, ..Options::default() }).await;
    let mut tried = 0;
    for ((rpc, path), (carries, answer)) in cases(home) {
        let Some(theirs) = have(&world, &world.other, &rpc, &carries).await else { continue };
        let nothing = ask(&world, &rpc, &path, &absent(&carries)).await;
        let foreign = ask(&world, &rpc, &path, &theirs).await;
        match answer.split_once('/').unwrap_or((&answer, "NOT_FOUND")) {
            ("absent", _) => {
                assert_eq!(foreign, nothing, "{rpc} {path}: another partner's, and one that is absent")
            }
            (open, other) => {
                assert_eq!(foreign.said(), open, "{rpc} {path}: another partner's");
                assert_eq!(nothing.said(), other, "{rpc} {path}: absent");
            }
        }
        tried += 1;
    }
    assert!(tried > 40, "{tried}");
    world.stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_partner_has_is_as_if_it_were_not_on_sqlite() {
    Box::pin(another_partners_is_as_absent(Home::Masterclasses, Store::Sqlite)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_partner_has_is_as_if_it_were_not_on_postgres() {
    Box::pin(another_partners_is_as_absent(Home::Masterclasses, Store::Postgres)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_university_has_is_as_if_it_were_not_on_sqlite() {
    Box::pin(another_partners_is_as_absent(Home::Enrolments, Store::Sqlite)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_university_has_is_as_if_it_were_not_on_postgres() {
    Box::pin(another_partners_is_as_absent(Home::Enrolments, Store::Postgres)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_host_or_university_has_is_as_if_it_were_not_on_sqlite() {
    Box::pin(another_partners_is_as_absent(Home::Placements, Store::Sqlite)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_host_or_university_has_is_as_if_it_were_not_on_postgres() {
    Box::pin(another_partners_is_as_absent(Home::Placements, Store::Postgres)).await;
}

async fn only_what_is_malformed_is_refused_as_a_field(home: Home) {
    let world = World::up(home, Options::default()).await;
    // What changes nothing first, so that what ends something last finds it there.
    let mut cases: Vec<_> = cases(home).into_iter().collect();
    let ends = |rpc: &str| {
        ["Cancel", "Withdraw", "Complete", "Apply", "Discard", "Restore", "Terminate"]
            .iter()
            .any(|verb| rpc.starts_with(verb))
    };
    cases.sort_by_key(|((rpc, _), _)| ends(rpc));
    for ((rpc, path), (carries, _)) in cases {
        let Some(own) = have(&world, &world.own, &rpc, &carries).await else { continue };
        let heard = ask(&world, &rpc, &path, &own).await;
        let kind = ["NOT_FOUND", "INVALID_FIELDS", "PERSON_OF_ANOTHER_PARTNER", "NOT_THE_HOST"];
        assert!(!kind.contains(&heard.said().as_str()), "{rpc} {path}: the caller's own: {heard:?}");
        let method = home.method(&rpc);
        let field = fields::all(&method.input()).into_iter().find(|leaf| leaf.path == path).unwrap().field;
        let rules = rules::of(&field);
        if rules.pattern || rules.items.is_some_and(|items| items.pattern) {
            let mut request = examples::named(&world.own, &rpc);
            fields::set(&mut request, &path, Value::String("!! /".into()));
            let sent = call(&world.channel, &method, Some(world.own.token(&rpc)), request).await;
            let status = sent.expect_err(&path);
            assert_eq!(reason(&status), "INVALID_FIELDS", "{rpc} {path}");
            assert!(bad_fields(&status).contains(&path), "{rpc} {path}: {status:?}");
        }
    }
    world.stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_name_is_refused_as_a_field_and_the_callers_own_is_not_refused_as_absent() {
    Box::pin(only_what_is_malformed_is_refused_as_a_field(Home::Masterclasses)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_name_is_refused_as_a_field_and_the_universitys_own_is_not_refused_as_absent() {
    Box::pin(only_what_is_malformed_is_refused_as_a_field(Home::Enrolments)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_name_is_refused_as_a_field_and_a_partys_own_is_not_refused_as_absent() {
    Box::pin(only_what_is_malformed_is_refused_as_a_field(Home::Placements)).await;
}

async fn anothers_request_id_is_new(home: Home) {
    let world = World::up(home, Options::default()).await;
    for ((rpc, path), (carries, _)) in cases(home) {
        if carries != "request" {
            continue;
        }
        let (id, method) = (Uuid::now_v7().to_string(), home.method(&rpc));
        let mut heard = Vec::new();
        for side in [&world.other, &world.own] {
            let mut request = examples::request(side, &method);
            fields::set(&mut request, &path, Value::String(id.clone()));
            heard.push(call(&world.channel, &method, Some(side.token(&rpc)), request).await);
        }
        let text = heard[1].as_ref().map_or_else(|status| format!("{status:?}"), ToString::to_string);
        let said: Vec<String> = heard.into_iter().map(|outcome| hear(outcome, &rpc, "").said()).collect();
        assert_eq!(said[0], said[1], "{rpc}: both partners do the same with one id");
        assert!(!text.contains(world.other.caller(&rpc).0), "{rpc}: an answer for another partner: {text}");
    }
    world.stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_that_another_partner_used_is_as_good_as_new() {
    Box::pin(anothers_request_id_is_new(Home::Masterclasses)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_that_another_university_used_is_as_good_as_new() {
    Box::pin(anothers_request_id_is_new(Home::Enrolments)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_that_another_host_or_university_used_is_as_good_as_new() {
    Box::pin(anothers_request_id_is_new(Home::Placements)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_mask_names_fields_that_may_change_and_no_others() {
    let world = World::up(Home::Masterclasses, Options::default()).await;
    let tries = [("nothing", "INVALID_FIELDS"), ("host", "IMMUTABLE_FIELD"), ("name", "IMMUTABLE_FIELD")];
    for (rpc, other) in [("UpdateMasterclass", "create_time"), ("UpdateSession", "seats_taken")] {
        for (path, expected) in tries.into_iter().chain([(other, "IMMUTABLE_FIELD")]) {
            // A session has no host.
            let expected = if (rpc, path) == ("UpdateSession", "host") { "INVALID_FIELDS" } else { expected };
            let heard = ask(&world, rpc, "update_mask.paths[0]", path).await;
            assert_eq!(heard.said(), expected, "{rpc} {path}");
        }
    }
    world.stand.down().await;
}
