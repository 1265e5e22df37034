use super::*;
use admission::{AUDIENCE, Verifier};
use tempfile::TempDir;
use vocabulary::from_micros;

/// Partners whose `desk` answers at one address, and whoever of them `speaks`.
fn peers(folder: &TempDir, speaks: &[&str], clock: &Clock) -> Peers {
    let addresses = [("desk", "127.0.0.1:7400".parse().unwrap())];
    Partners::write_defaults(folder.path(), &addresses).unwrap();
    let keys = folder.path().join("spoken");
    std::fs::create_dir_all(&keys).unwrap();
    for partner in speaks {
        let key = format!("{partner}.pem");
        std::fs::copy(folder.path().join("keys").join(&key), keys.join(key)).unwrap();
    }
    let settings = PeerSettings { keys: Some(keys), authority: None };
    Peers::open("enrolments", &settings, partners(folder), clock.clone()).unwrap()
}

fn partners(folder: &TempDir) -> Partners {
    Partners::load(&folder.path().join("partners.toml")).unwrap()
}

fn id(text: &str) -> PartnerId {
    text.parse().unwrap()
}

fn advance(clock: &Clock, minutes: i64) {
    clock.advance(from_micros(minutes * 60_000_000) - from_micros(0));
}

/// The token that a call carries.
fn token(badge: &mut Badge) -> String {
    let call = badge.call(Request::new(())).unwrap();
    let header = call.metadata().get("authorization").expect("a call carries a token");
    assert!(!format!("{header:?}").contains("Bearer"), "it is shown nowhere");
    header.to_str().unwrap().strip_prefix("Bearer ").unwrap().to_owned()
}

fn badge(peers: &Peers, own: &str) -> Badge {
    Badge { inner: peers.0.clone(), own: id(own), token: Arc::default() }
}

#[tokio::test]
async fn a_peer_is_found_where_partners_say_for_whom_this_process_speaks() {
    let (folder, clock) = (TempDir::new().unwrap(), Clock::movable());
    let peers = peers(&folder, &["durham"], &clock);
    assert_eq!(peers.own(), [id("durham")]);
    for of in ["durham", "teesside"] {
        assert!(peers.find(&id(of), "desk", &id("durham")).is_ok(), "{of}");
    }
    assert_eq!(peers.0.channels.lock().unwrap().len(), 1, "one connection an address");
    let Err(key) = peers.find(&id("teesside"), "desk", &id("teesside")) else { panic!("no key of theirs") };
    assert!(matches!(&key, NoPeer::Key(of) if *of == id("teesside")), "{key}");
    for (of, service) in [("durham", "till"), ("nowhere", "desk")] {
        let Err(address) = peers.find(&id(of), service, &id("durham")) else { panic!("{of} {service}") };
        assert!(matches!(&address, NoPeer::Address { .. }), "{address}");
        assert!(address.to_string().contains(&format!("{service} of {of}")), "{address}");
    }
}

#[tokio::test]
async fn without_a_folder_of_keys_nobody_is_called_and_one_that_cannot_be_read_is_said_at_once() {
    let (folder, clock) = (TempDir::new().unwrap(), Clock::movable());
    peers(&folder, &[], &clock);
    let none = Peers::open("enrolments", &PeerSettings::default(), partners(&folder), clock.clone()).unwrap();
    assert!(none.own().is_empty());
    assert!(matches!(none.find(&id("durham"), "desk", &id("durham")), Err(NoPeer::Key(_))));
    let keys = folder.path().join("broken");
    std::fs::create_dir(&keys).unwrap();
    std::fs::write(keys.join("durham.pem"), "no key").unwrap();
    let broken = PeerSettings { keys: Some(keys), authority: None };
    assert!(Peers::open("enrolments", &broken, partners(&folder), clock.clone()).is_err());
    let authority = PeerSettings { keys: None, authority: Some(folder.path().join("nothing.pem")) };
    let Err(missing) = Peers::open("enrolments", &authority, partners(&folder), clock) else {
        panic!("none")
    };
    assert!(format!("{missing:#}").contains("peers.authority"), "{missing:#}");
}

#[tokio::test]
async fn a_token_says_which_service_calls_for_whom_and_is_renewed_in_time() {
    let (folder, clock) = (TempDir::new().unwrap(), Clock::movable());
    let peers = peers(&folder, &["durham", "teesside"], &clock);
    let verifier = Verifier::new(partners(&folder), AUDIENCE);
    let mut durham = badge(&peers, "durham");
    let first = token(&mut durham);
    let caller = verifier.verify(&first, clock.now()).unwrap();
    assert_eq!(
        (&caller.partner, caller.person.as_str()),
        (&id("durham"), "partners/durham/people/enrolments")
    );
    let roles: Vec<_> = Role::ALL.iter().filter(|role| caller.has(**role)).collect();
    assert_eq!(roles, [&Role::Service], "and no more than that");
    let theirs = verifier.verify(&token(&mut badge(&peers, "teesside")), clock.now()).unwrap();
    assert_eq!(theirs.partner, id("teesside"));
    advance(&clock, 4);
    assert_eq!(token(&mut durham.clone()), first, "it is used again, by its clones too");
    advance(&clock, 2);
    let second = token(&mut durham);
    assert_ne!(second, first);
    assert!(verifier.verify(&first, clock.now()).is_ok(), "the old one was still good: calls may last");
    advance(&clock, 6);
    assert!(verifier.verify(&first, clock.now()).is_err() && verifier.verify(&second, clock.now()).is_ok());
}
