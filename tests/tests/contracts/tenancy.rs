//! Nobody learns of another partner's: for every RPC, and every field that carries a name or a token, what another
//! partner has answers exactly as what is absent does. `tenancy/cases.txt` says of every text field what it
//! carries; a field that is not there fails the test.

mod probe;

use crate::{
    dynamic::{call, method, methods},
    examples, fields, rules,
    world::{Side, World},
};
use practicum_tests::{Options, Store, bad_fields, reason};
use probe::{Heard, hear};
use prost_reflect::{Kind, Value};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// `(RPC, path)` to what it carries and how another partner's answers.
fn cases() -> BTreeMap<(String, String), (String, String)> {
    let lines =
        include_str!("tenancy/cases.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
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
    let mut found = BTreeSet::new();
    for method in methods() {
        for leaf in fields::all(&method.input()) {
            if matches!(leaf.field.kind(), Kind::String) && leaf.item == leaf.field.is_list() {
                found.insert((method.name().to_owned(), leaf.path));
            }
        }
    }
    let known: BTreeSet<_> = cases().into_keys().collect();
    let missing: Vec<_> = found.difference(&known).collect();
    let stale: Vec<_> = known.difference(&found).collect();
    assert!(missing.is_empty(), "fields without a case in tenancy/cases.txt: {missing:?}");
    assert!(stale.is_empty(), "cases of fields that are gone: {stale:?}");
}

/// What a side has of what a field carries. `None` where the field carries nothing of anybody's.
async fn have(world: &World, side: &Side, rpc: &str, carries: &str) -> Option<String> {
    Some(match carries {
        "partner" => format!("partners/{}", side.partner),
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
        "etag" => probe::etag(world, side, rpc).await,
        "hash" => probe::head_hash(world, side).await,
        "page" => probe::page_token(world, side, rpc).await,
        "resume" => probe::resume_token(world, side).await,
        "text" | "mask" | "request" => return None,
        other => panic!("cases.txt: {other}"),
    })
}

/// Something well formed that nobody has.
fn absent(carries: &str) -> String {
    match carries {
        "partner" => "partners/nowhere".into(),
        "person" => "partners/nowhere/people/nobody".into(),
        "need" => "partners/durham/learningNeeds/nothing".into(),
        "class" => "masterclasses/nothing".into(),
        "class-id" | "session-id" => "nobodys".into(),
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
    let method = method(rpc);
    let mut request = examples::request(&world.own, &method);
    fields::set(&mut request, path, Value::String(text.into()));
    hear(call(&world.channel, &method, Some(&world.own.token), request).await, rpc, text)
}

async fn another_partners_is_as_absent(store: Store) {
    let world = World::up(Options { store, ..Options::default() }).await;
    let mut tried = 0;
    for ((rpc, path), (carries, answer)) in cases() {
        let Some(theirs) = have(&world, &world.other, &rpc, &carries).await else { continue };
        let nothing = ask(&world, &rpc, &path, &absent(&carries)).await;
        let foreign = ask(&world, &rpc, &path, &theirs).await;
        match answer.as_str() {
            "absent" => {
                assert_eq!(foreign, nothing, "{rpc} {path}: another partner's, and one that is absent")
            }
            open => {
                assert_eq!(foreign.said(), open, "{rpc} {path}: another partner's");
                let expected = if carries.ends_with("-id") { "OK" } else { "NOT_FOUND" };
                assert_eq!(nothing.said(), expected, "{rpc} {path}: absent");
            }
        }
        tried += 1;
    }
    assert!(tried > 45, "{tried}");
    world.stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_partner_has_is_as_if_it_were_not_on_sqlite() {
    Box::pin(another_partners_is_as_absent(Store::Sqlite)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_partner_has_is_as_if_it_were_not_on_postgres() {
    Box::pin(another_partners_is_as_absent(Store::Postgres)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_name_is_refused_as_a_field_and_the_callers_own_is_not_refused_as_absent() {
    let world = World::up(Options::default()).await;
    // What changes nothing first, so that what is cancelled last is still there for the others.
    let mut cases: Vec<_> = cases().into_iter().collect();
    cases.sort_by_key(|((rpc, _), _)| rpc.starts_with("Cancel"));
    for ((rpc, path), (carries, _)) in cases {
        let Some(own) = have(&world, &world.own, &rpc, &carries).await else { continue };
        let heard = ask(&world, &rpc, &path, &own).await;
        let kind = ["NOT_FOUND", "INVALID_FIELDS", "PERSON_OF_ANOTHER_PARTNER", "NOT_THE_HOST"];
        assert!(!kind.contains(&heard.said().as_str()), "{rpc} {path}: the caller's own: {heard:?}");
        let field =
            fields::all(&method(&rpc).input()).into_iter().find(|leaf| leaf.path == path).unwrap().field;
        let rules = rules::of(&field);
        if rules.pattern || rules.items.is_some_and(|items| items.pattern) {
            let mut request = examples::named(&world.own, &rpc);
            fields::set(&mut request, &path, Value::String("!! /".into()));
            let sent = call(&world.channel, &method(&rpc), Some(&world.own.token), request).await;
            let status = sent.expect_err(&path);
            assert_eq!(reason(&status), "INVALID_FIELDS", "{rpc} {path}");
            assert!(bad_fields(&status).contains(&path), "{rpc} {path}: {status:?}");
        }
    }
    world.stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_that_another_partner_used_is_as_good_as_new() {
    let world = World::up(Options::default()).await;
    for ((rpc, path), (carries, _)) in cases() {
        if carries != "request" {
            continue;
        }
        let (id, method) = (Uuid::now_v7().to_string(), method(&rpc));
        let mut heard = Vec::new();
        for side in [&world.other, &world.own] {
            let mut request = examples::request(side, &method);
            fields::set(&mut request, &path, Value::String(id.clone()));
            heard.push(call(&world.channel, &method, Some(&side.token), request).await);
        }
        let text = heard[1].as_ref().map_or_else(|status| format!("{status:?}"), ToString::to_string);
        let said: Vec<String> = heard.into_iter().map(|outcome| hear(outcome, &rpc, "").said()).collect();
        assert_eq!(said[0], said[1], "{rpc}: both partners do the same with one id");
        assert!(!text.contains("durham"), "{rpc}: an answer for another partner: {text}");
    }
    world.stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_mask_names_fields_that_may_change_and_no_others() {
    let world = World::up(Options::default()).await;
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
