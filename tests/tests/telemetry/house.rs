//! A process of the service on either store, with telemetry to a collector or to its standard error.

use crate::collector::Collector;
use admission::{DevelopmentKeys, Partners};
use practicum_tests::{Official, Person, Store};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use std::{
    fs::File,
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tonic::transport::{Channel, Endpoint};
use vocabulary::{Clock, PartnerId, Role};

pub struct House {
    child: Child,
    /// Its schema's name too.
    service: &'static str,
    pub address: String,
    keys: DevelopmentKeys,
    folder: PathBuf,
    storage: Storage,
}

enum Storage {
    Sqlite(testkit::SqlitePath),
    Postgres(testkit::Database),
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port").port()
}

impl House {
    /// Masterclasses.
    pub async fn up(store: Store, collector: Option<&Collector>) -> Self {
        Self::of("masterclasses", store, collector).await
    }

    /// With everything said that can be said; the cache is Redis's on PostgreSQL, and in memory on SQLite.
    pub async fn of(service: &'static str, store: Store, collector: Option<&Collector>) -> Self {
        let folder = std::env::temp_dir().join(format!("practicum-house-{}", uuid::Uuid::now_v7().simple()));
        Partners::write_defaults(&folder, &[]).expect("the folder can be written");
        let (storage, lines) = match store {
            Store::Sqlite => {
                let path = testkit::sqlite_path();
                let lines = format!("[database]\nfile = {:?}\n", path.path());
                (Storage::Sqlite(path), lines)
            }
            Store::Postgres => {
                let fresh = testkit::postgres().fresh_database().await;
                let redis = testkit::redis().fresh_url().await;
                let lines = format!(
                    "[database]\npostgres = \"{}\"\npostgres_owner = \"{}\"\n[cache]\nkind = \"redis\"\nurl = \"{redis}\"\n",
                    fresh.app_url, fresh.owner_url
                );
                (Storage::Postgres(fresh), lines)
            }
        };
        let port = free_port();
        let text = format!(
            "[server]\naddress = \"127.0.0.1:{port}\"\n{lines}\
             [identity]\npartners = \"{0}/partners.toml\"\nseal_key = \"{0}/seal.key\"\n",
            folder.display(),
        );
        let settings = folder.join("settings.toml");
        std::fs::write(&settings, text).expect("the folder can be written");
        let log = File::create(folder.join("said")).expect("the folder can be written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_replica"));
        command
            .args((service == "enrolments").then_some(service))
            .arg(settings)
            .stdin(Stdio::piped())
            .env("RUST_LOG", "trace");
        command.stdout(log.try_clone().expect("a handle")).stderr(log);
        match collector {
            Some(collector) => command.env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint),
            None => command.env_remove("OTEL_EXPORTER_OTLP_ENDPOINT"),
        };
        let mut child = command.spawn().expect("the replica can be run");
        let end = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = child.try_wait().expect("our child");
            assert!(ended.is_none() && Instant::now() < end, "the replica did not start: {folder:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let keys = DevelopmentKeys::open(&folder).expect("the keys were just written");
        Self { child, service, address: format!("http://127.0.0.1:{port}"), keys, folder, storage }
    }

    pub fn token(&self, partner: &str, roles: &[Role], subject: &str) -> String {
        let (partner, now): (PartnerId, _) = (partner.parse().expect("a partner id"), Clock::system().now());
        let life = Duration::from_secs(3_600);
        self.keys.mint(&partner, roles, subject, life, now).expect("a partner of the defaults")
    }

    pub async fn channel(&self) -> Channel {
        let endpoint = Endpoint::from_shared(self.address.clone()).expect("an address");
        endpoint.connect().await.expect("it listens")
    }

    pub async fn caller(&self, partner: &str, roles: &[Role], subject: &str) -> Person {
        Person::new(partner, self.channel().await, &self.token(partner, roles, subject))
    }

    pub async fn official(&self, partner: &str, roles: &[Role], subject: &str) -> Official {
        Official::new(partner, self.channel().await, &self.token(partner, roles, subject))
    }

    pub fn store(&self) -> Store {
        match self.storage {
            Storage::Sqlite(_) => Store::Sqlite,
            Storage::Postgres(_) => Store::Postgres,
        }
    }

    /// Runs statements in the service's database, as its owner who sees every row.
    pub async fn run(&self, sql: &str) {
        let done = match &self.storage {
            Storage::Sqlite(path) => {
                let mut connection = SqliteConnection::connect(&path.url()).await.expect("the file opens");
                connection.execute(AssertSqlSafe(sql)).await.map(|_| ())
            }
            Storage::Postgres(database) => {
                let mut connection = PgConnection::connect(&database.owner_url).await.expect("it answers");
                let schema = self.service;
                let scoped = format!("SET search_path = {schema}; SET practicum.scope = 'service'; {sql}");
                connection.execute(AssertSqlSafe(scoped)).await.map(|_| ())
            }
        };
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Has the process end in order, and answers what it wrote.
    pub async fn down(mut self) -> String {
        let sent = Command::new("sh").args(["-c", &format!("kill -TERM {}", self.child.id())]).status();
        assert!(sent.is_ok_and(|status| status.success()), "no signal for the replica");
        // Waiting would close its standard input, and without that it ends at once.
        let input = self.child.stdin.take();
        let ended = tokio::task::spawn_blocking(move || {
            let status = self.child.wait().expect("our child");
            drop(input);
            let said = std::fs::read(self.folder.join("said")).expect("its output is there");
            let _ = std::fs::remove_dir_all(&self.folder);
            (status, String::from_utf8_lossy(&said).into_owned())
        });
        let (status, said) = ended.await.expect("waiting does not panic");
        assert!(status.success(), "it ended with {status}: {said}");
        said
    }
}
