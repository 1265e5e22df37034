//! What the suite's own tests stand on: services served over real sockets, on either store, and callers with
//! tokens.

#![allow(clippy::disallowed_methods, reason = "tests measure time, wait and make ids")]

pub mod contract;
pub mod coordinators;
pub mod dice;
pub mod officials;
pub mod partners;
pub mod people;
pub mod placing;
pub mod referee;
pub mod stand;

pub use coordinators::Coordinator;
pub use officials::Official;
pub use people::{Client, Person};
pub use stand::{Options, Stand, Store};

use contracts::{common::v1 as common, masterclasses::v1 as wire};
use prost_types::Timestamp;
use tonic::Status;

/// Runs a journey on SQLite and on PostgreSQL; `following:` before it, on a stand whose services know each other.
#[macro_export]
macro_rules! on_both_stores {
    (following: $($journeys:tt)*) => {
        $crate::on_both_stores! { @ true $($journeys)* }
    };
    (@ $follow:literal $($(#[$doc:meta])* async fn $name:ident($stand:ident: &Stand) $body:block)*) => {
        $(mod $name {
            use super::*;

            async fn journey($stand: &$crate::Stand) $body

            $(#[$doc])*
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                let options = $crate::Options { follow: $follow, ..Default::default() };
                let stand = $crate::Stand::up(options).await;
                Box::pin(journey(&stand)).await;
                stand.down().await;
            }

            $(#[$doc])*
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                let store = $crate::Store::Postgres;
                let options = $crate::Options { store, follow: $follow, ..Default::default() };
                let stand = $crate::Stand::up(options).await;
                Box::pin(journey(&stand)).await;
                stand.down().await;
            }
        })*
    };
    ($($journeys:tt)*) => {
        $crate::on_both_stores! { @ false $($journeys)* }
    };
}

/// So many seconds from now.
pub fn in_seconds(seconds: i64) -> Timestamp {
    let now = vocabulary::Clock::system().now().timestamp();
    Timestamp { seconds: now + seconds, nanos: 0 }
}

/// A fresh request id.
pub fn request_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// The stable reason of a refusal; the test fails where there is none, or where the contract says another code.
#[track_caller]
pub fn reason(status: &Status) -> String {
    let reason = refusals::reason(status).unwrap_or_else(|| panic!("a status without a reason: {status:?}"));
    assert_eq!(
        Some(status.code()),
        contract::code(&reason),
        "{reason} does not go with its code in the contract"
    );
    reason
}

/// The fields that a status says are wrong.
pub fn bad_fields(status: &Status) -> Vec<String> {
    use tonic_types::StatusExt;
    let details = status.get_details_bad_request();
    details.map(|bad| bad.field_violations.into_iter().map(|v| v.field).collect()).unwrap_or_default()
}

/// A seat for one of a partner's people.
pub fn seat(partner: &str, person: &str) -> wire::SeatRequest {
    wire::SeatRequest {
        attendee: Some(common::Person {
            person: format!("partners/{partner}/people/{person}"),
            display_name: format!("Person {person}"),
            ..Default::default()
        }),
        audience: wire::Audience::SocialWorker.into(),
        ..Default::default()
    }
}

/// A session that starts in a week, with so many seats.
pub fn session(capacity: i32) -> wire::Session {
    let week = 7 * 86_400;
    wire::Session {
        start_time: Some(in_seconds(week)),
        end_time: Some(in_seconds(week + 7_200)),
        capacity,
        ..Default::default()
    }
}
