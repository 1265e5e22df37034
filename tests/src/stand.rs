//! The services, served over real sockets: masterclasses at once, the others when somebody first asks for them.

use crate::{Coordinator, Official, Person};
use admission::DevelopmentKeys;
use ledger::Plant;
use masterclasses::{Settings, Standing};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::sync::OnceCell;
use tonic::transport::{Channel, Endpoint};
use vocabulary::{Clock, PartnerId, Role};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Store {
    #[default]
    Sqlite,
    Postgres,
}

/// What a stand is made of.
#[derive(Clone, Default)]
pub struct Options {
    pub store: Store,
    /// A Redis behind the cache in memory.
    pub redis: Option<String>,
    /// A known bug to build in: into masterclasses and placements.
    pub plant: Plant,
    /// This PostgreSQL database, by its owner's and its working role's URL, in place of a fresh one.
    pub postgres: Option<(String, String)>,
    /// Stand beside this one, on its database (PostgreSQL), keys and clock: a second replica.
    pub beside: Option<Replica>,
    /// The services find each other, ask and follow each other; each has an address of its own, which it keeps.
    pub follow: bool,
    /// So many universities beyond those of development: [`crate::partners::university`].
    pub universities: usize,
}

/// What a second replica needs to know of the first.
#[derive(Clone)]
pub struct Replica {
    folder: PathBuf,
    database: (String, String),
    clock: Clock,
    follow: bool,
}

/// Services that stand until they are told to go down.
pub struct Stand {
    /// Masterclasses.
    pub standing: Standing,
    enrolments: OnceCell<enrolments::Standing>,
    placements: OnceCell<placements::Standing>,
    pub clock: Clock,
    pub address: String,
    /// The URLs that a second replica, or a witness, uses: the owner's and the working role's.
    pub database: Option<(String, String)>,
    keys: DevelopmentKeys,
    folder: PathBuf,
    redis: Option<String>,
    /// A file a service.
    sqlite: Option<[testkit::SqlitePath; 3]>,
    follow: bool,
    /// Where the three of them answer, where that is fixed: in the order of [`SERVICES`].
    fixed: Option<[SocketAddr; 3]>,
    /// How masterclasses stands, and will again.
    settings: Settings,
}

/// By the names that partners.toml calls them.
const SERVICES: [&str; 3] = ["masterclasses", "enrolments", "placements"];

/// What every service is told: an address of its own, and whom to believe.
macro_rules! told {
    ($settings:expr, $folder:expr) => {{
        let mut settings = $settings.expect("the shipped settings load");
        settings.server.address = ([127, 0, 0, 1], 0).into();
        settings.server.max_connections_per_peer = 2_000;
        settings.identity.partners = $folder.join("partners.toml");
        settings.identity.seal_key = $folder.join("seal.key");
        settings
    }};
}

/// Settings for a service whose keys and partners are in `folder`.
pub fn settings(folder: &Path) -> Settings {
    told!(Settings::load(None), folder)
}

/// Addresses of this machine on which nobody listens, from below the ports that connections are given: while a service
/// is down nothing else is to have its port.
fn free_addresses() -> [SocketAddr; 3] {
    let mut dice = crate::dice::Dice::seeded(u64::from(uuid::Uuid::new_v4().as_fields().0));
    // Held together, so that they differ.
    let held = [(); 3].map(|()| {
        loop {
            let port = u16::try_from(10_000 + dice.below(10_000)).expect("a port");
            if let Ok(socket) = TcpListener::bind(("127.0.0.1", port)) {
                break socket;
            }
        }
    });
    held.map(|socket| socket.local_addr().expect("it is bound"))
}

/// What a service that has just stopped holds (its file, its port) is free a moment later.
async fn again<S>(start: impl AsyncFn() -> anyhow::Result<S>) -> S {
    for _ in 0..100 {
        if let Ok(standing) = start().await {
            return standing;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    start().await.expect("the service stands")
}

/// Where a service keeps its data, and what it shares.
fn settle(
    (database, cache): (&mut ledger::Settings, &mut cache::Settings),
    file: Option<&testkit::SqlitePath>,
    urls: Option<&(String, String)>,
    redis: Option<&String>,
) {
    database.file = file.map(|path| path.path().to_owned());
    database.postgres = urls.map(|(_, working)| working.clone());
    database.postgres_owner = urls.map(|(owner, _)| owner.clone());
    if let Some(url) = redis {
        cache.kind = cache::Kind::Redis;
        cache.url = Some(url.clone().into());
    }
}

impl Stand {
    pub async fn up(options: Options) -> Self {
        let folder = match &options.beside {
            Some(first) => first.folder.clone(),
            None => std::env::temp_dir().join(format!("practicum-stand-{}", uuid::Uuid::now_v7().simple())),
        };
        let follow = options.follow || options.beside.as_ref().is_some_and(|first| first.follow);
        let fixed = (follow && options.beside.is_none()).then(free_addresses);
        if options.beside.is_none() {
            let addresses: Vec<_> = SERVICES.into_iter().zip(fixed.into_iter().flatten()).collect();
            crate::partners::write(&folder, &addresses, options.universities);
        }
        let (sqlite, database) = match (options.store, &options.beside, options.postgres) {
            (_, _, Some(urls)) => (None, Some(urls)),
            (Store::Sqlite, ..) => (Some([(); 3].map(|()| testkit::sqlite_path())), None),
            (Store::Postgres, Some(first), None) => (None, Some(first.database.clone())),
            (Store::Postgres, None, None) => {
                let fresh = testkit::postgres().fresh_database().await;
                (None, Some((fresh.owner_url.to_string(), fresh.app_url.to_string())))
            }
        };
        let mut settings = settings(&folder);
        settings.database.plant = options.plant;
        settings.server.address = fixed.map_or(settings.server.address, |fixed| fixed[0]);
        let (file, redis) = (sqlite.as_ref().map(|files| &files[0]), options.redis);
        settle((&mut settings.database, &mut settings.cache), file, database.as_ref(), redis.as_ref());
        let clock = options.beside.map_or_else(Clock::movable, |first| first.clock);
        let standing =
            masterclasses::start(settings.clone(), clock.clone()).await.expect("the service stands");
        let address = format!("http://{}", standing.address());
        let keys = DevelopmentKeys::open(&folder).expect("the keys were just written");
        let (enrolments, placements) = (OnceCell::new(), OnceCell::new());
        Self {
            standing,
            enrolments,
            placements,
            clock,
            address,
            database,
            keys,
            folder,
            redis,
            sqlite,
            follow,
            fixed,
            settings,
        }
    }

    /// As it is, but that masterclasses was down meanwhile: it answers again where it did, from the same database.
    pub async fn without_masterclasses(self, meanwhile: impl Future<Output = ()>) -> Self {
        self.standing.stop().await.expect("it drains");
        meanwhile.await;
        let standing = again(|| masterclasses::start(self.settings.clone(), self.clock.clone())).await;
        Self { standing, ..self }
    }

    /// As it is, but that enrolments was down meanwhile. It stands again when somebody asks for it.
    pub async fn without_enrolments(self, meanwhile: impl Future<Output = ()>) -> Self {
        self.enrolments.into_inner().expect("it stood").stop().await.expect("it drains");
        meanwhile.await;
        Self { enrolments: OnceCell::new(), ..self }
    }

    /// As it is, but that placements was down meanwhile. It stands again when somebody asks for it.
    pub async fn without_placements(self, meanwhile: impl Future<Output = ()>) -> Self {
        self.placements.into_inner().expect("it stood").stop().await.expect("it drains");
        meanwhile.await;
        Self { placements: OnceCell::new(), ..self }
    }

    /// Where enrolments answers, or will.
    pub fn enrolments_address(&self) -> SocketAddr {
        self.fixed.expect("the services find each other")[1]
    }

    /// The enrolments service, which stands from the first asking on.
    pub async fn enrolments(&self) -> &enrolments::Standing {
        let start = || async {
            let mut settings = told!(enrolments::Settings::load(None), self.folder);
            let (file, redis) = (self.sqlite.as_ref().map(|files| &files[1]), self.redis.as_ref());
            settle((&mut settings.database, &mut settings.cache), file, self.database.as_ref(), redis);
            settings.peers.keys = self.follow.then(|| self.folder.join("keys"));
            settings.server.address = self.fixed.map_or(settings.server.address, |fixed| fixed[1]);
            again(|| enrolments::start(settings.clone(), self.clock.clone())).await
        };
        self.enrolments.get_or_init(start).await
    }

    /// The placements service, which stands from the first asking on.
    pub async fn placements(&self) -> &placements::Standing {
        let start = || async {
            let mut settings = told!(placements::Settings::load(None), self.folder);
            let (file, redis) = (self.sqlite.as_ref().map(|files| &files[2]), self.redis.as_ref());
            settle((&mut settings.database, &mut settings.cache), file, self.database.as_ref(), redis);
            settings.peers.keys = self.follow.then(|| self.folder.join("keys"));
            settings.database.plant = self.settings.database.plant;
            settings.server.address = self.fixed.map_or(settings.server.address, |fixed| fixed[2]);
            again(|| placements::start(settings.clone(), self.clock.clone())).await
        };
        self.placements.get_or_init(start).await
    }

    /// A connection to placements.
    pub async fn placements_channel(&self) -> Channel {
        let address = format!("http://{}", self.placements().await.address());
        Endpoint::from_shared(address).expect("an address").connect().await.expect("it listens")
    }

    /// What a second replica needs.
    pub fn replica(&self) -> Replica {
        Replica {
            folder: self.folder.clone(),
            clock: self.clock.clone(),
            database: self.database.clone().expect("replicas share a PostgreSQL database"),
            follow: self.follow,
        }
    }

    pub fn token(&self, partner: &str, roles: &[Role], subject: &str) -> String {
        let partner: PartnerId = partner.parse().expect("a partner id");
        let life = Duration::from_secs(3_600);
        self.keys.mint(&partner, roles, subject, life, self.clock.now()).expect("a partner of the defaults")
    }

    pub async fn channel(&self) -> Channel {
        Endpoint::from_shared(self.address.clone()).expect("an address").connect().await.expect("it listens")
    }

    /// A caller over a connection of their own.
    pub async fn caller(&self, partner: &str, roles: &[Role], subject: &str) -> Person {
        Person::new(partner, self.channel().await, &self.token(partner, roles, subject))
    }

    /// The URL of the database of placements, by which every row is seen.
    pub fn placements_url(&self) -> String {
        match (&self.database, &self.sqlite) {
            (Some((owner, _)), _) => owner.clone(),
            (None, Some(files)) => files[2].url(),
            (None, None) => panic!("a stand has a database"),
        }
    }

    /// Runs statements in the database of enrolments, past the service, as its owner who sees every row.
    pub async fn past_enrolments(&self, sql: &str) {
        self.enrolments().await;
        self.past(("enrolments", 1), sql).await;
    }

    /// As [`Stand::past_enrolments`], in the database of placements.
    pub async fn past_placements(&self, sql: &str) {
        self.placements().await;
        self.past(("placements", 2), sql).await;
    }

    async fn past(&self, (schema, file): (&str, usize), sql: &str) {
        let done = match (&self.database, &self.sqlite) {
            (Some((owner, _)), _) => {
                let mut connection = PgConnection::connect(owner).await.expect("it answers");
                let scoped = format!("SET search_path = {schema}; SET practicum.scope = 'service'; {sql}");
                connection.execute(AssertSqlSafe(scoped)).await.map(|_| ())
            }
            (None, Some(files)) => {
                let url = files[file].url();
                let mut connection = SqliteConnection::connect(&url).await.expect("the file opens");
                connection.execute(AssertSqlSafe(sql)).await.map(|_| ())
            }
            (None, None) => panic!("a stand has a database"),
        };
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// A connection to enrolments.
    pub async fn enrolments_channel(&self) -> Channel {
        let address = format!("http://{}", self.enrolments().await.address());
        Endpoint::from_shared(address).expect("an address").connect().await.expect("it listens")
    }

    /// Somebody who works with enrolments.
    pub async fn official(&self, partner: &str, roles: &[Role], subject: &str) -> Official {
        let token = self.token(partner, roles, subject);
        Official::new(partner, self.enrolments_channel().await, &token)
    }

    /// A registrar, who says what is taught and enrols people.
    pub async fn registrar(&self, partner: &str) -> Official {
        self.official(partner, &[Role::Registrar], "registrar").await
    }

    /// Somebody who coordinates placements.
    pub async fn coordinator(&self, partner: &str) -> Coordinator {
        self.placing(partner, &[Role::PlacementCoordinator], "coordinator").await
    }

    /// Somebody who works with placements.
    pub async fn placing(&self, partner: &str, roles: &[Role], subject: &str) -> Coordinator {
        let token = self.token(partner, roles, subject);
        Coordinator::new(partner, self.placements_channel().await, &token)
    }

    /// A scheduler, who hosts and books.
    pub async fn scheduler(&self, partner: &str) -> Person {
        self.caller(partner, &[Role::Scheduler], "scheduler").await
    }

    pub async fn down(self) {
        self.standing.stop().await.expect("it drains");
        if let Some(enrolments) = self.enrolments.into_inner() {
            enrolments.stop().await.expect("it drains");
        }
        if let Some(placements) = self.placements.into_inner() {
            placements.stop().await.expect("it drains");
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
