//! What a hit costs: `cargo run --release -p cache --example measure`.

use cache::{Cache, Settings};
use std::{hint::black_box, sync::Arc, time::Instant};
use vocabulary::Revision;

const HITS: u32 = 2_000_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(measure());
}

#[allow(clippy::disallowed_methods, reason = "a stopwatch")]
async fn measure() {
    let cache = Cache::open(&Settings::default()).await.expect("the default settings work");
    let shelf = cache.shelf::<String>("sessions");
    cache.changed(&[], Revision(0));
    let keys: Vec<String> = (1..=1_000).map(|it| format!("partners/durham/sessions/{it:032x}")).collect();
    for (key, at) in keys.iter().zip(1..) {
        shelf.put(key, Revision(at), Arc::new("a session".into()));
    }
    cache.changed(&[], Revision(1_000));
    for threads in [1, 2] {
        let began = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    for key in keys.iter().cycle().take(HITS as usize) {
                        black_box(shelf.peek(black_box(key), Some(Revision(900))));
                    }
                });
            }
        });
        println!("peek, {threads} thread(s): {:?} a hit", began.elapsed() / HITS);
        cache.changed(&[], Revision(1_000));
    }
    let began = Instant::now();
    for key in keys.iter().cycle().take(HITS as usize) {
        let load = async { Ok::<_, ()>(None) };
        black_box(shelf.get(key, Some(Revision(900)), load).await.expect("no load fails"));
    }
    println!("get: {:?} a hit", began.elapsed() / HITS);
    assert_eq!(cache.figures().loads, 0, "only hits were to be measured");
    cache.changed(&[], Revision(1_000));
    let changes: Vec<_> = keys.iter().map(|key| ("sessions", key.as_str(), Revision(1_001))).collect();
    let began = Instant::now();
    for _ in 0..100 {
        cache.changed(&changes, Revision(1_001));
    }
    println!("changed: {:?} a change", began.elapsed() / 100_000);
    println!("{:?}", cache.figures());
}
