//! A PostgreSQL, a Redis and replicas of the service as processes, each behind a network that can fail.

use admission::{DevelopmentKeys, Partners};
use ledger::Plant;
use practicum_tests::Person;
use std::{
    fs::File,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use testkit::{Database, Postgres, Redis, proxy::Proxy};
use tonic::transport::{Channel, Endpoint};
use vocabulary::{Clock, PartnerId, Role};

/// The cluster of these tests: it writes to disk as in production, so that what it acknowledged survives.
pub fn cluster() -> &'static Postgres {
    static CLUSTER: OnceLock<Postgres> = OnceLock::new();
    CLUSTER.get_or_init(|| Postgres::start_private(true))
}

pub struct Town {
    pub database: Database,
    /// A superuser's URL to that database: the witness sees every row.
    pub admin_url: String,
    pub replicas: Vec<Replica>,
    keys: DevelopmentKeys,
    folder: PathBuf,
    _redis: Redis,
}

/// One process of the service.
pub struct Replica {
    /// Between clients and the process.
    pub proxy: Proxy,
    /// Between the process and PostgreSQL.
    pub storage: Proxy,
    pub port: u16,
    settings: PathBuf,
    /// What the program is told beside its settings: which service it is, and which bug it has.
    arguments: (&'static [&'static str], Plant),
    child: Mutex<Option<Child>>,
    /// One restart at a time.
    turn: Mutex<()>,
    kills: AtomicU64,
}

/// A free port of this machine.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port").port()
}

impl Town {
    /// So many replicas on a fresh database of `postgres`, all with the same bug.
    pub async fn up(postgres: &Postgres, replicas: usize, plant: Plant) -> Self {
        let database = postgres.fresh_database().await;
        let (server, _) = postgres.admin_url().rsplit_once('/').expect("a URL with a database");
        let admin_url = format!("{server}/{}", database.name);
        let folder = std::env::temp_dir().join(format!("practicum-town-{}", uuid::Uuid::now_v7().simple()));
        Partners::write_defaults(&folder, &[]).expect("the folder can be written");
        let redis = Redis::start_private();
        let mut all = Vec::new();
        for n in 0..replicas {
            all.push(Replica::up(&folder, n, &database, redis.url(), plant).await);
        }
        let keys = DevelopmentKeys::open(&folder).expect("the keys were just written");
        Self { database, admin_url, replicas: all, keys, folder, _redis: redis }
    }

    pub fn token(&self, partner: &str, roles: &[Role], subject: &str) -> String {
        let partner: PartnerId = partner.parse().expect("a partner id");
        let now = Clock::system().now();
        self.keys
            .mint(&partner, roles, subject, Duration::from_secs(3_600), now)
            .expect("a partner of the defaults")
    }

    /// Somebody who reaches each replica over a connection of their own, through its proxy. It need not be up.
    pub fn doors(&self, partner: &str, roles: &[Role], subject: &str) -> Vec<Person> {
        let token = self.token(partner, roles, subject);
        let door = |replica: &Replica| Person::new(partner, replica.channel(), &token);
        self.replicas.iter().map(door).collect()
    }

    /// A scheduler at the first replica.
    pub fn scheduler(&self, partner: &str) -> Person {
        self.doors(partner, &[Role::Scheduler], "scheduler").swap_remove(0)
    }

    /// What the replicas seal tokens with.
    pub fn seal_key(&self) -> PathBuf {
        self.folder.join("seal.key")
    }

    pub fn kills(&self) -> u64 {
        self.replicas.iter().map(Replica::kills).sum()
    }

    pub fn replies_lost(&self) -> u64 {
        self.replicas.iter().map(|replica| replica.proxy.replies_lost()).sum()
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        self.replicas.clear();
        if !std::thread::panicking() {
            // A folder that cannot be removed is the temporary folder's to clear up.
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

impl Replica {
    async fn up(folder: &Path, n: usize, database: &Database, redis: &str, plant: Plant) -> Self {
        let port = free_port();
        let (place, url) = through(&database.app_url);
        let storage = Proxy::start(place).await;
        let url = url.replace("{}", &storage.address.to_string());
        let settings = folder.join(format!("replica-{n}.toml"));
        let text = format!(
            "[server]\naddress = \"127.0.0.1:{port}\"\nmax_connections_per_peer = 2000\n\
             [database]\npostgres = \"{url}\"\npostgres_owner = \"{}\"\n\
             [cache]\nkind = \"redis\"\nurl = \"{redis}\"\n\
             [identity]\npartners = \"{1}/partners.toml\"\nseal_key = \"{1}/seal.key\"\n",
            database.owner_url,
            folder.display(),
        );
        std::fs::write(&settings, text).expect("the folder can be written");
        Self::on(settings, port, storage, (&[], plant)).await
    }

    /// A process on a file, as its settings say.
    pub async fn embedded(settings: PathBuf, port: u16) -> Self {
        let nowhere = Proxy::start("127.0.0.1:1").await;
        Self::on(settings, port, nowhere, (&[], Plant::None)).await
    }

    /// A process of the service that these arguments name, as its settings say.
    pub async fn of(service: &'static [&'static str], settings: PathBuf, port: u16) -> Self {
        let nowhere = Proxy::start("127.0.0.1:1").await;
        Self::on(settings, port, nowhere, (service, Plant::None)).await
    }

    async fn on(
        settings: PathBuf,
        port: u16,
        storage: Proxy,
        arguments: (&'static [&'static str], Plant),
    ) -> Self {
        let proxy = Proxy::start(format!("127.0.0.1:{port}")).await;
        let (child, turn, kills) = (Mutex::default(), Mutex::default(), AtomicU64::new(0));
        let replica = Self { proxy, storage, port, settings, arguments, child, turn, kills };
        replica.start();
        replica
    }

    /// Runs a process that should not start: how it ended, and what it said.
    pub fn refused(settings: &Path) -> (ExitStatus, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_replica"));
        let child =
            command.arg(settings).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let mut child = child.expect("the replica can be run");
        let _input = child.stdin.take();
        let ended = child.wait_with_output().expect("our child");
        (ended.status, String::from_utf8_lossy(&ended.stderr).into_owned())
    }

    pub fn kills(&self) -> u64 {
        self.kills.load(Relaxed)
    }

    /// Starts the process, and waits until it listens.
    pub fn start(&self) {
        let log = File::options().create(true).append(true).open(self.settings.with_extension("log"));
        let log = log.expect("the folder can be written");
        let child = Command::new(env!("CARGO_BIN_EXE_replica"))
            .args(self.arguments.0)
            .arg(&self.settings)
            .arg(format!("{:?}", self.arguments.1))
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("a handle"))
            .stderr(log)
            .spawn()
            .expect("the replica can be run");
        *self.child.lock().unwrap() = Some(child);
        let end = Instant::now() + Duration::from_secs(60);
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended =
                self.child.lock().unwrap().as_mut().and_then(|child| child.try_wait().expect("our child"));
            assert!(ended.is_none() && Instant::now() < end, "the replica did not start: {}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Kills the process with SIGKILL and waits until it is gone.
    pub fn kill(&self) {
        if let Some(mut child) = self.child.lock().unwrap().take() {
            child.kill().and_then(|()| child.wait()).expect("our child");
            self.kills.fetch_add(1, Relaxed);
        }
    }

    /// Kills it and starts it again.
    pub fn restart(&self) {
        let _one = self.turn.lock().unwrap();
        self.kill();
        self.start();
    }

    /// Of the process, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.lock().unwrap().as_ref().map(Child::id)
    }

    /// Stops it in the middle of whatever it does, and lets it go on after so long, when others may have thought it
    /// gone.
    pub fn freeze(&self, last: Duration) {
        let _one = self.turn.lock().unwrap();
        if let Some(pid) = self.pid() {
            signal("STOP", pid);
            std::thread::sleep(last);
            signal("CONT", pid);
        }
    }

    pub fn start_if_dead(&self) {
        let _one = self.turn.lock().unwrap();
        let dead = self.child.lock().unwrap().is_none();
        if dead {
            self.start();
        }
    }

    /// Asks the process to go (SIGTERM) and waits until it has.
    pub fn terminate(&self) -> ExitStatus {
        let mut child = self.child.lock().unwrap().take().expect("the replica runs");
        signal("TERM", child.id());
        // Waiting closes the child's standard input, which would end it before its time.
        let _input = child.stdin.take();
        child.wait().expect("our child")
    }

    /// What it wrote so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.settings.with_extension("log")).unwrap_or_default()
    }

    /// A connection through the proxy, made when it is first used and again whenever it breaks.
    pub fn channel(&self) -> Channel {
        Endpoint::from_shared(format!("http://{}", self.proxy.address))
            .expect("an address")
            .connect_timeout(Duration::from_secs(2))
            .connect_lazy()
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.lock().unwrap().take() {
            // It ends by itself, too, with its standard input.
            let _ = child.kill().and_then(|()| child.wait());
        }
    }
}

/// Sends one of our own processes a signal; this workspace has no unsafe code, so the shell does.
pub fn signal(name: &str, pid: u32) {
    let sent = Command::new("sh").args(["-c", &format!("kill -{name} {pid}")]).status();
    assert!(sent.is_ok_and(|status| status.success()), "no signal {name} for {pid}");
}

/// `host:port` of a URL, and the URL with `{}` in its place.
fn through(url: &str) -> (String, String) {
    let (before, rest) = url.split_once('@').expect("a URL with a user");
    let (place, after) = rest.split_once('/').expect("a URL with a database");
    (place.to_owned(), format!("{before}@{{}}/{after}"))
}
