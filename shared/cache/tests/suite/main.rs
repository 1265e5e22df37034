//! The invariants of the cache, each on all three kinds: off, in memory, and on Redis.

#![allow(clippy::disallowed_methods, reason = "tests measure time, wait and make ids")]
#![allow(clippy::cast_possible_wrap, reason = "tests count to a few thousand")]

mod age;
mod bench;
mod doubt;
mod faults;
mod revisions;
mod settings;
mod stampede;
mod tokens;

/// Makes a test of each kind from one body, which is given a [`bench::Bench`].
macro_rules! on_each_kind {
    ($(async fn $name:ident($bench:ident) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "not every body needs what is around it")]
            use super::*;
            async fn body($bench: crate::bench::Bench) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn off() {
                body(crate::bench::Bench::open(cache::Kind::Off).await).await
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn memory() {
                body(crate::bench::Bench::open(cache::Kind::Memory).await).await
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn redis() {
                body(crate::bench::Bench::open(cache::Kind::Redis).await).await
            }
        }
    )*};
}
pub(crate) use on_each_kind;
