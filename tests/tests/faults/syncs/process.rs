//! Enrolments, or another service, as a process of its own, on a store that outlives it.

use super::{
    eye::Eye,
    talk::{self, Sender},
};
use crate::town::{Replica, cluster, free_port, signal};
use admission::{DevelopmentKeys, Partners};
use std::{path::PathBuf, time::Duration};
use testkit::{Database, SqlitePath};
use tonic::transport::{Channel, Endpoint};
use vocabulary::{Clock, Role};

/// A store, and whom to believe.
pub struct Place {
    folder: PathBuf,
    postgres: Option<Database>,
    sqlite: Option<SqlitePath>,
    keys: DevelopmentKeys,
}

impl Place {
    pub async fn postgres() -> Self {
        Self::on(Some(cluster().fresh_database().await), None)
    }

    pub fn sqlite() -> Self {
        Self::on(None, Some(testkit::sqlite_path()))
    }

    fn on(postgres: Option<Database>, sqlite: Option<SqlitePath>) -> Self {
        let folder = std::env::temp_dir().join(format!("practicum-sync-{}", uuid::Uuid::now_v7().simple()));
        Partners::write_defaults(&folder, &[]).expect("the folder can be written");
        let keys = DevelopmentKeys::open(&folder).expect("the keys were just written");
        Self { folder, postgres, sqlite, keys }
    }

    pub fn eye(&self) -> Eye {
        match (&self.postgres, &self.sqlite) {
            (Some(database), _) => {
                let (server, _) = cluster().admin_url().rsplit_once('/').expect("a URL with a database");
                Eye::Postgres(format!("{server}/{}", database.name))
            }
            (None, Some(file)) => Eye::Sqlite(file.url()),
            (None, None) => panic!("a place has a store"),
        }
    }

    /// The URL of the store, by which every row is seen.
    pub fn url(&self) -> String {
        match (&self.postgres, &self.sqlite) {
            (Some(database), _) => database.owner_url.to_string(),
            (None, Some(file)) => file.url(),
            (None, None) => panic!("a place has a store"),
        }
    }

    /// A token for an hour.
    pub fn token(&self, partner: &str, role: Role, subject: &str) -> String {
        let partner = partner.parse().expect("a partner id");
        let (life, now) = (Duration::from_secs(3_600), Clock::system().now());
        self.keys.mint(&partner, &[role], subject, life, now).expect("a partner")
    }

    /// Settings for a process at this port.
    fn settings(&self, port: u16) -> PathBuf {
        let store = match (&self.postgres, &self.sqlite) {
            (Some(it), _) => {
                format!("postgres = \"{}\"\npostgres_owner = \"{}\"", it.app_url, it.owner_url)
            }
            (None, Some(file)) => format!("file = \"{}\"", file.path().display()),
            (None, None) => panic!("a place has a store"),
        };
        let text = format!(
            "[server]\naddress = \"127.0.0.1:{port}\"\n[database]\n{store}\n\
             [identity]\npartners = \"{0}/partners.toml\"\nseal_key = \"{0}/seal.key\"\n",
            self.folder.display()
        );
        let file = self.folder.join(format!("process-{port}.toml"));
        std::fs::write(&file, text).expect("the folder can be written");
        file
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // A folder that cannot be removed is the temporary folder's to clear up.
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// One process.
pub struct Stood(Replica);

impl Stood {
    /// Of enrolments.
    pub async fn up(place: &Place) -> Self {
        Self::of(&["enrolments"], place).await
    }

    /// Of the service that the program's arguments name.
    pub async fn of(service: &'static [&'static str], place: &Place) -> Self {
        let port = free_port();
        Self(Replica::of(service, place.settings(port), port).await)
    }

    /// A connection that is made anew whenever it breaks.
    pub fn channel(&self) -> Channel {
        let endpoint =
            Endpoint::from_shared(format!("http://127.0.0.1:{}", self.0.port)).expect("an address");
        endpoint.connect_timeout(Duration::from_secs(2)).connect_lazy()
    }

    /// A machine of teesside's, over a connection that is made anew whenever it breaks.
    pub fn sender(&self, place: &Place) -> Sender {
        talk::sender(self.channel(), &place.token("teesside", Role::EnrolmentSync, "sits"))
    }

    /// SIGKILL.
    pub fn kill(&self) {
        self.0.kill();
    }

    /// SIGTERM; it ends as it should.
    pub fn terminate(&self) {
        let ended = self.0.terminate();
        assert!(ended.success(), "{ended}: {}", self.0.log());
    }

    pub fn start(&self) {
        self.0.start();
    }

    pub fn freeze(&self) {
        signal("STOP", self.0.pid().expect("it runs"));
    }

    pub fn thaw(&self) {
        signal("CONT", self.0.pid().expect("it runs"));
    }
}
