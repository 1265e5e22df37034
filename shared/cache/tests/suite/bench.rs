//! A service in miniature: a table, its change feed, and a cache over it.

use cache::{Cache, Cached, Kind, Settings, Shelf};
use redis::aio::MultiplexedConnection;
use secrecy::ExposeSecret;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use vocabulary::Revision;

pub type Found = Option<Arc<Cached<String>>>;

/// What is true.
#[derive(Default)]
pub struct Db {
    state: Mutex<State>,
    pub loads: AtomicU64,
}

#[derive(Default)]
struct State {
    rows: HashMap<String, (Revision, String)>,
    /// The change at position n + 1.
    feed: Vec<String>,
}

impl Db {
    /// Commits a change; its revision is its position in the feed.
    pub fn write(&self, key: &str) -> Revision {
        let mut state = self.state.lock().unwrap();
        state.feed.push(key.into());
        let revision = Revision(state.feed.len() as i64);
        state.rows.insert(key.into(), (revision, value_at(revision)));
        revision
    }

    pub fn remove(&self, key: &str) -> Revision {
        let mut state = self.state.lock().unwrap();
        state.feed.push(key.into());
        state.rows.remove(key);
        Revision(state.feed.len() as i64)
    }

    pub fn read(&self, key: &str) -> Option<(Revision, String)> {
        self.state.lock().unwrap().rows.get(key).cloned()
    }

    pub fn revision(&self, key: &str) -> Option<Revision> {
        Some(self.read(key)?.0)
    }

    pub fn loads(&self) -> u64 {
        self.loads.load(SeqCst)
    }

    /// A load that takes `pause` after it has read.
    pub fn load(
        self: &Arc<Self>,
        key: &str,
        pause: Duration,
    ) -> impl Future<Output = Result<Option<(Revision, String)>, String>> + Send + 'static {
        let (db, key) = (self.clone(), key.to_owned());
        async move {
            let row = db.read(&key);
            db.loads.fetch_add(1, SeqCst);
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
            Ok(row)
        }
    }

    /// Brings a cache up to date with the feed, as a process's follower does.
    pub fn tell(&self, cache: &Cache, position: &mut usize) {
        let news: Vec<(String, Revision)> = {
            let feed = &self.state.lock().unwrap().feed;
            let news = feed.iter().enumerate().skip(*position);
            news.map(|(at, key)| (key.clone(), Revision(at as i64 + 1))).collect()
        };
        *position += news.len();
        let changes: Vec<_> = news.iter().map(|(key, at)| ("things", key.as_str(), *at)).collect();
        cache.changed(&changes, Revision(*position as i64));
    }
}

pub fn value_at(revision: Revision) -> String {
    format!("as of {}", revision.0)
}

pub struct Bench {
    pub settings: Settings,
    pub db: Arc<Db>,
    pub process: Process,
}

/// One process of the service.
#[derive(Clone)]
pub struct Process {
    pub db: Arc<Db>,
    pub cache: Cache,
    pub shelf: Shelf<String>,
    position: Arc<Mutex<usize>>,
}

impl Bench {
    pub async fn open(kind: Kind) -> Self {
        let url = if kind == Kind::Redis { Some(testkit::redis().fresh_url().await.into()) } else { None };
        Self::with(Settings { kind, url, ..Settings::default() }).await
    }

    pub async fn with(settings: Settings) -> Self {
        let db = Arc::new(Db::default());
        let process = Process::open(&settings, &db).await;
        Self { settings, db, process }
    }

    pub fn keeps(&self) -> bool {
        self.settings.kind != Kind::Off
    }

    /// Another process of the same service.
    pub async fn another(&self) -> Process {
        Process::open(&self.settings, &self.db).await
    }

    /// All keys of a Redis and what it holds of them, once no write has come for a while.
    pub async fn in_redis(&self) -> HashMap<String, String> {
        let mut before = HashMap::new();
        loop {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let now = self.dump().await;
            if now == before && !now.is_empty() {
                return now;
            }
            before = now;
        }
    }

    /// Puts values into Redis as they are.
    pub async fn restore(&self, held: &HashMap<String, String>) {
        let mut redis = self.redis().await;
        for (key, value) in held {
            redis::cmd("SET").arg(key).arg(value).query_async::<()>(&mut redis).await.unwrap();
        }
    }

    /// A connection of the test's own.
    pub async fn redis(&self) -> MultiplexedConnection {
        let url = self.settings.url.as_ref().unwrap().expose_secret();
        redis::Client::open(url).unwrap().get_multiplexed_async_connection().await.unwrap()
    }

    async fn dump(&self) -> HashMap<String, String> {
        let mut redis = self.redis().await;
        let keys: Vec<String> = redis::cmd("KEYS").arg("*").query_async(&mut redis).await.unwrap();
        let mut held = HashMap::new();
        for some in keys.chunks(500) {
            let values: Vec<Option<String>> =
                redis::cmd("MGET").arg(some).query_async(&mut redis).await.unwrap();
            held.extend(some.iter().cloned().zip(values).filter_map(|(key, value)| Some((key, value?))));
        }
        held
    }
}

impl Process {
    pub async fn open(settings: &Settings, db: &Arc<Db>) -> Self {
        let cache = Cache::open(settings).await.unwrap();
        let shelf = cache.shelf("things");
        Self { db: db.clone(), cache, shelf, position: Arc::default() }
    }

    pub async fn get(&self, key: &str, min: Option<Revision>) -> Found {
        self.slow_get(key, min, Duration::ZERO).await
    }

    pub async fn slow_get(&self, key: &str, min: Option<Revision>, pause: Duration) -> Found {
        self.shelf.get(key, min, self.db.load(key, pause)).await.unwrap()
    }

    /// Hears what the feed has to say.
    pub fn hear(&self) {
        self.db.tell(&self.cache, &mut self.position.lock().unwrap());
    }

    /// Hears it again and again, for as long as the test runs.
    pub fn follow(&self, every: Duration) {
        let process = self.clone();
        tokio::spawn(async move {
            loop {
                process.hear();
                tokio::time::sleep(every).await;
            }
        });
    }

    /// Commits a change here, and remembers what was committed.
    pub fn write(&self, key: &str) -> Revision {
        let revision = self.db.write(key);
        self.shelf.put(key, revision, Arc::new(value_at(revision)));
        revision
    }
}

/// Asserts that a value is true to its revision.
pub fn assert_whole(found: &Found) {
    if let Some(found) = found {
        assert_eq!(*found.value, value_at(found.revision));
    }
}
