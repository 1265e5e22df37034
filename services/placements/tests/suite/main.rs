//! The service in process, on both databases: what each call answers and refuses, what a page costs, what the tables let
//! through, and what races leave behind.

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

mod hosting;
mod house;
mod matching;
mod placement;
