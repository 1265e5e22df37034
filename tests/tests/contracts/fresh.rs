//! `practicum-min-revision`, sent with every RPC that reads: nothing older is ever answered, so that what has not
//! been committed is refused.

use crate::{
    dynamic::{Home, send},
    examples,
    world::World,
};
use practicum_tests::{Options, Store, reason};
use prost_reflect::{DynamicMessage, MethodDescriptor};
use tonic::{Request, Status};
use tonic_types::StatusExt;
use vocabulary::Call;

async fn not_before(
    world: &World,
    method: &MethodDescriptor,
    revision: i64,
) -> Result<DynamicMessage, Status> {
    let mut request = Request::new(examples::request(&world.own, method));
    let bearer = format!("Bearer {}", world.own.token(method.name())).parse().unwrap();
    request.metadata_mut().insert("authorization", bearer);
    request.metadata_mut().insert("practicum-min-revision", revision.into());
    send(&world.channel, method, request).await
}

fn reads(home: Home) -> Vec<MethodDescriptor> {
    let verbs = ["Get", "List", "Export", "Verify", "Check"];
    home.methods()
        .into_iter()
        .filter(|method| verbs.iter().any(|verb| method.name().starts_with(verb)))
        .collect()
}

/// The last revision committed: the refusal of one that was not says it.
fn last(refused: &Status) -> i64 {
    let info = refused.get_details_error_info().unwrap();
    info.metadata["reached"].parse().unwrap()
}

async fn what_was_not_committed_is_refused(store: Store) {
    for home in Home::ALL {
        Box::pin(of_a_service(home, store)).await;
    }
}

async fn of_a_service(home: Home, store: Store) {
    let world = World::up(home, Options { store, ..Options::default() }).await;
    let reads = reads(home);
    assert!(reads.len() >= 9);
    for method in reads {
        let rpc = method.name().to_owned();
        let refused = not_before(&world, &method, i64::MAX).await.expect_err(&rpc);
        assert_eq!(reason(&refused), "REVISION_NOT_REACHED", "{rpc}");
        let last = last(&refused);
        not_before(&world, &method, last).await.unwrap_or_else(|no| panic!("{rpc} at {last}: {no:?}"));
        let next = not_before(&world, &method, last + 1).await.expect_err(&rpc);
        assert_eq!(reason(&next), "REVISION_NOT_REACHED", "{rpc}");
    }
    world.stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revision_that_was_not_committed_is_refused_and_the_last_one_answered_on_sqlite() {
    Box::pin(what_was_not_committed_is_refused(Store::Sqlite)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revision_that_was_not_committed_is_refused_and_the_last_one_answered_on_postgres() {
    Box::pin(what_was_not_committed_is_refused(Store::Postgres)).await;
}

/// Others ask for the same without a revision all the while: what their loads bring is not an answer for this caller.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_elses_load_answers_for_a_revision_that_was_not_committed() {
    let world = World::up(Home::Masterclasses, Options::default()).await;
    let app = world.stand.standing.app.clone();
    let name: masterclasses::domain::SessionName = world.own.session.parse().unwrap();
    let caller = testkit::caller("durham", vocabulary::PartnerKind::Council, &[], "somebody");
    let plain = testkit::call(caller, "suite");
    let wanting = Call { min_revision: Some(vocabulary::Revision(i64::MAX)), ..plain.clone() };
    for _ in 0..200 {
        // A doubt makes each of them load.
        app.cache.doubt();
        let (one, other, none) = tokio::join!(
            app.get_session(&plain, &name),
            app.get_session(&plain, &name),
            app.get_session(&wanting, &name)
        );
        assert!(one.is_ok() && other.is_ok());
        assert!(none.is_err(), "an answer that nobody could know to be so new");
    }
    world.stand.down().await;
}
