//! Syncs. The names of the tests say what makes one safe; the README has the table.

mod approval;
mod basics;
mod few;
mod house;
mod noted;
mod received;
mod refused;
mod undone;

/// The same on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($house:ident: House) $body:block)*) => {
        $(mod $name {
            #[allow(unused_imports, reason = "not every test needs all of them")]
            use super::*;

            async fn story($house: House) $body

            $(#[$doc])*
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                Box::pin(story(House::on_sqlite().await)).await;
            }

            $(#[$doc])*
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                Box::pin(story(House::on_postgres().await)).await;
            }
        })*
    };
}
use on_both;
