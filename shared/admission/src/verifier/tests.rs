use super::*;
use crate::{AUDIENCE, DevelopmentKeys};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::EncodingKey;
use serde_json::{Value, json};
use std::{collections::HashSet, path::Path, time::Duration};
use tempfile::TempDir;
use vocabulary::PartnerKind;

mod forged;

/// Some time in 2026, in seconds.
const NOW: u64 = 1_790_000_000;

struct Desk {
    folder: TempDir,
    verifier: Verifier,
    keys: DevelopmentKeys,
}

fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    Partners::write_defaults(folder.path(), &[("desk", "127.0.0.1:7400".parse().unwrap())]).unwrap();
    let partners = Partners::load(&folder.path().join("partners.toml")).unwrap();
    let keys = DevelopmentKeys::open(folder.path()).unwrap();
    Desk { folder, verifier: Verifier::new(partners, AUDIENCE), keys }
}

fn at(seconds: u64) -> Instant {
    from_micros(i64::try_from(seconds).unwrap() * 1_000_000)
}

fn pem(folder: &Path, partner: &str) -> Vec<u8> {
    std::fs::read(folder.join(format!("keys/{partner}.pem"))).unwrap()
}

fn jwk(folder: &Path, partner: &str) -> Value {
    let text = std::fs::read_to_string(folder.join(format!("keys/{partner}.jwks.json"))).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["keys"][0].take()
}

fn claims() -> Value {
    json!({
        "iss": "https://durham.practicum.invalid", "sub": "p-1", "aud": AUDIENCE, "iat": NOW, "exp": NOW + 600,
        "partner": "durham", "roles": ["scheduler"],
    })
}

fn join(header: &str, claims: &str) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
}

fn sign(header: &str, claims: &str, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = join(header, claims);
    let signature = crypto::sign(message.as_bytes(), key, algorithm).unwrap();
    format!("{message}.{signature}")
}

#[test]
fn a_minted_token_says_who_calls_and_unknown_roles_grant_nothing() {
    let desk = desk();
    let partner = "teesside".parse().unwrap();
    let token =
        desk.keys.mint(&partner, &[Role::Registrar], "r.1", Duration::from_secs(600), at(NOW)).unwrap();
    let caller = desk.verifier.verify(&token, at(NOW)).unwrap();
    assert_eq!((caller.partner.as_str(), caller.kind), ("teesside", PartnerKind::University));
    assert_eq!(caller.person.as_str(), "partners/teesside/people/r.1");
    assert_eq!((caller.roles, caller.on_behalf_of), (Roles::of(&[Role::Registrar]), None));

    let mut root = claims();
    root["roles"] = json!(["root", "SCHEDULER", ""]);
    let key = EncodingKey::from_ec_pem(&pem(desk.folder.path(), "durham")).unwrap();
    let token = sign(r#"{"alg":"ES256"}"#, &root.to_string(), &key, Algorithm::ES256);
    assert!(desk.verifier.verify(&token, at(NOW)).unwrap().roles.is_empty());
}

#[test]
fn a_service_calls_on_behalf_of_a_person_of_its_own_partner() {
    let desk = desk();
    let partner = "durham".parse().unwrap();
    let token = desk.keys.mint_for(&partner, "desk", "p-7", Duration::from_secs(60), at(NOW)).unwrap();
    let caller = desk.verifier.verify(&token, at(NOW)).unwrap();
    assert!(caller.has(Role::Service));
    assert_eq!(caller.on_behalf_of.as_deref(), Some("partners/durham/people/p-7"));
}

#[test]
fn a_token_is_good_from_a_minute_before_its_issue_to_a_minute_after_its_end() {
    let desk = desk();
    let partner = "durham".parse().unwrap();
    let token = desk.keys.mint(&partner, &[], "p-1", Duration::from_secs(600), at(NOW)).unwrap();
    let verify = |now| desk.verifier.verify(&token, at(now)).map(|_| ());
    assert_eq!(verify(NOW - 61), Err(Denied::Token(TokenFault::NotYetValid)));
    assert_eq!(verify(NOW - 60), Ok(()));
    assert_eq!(verify(NOW + 300), Ok(()));
    assert_eq!(verify(NOW + 659), Ok(()));
    assert_eq!(verify(NOW + 660), Err(Denied::Token(TokenFault::Expired)), "it was remembered for too long");
    assert_eq!(
        verify(NOW - 61),
        Err(Denied::Token(TokenFault::NotYetValid)),
        "it was remembered before its time"
    );
}

#[test]
fn no_token_is_minted_that_would_be_refused() {
    let desk = desk();
    let partner = "durham".parse().unwrap();
    for (subject, life) in [("a b", 60), ("", 60), ("p-1", 0), ("p-1", 3_601)] {
        assert!(desk.keys.mint(&partner, &[], subject, Duration::from_secs(life), at(NOW)).is_err());
    }
    assert!(desk.keys.mint_for(&partner, "desk", "a/b", Duration::from_secs(60), at(NOW)).is_err());
    assert!(desk.keys.mint(&"leeds".parse().unwrap(), &[], "p-1", Duration::from_secs(60), at(NOW)).is_err());
}

#[test]
fn a_token_of_a_key_that_was_withdrawn_is_refused_at_once_though_it_was_remembered() {
    let (desk, other) = (desk(), desk());
    let partner = "durham".parse().unwrap();
    let mint = |desk: &Desk| desk.keys.mint(&partner, &[], "p-1", Duration::from_secs(600), at(NOW)).unwrap();
    let (old, new) = (mint(&desk), mint(&other));
    assert!(desk.verifier.verify(&old, at(NOW)).is_ok() && desk.verifier.verify(&new, at(NOW)).is_err());
    desk.verifier.replace(other.verifier.partners());
    assert!(desk.verifier.verify(&old, at(NOW)).is_err() && desk.verifier.verify(&new, at(NOW)).is_ok());
}

#[test]
fn what_outlives_a_token_is_told_when_it_ends() {
    let desk = desk();
    let token =
        desk.keys.mint(&"durham".parse().unwrap(), &[], "p-1", Duration::from_secs(600), at(NOW)).unwrap();
    let until = desk.verifier.verify_until(&token, at(NOW)).unwrap().until;
    assert_eq!(until, at(NOW + 660));
    assert!(desk.verifier.verify(&token, until).is_err());
}
