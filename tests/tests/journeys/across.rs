//! What goes between a university's enrolments and placements: whoever is placed is enrolled, whoever leaves while on a
//! placement is a concern there, and whoever is on one is not dropped by a sync unseen. Either service may be down
//! meanwhile.

mod concerns;
mod confirmed;
mod held_back;

use contracts::placements::v1::Placement;
use practicum_tests::{Options, Stand, Store, placing::Parties};
use std::time::Duration;

/// Looks, one every twentieth of a second, before what should come is given up.
const LOOKS: usize = 2_400;
/// Longer than what has been told takes to arrive, where nothing is in its way.
const QUIET: Duration = Duration::from_secs(2);

/// Services that find each other: enrolments and placements stand from when somebody first asks for them.
async fn standing(store: Store) -> Stand {
    Stand::up(Options { store, follow: true, ..Options::default() }).await
}

/// Waits until a look finds something.
async fn found<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    for _ in 0..LOOKS {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never: {what}")
}

/// Waits until Teesside sees a placement that is as it should be.
async fn becomes(parties: &Parties, name: &str, right: impl Fn(&Placement) -> bool) -> Placement {
    let look = async || Some(parties.seen(name).await).filter(|seen| right(seen));
    found(&format!("{name} as it should be"), look).await
}

/// A test of a journey on each store.
macro_rules! stores {
    ($($journey:ident => $sqlite:ident, $postgres:ident;)*) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $sqlite() {
                Box::pin($journey(practicum_tests::Store::Sqlite)).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn $postgres() {
                Box::pin($journey(practicum_tests::Store::Postgres)).await;
            }
        )*
    };
}
use stores;
