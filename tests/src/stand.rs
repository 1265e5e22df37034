//! A masterclasses service, served over a real socket.

use crate::Person;
use admission::DevelopmentKeys;
use ledger::Plant;
use masterclasses::{Settings, Standing};
use std::{path::PathBuf, time::Duration};
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
    /// A known bug to build in.
    pub plant: Plant,
    /// This PostgreSQL database, by its owner's and its working role's URL, in place of a fresh one.
    pub postgres: Option<(String, String)>,
    /// Stand beside this one, on its database (PostgreSQL), keys and clock: a second replica.
    pub beside: Option<Replica>,
}

/// What a second replica needs to know of the first.
#[derive(Clone)]
pub struct Replica {
    folder: PathBuf,
    database: (String, String),
    clock: Clock,
}

/// A service that stands until it is told to go down.
pub struct Stand {
    pub standing: Standing,
    pub clock: Clock,
    pub address: String,
    /// The URLs that a second replica, or a witness, uses: the owner's and the working role's.
    pub database: Option<(String, String)>,
    keys: DevelopmentKeys,
    folder: PathBuf,
    _sqlite: Option<testkit::SqlitePath>,
}

/// Settings for a service whose keys and partners are in `folder`.
pub fn settings(folder: &std::path::Path) -> Settings {
    let mut settings = Settings::load(None).expect("the shipped settings load");
    settings.server.address = ([127, 0, 0, 1], 0).into();
    settings.server.max_connections_per_peer = 2_000;
    settings.identity.partners = folder.join("partners.toml");
    settings.identity.seal_key = folder.join("seal.key");
    settings
}

impl Stand {
    pub async fn up(options: Options) -> Self {
        let folder = match &options.beside {
            Some(first) => first.folder.clone(),
            None => std::env::temp_dir().join(format!("practicum-stand-{}", uuid::Uuid::now_v7().simple())),
        };
        if options.beside.is_none() {
            crate::partners::write(&folder);
        }
        let mut settings = settings(&folder);
        settings.database.plant = options.plant;
        let (mut sqlite, mut database) = (None, None);
        match (options.store, &options.beside, options.postgres) {
            (_, _, Some(urls)) => {
                settings.database.postgres = Some(urls.1.clone());
                settings.database.postgres_owner = Some(urls.0.clone());
                database = Some(urls);
            }
            (Store::Sqlite, ..) => {
                let path = testkit::sqlite_path();
                settings.database.file = Some(path.path().to_owned());
                sqlite = Some(path);
            }
            (Store::Postgres, beside, None) => {
                let urls = match beside {
                    Some(first) => first.database.clone(),
                    None => {
                        let fresh = testkit::postgres().fresh_database().await;
                        (fresh.owner_url.to_string(), fresh.app_url.to_string())
                    }
                };
                settings.database.postgres = Some(urls.1.clone());
                settings.database.postgres_owner = Some(urls.0.clone());
                database = Some(urls);
            }
        }
        if let Some(url) = options.redis {
            settings.cache.kind = cache::Kind::Redis;
            settings.cache.url = Some(url.into());
        }
        let clock = options.beside.map_or_else(Clock::movable, |first| first.clock);
        let standing = masterclasses::start(settings, clock.clone()).await.expect("the service stands");
        let address = format!("http://{}", standing.address());
        let keys = DevelopmentKeys::open(&folder).expect("the keys were just written");
        Self { standing, clock, address, database, keys, folder, _sqlite: sqlite }
    }

    /// What a second replica needs.
    pub fn replica(&self) -> Replica {
        Replica {
            folder: self.folder.clone(),
            clock: self.clock.clone(),
            database: self.database.clone().expect("replicas share a PostgreSQL database"),
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

    /// A scheduler, who hosts and books.
    pub async fn scheduler(&self, partner: &str) -> Person {
        self.caller(partner, &[Role::Scheduler], "scheduler").await
    }

    pub async fn down(self) {
        self.standing.stop().await.expect("it drains");
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
