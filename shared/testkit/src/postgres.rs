//! PostgreSQL clusters that belong to a test run or to one test.

mod database;

pub use database::Database;

use crate::{
    guard::{Guard, new_folder},
    or_stop,
    programs::{as_unprivileged, children, free_port, is_alive, is_root, postgres_program, run, signal},
};
use anyhow::{Context, bail};
use std::{
    path::PathBuf,
    sync::Mutex,
    time::{Duration, Instant},
};

/// A cluster in which tests may do as they like.
pub struct Postgres {
    /// A superuser's, to the database `postgres`.
    url: String,
    private: Option<Private>,
}

struct Private {
    guard: Guard,
    port: u16,
    /// One restart at a time.
    restarts: Mutex<()>,
}

impl Postgres {
    /// A cluster that somebody else runs. `url` is a superuser's.
    pub(crate) fn at(url: String) -> Self {
        Self { url, private: None }
    }

    /// A cluster of its own for a test that stops or kills it; it ends with the value, or with the process.
    /// `fsync` as in production, where the test is about what survives.
    pub fn start_private(fsync: bool) -> Self {
        Self::start_private_with(fsync, "")
    }

    /// As [`Postgres::start_private`], with more lines of `postgresql.conf`.
    pub fn start_private_with(fsync: bool, more: &str) -> Self {
        or_stop(start(fsync, more).context("no PostgreSQL"))
    }

    /// A superuser's URL to the database `postgres`, for a test that terminates backends or reads statistics.
    pub fn admin_url(&self) -> &str {
        &self.url
    }

    /// A new database with an owner and an application's role of its own. They are not dropped: the cluster
    /// ends with the run.
    pub async fn fresh_database(&self) -> Database {
        or_stop(Database::create(&self.url).await.context("no fresh database"))
    }

    /// The id of the postmaster of a private cluster.
    pub fn pid(&self) -> u32 {
        or_stop(self.private().and_then(Private::postmaster))
    }

    /// Freezes the cluster: the postmaster and all its children. Connections stay open and nothing answers.
    pub fn sigstop(&self) {
        or_stop(self.private().and_then(|it| it.signal_all("STOP")));
    }

    /// Lets it go on.
    pub fn sigcont(&self) {
        or_stop(self.private().and_then(|it| it.signal_all("CONT")));
    }

    /// Restarts it as after a crash (an immediate shutdown, then recovery), on the same port. Returns when it
    /// accepts connections again.
    pub fn restart_immediate(&self) {
        or_stop(self.private().and_then(Private::restart));
    }

    /// Kills the postmaster with SIGKILL. [`Postgres::restart_immediate`] brings it back.
    pub fn kill(&self) {
        or_stop(self.private().and_then(|it| it.end("KILL")));
    }

    fn private(&self) -> anyhow::Result<&Private> {
        self.private.as_ref().context("this cluster is shared by all tests: use Postgres::start_private()")
    }
}

fn start(fsync: bool, more: &str) -> anyhow::Result<Postgres> {
    let folder = new_folder("postgres")?;
    let data = folder.join("data");
    if is_root() {
        run("chown", &["postgres", &folder.display().to_string()]).context("there is no user postgres")?;
    }
    let data_text = data.display().to_string();
    let mut init = as_unprivileged(&postgres_program("initdb")?);
    init.extend(
        ["-D", &data_text, "-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8"].map(String::from),
    );
    init.push("--no-locale".into());
    run_in(&init)?;
    let port = free_port()?;
    let conf = data.join("postgresql.conf");
    let with_ours = std::fs::read_to_string(&conf)? + &settings(port, fsync) + more;
    std::fs::write(&conf, with_ours)?;
    let mut server = as_unprivileged(&postgres_program("postgres")?);
    server.extend(["-D", &data_text].map(String::from));
    let guard = Guard::start(&folder, &server)?;
    let private = Private { guard, port, restarts: Mutex::default() };
    private.guard.await_port(port)?;
    private.await_ready()?;
    Ok(Postgres { url: format!("postgres://postgres@127.0.0.1:{port}/postgres"), private: Some(private) })
}

fn settings(port: u16, fsync: bool) -> String {
    let sync = if fsync { "on" } else { "off" };
    format!(
        "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = ''\n\
         max_connections = 300\nfsync = {sync}\nfull_page_writes = {sync}\n"
    )
}

/// Runs from `/`, which `postgres` may enter whoever's folder we are in.
fn run_in(command: &[String]) -> anyhow::Result<String> {
    let quoted = command.iter().map(|it| format!("'{}'", it.replace('\'', r"'\''")));
    run("sh", &["-c", &format!("cd / && exec {}", quoted.collect::<Vec<_>>().join(" "))])
}

impl Private {
    fn data(&self) -> PathBuf {
        self.guard.folder().join("data")
    }

    fn postmaster(&self) -> anyhow::Result<u32> {
        let file = self.data().join("postmaster.pid");
        let text = std::fs::read_to_string(&file).context("the cluster does not run")?;
        text.lines().next().and_then(|line| line.trim().parse().ok()).context("no id in postmaster.pid")
    }

    /// The postmaster first when it is to stop, so that it starts no more children meanwhile. What we
    /// started may be `runuser`, which stops by itself with its child but does not go on by itself.
    fn signal_all(&self, name: &str) -> anyhow::Result<()> {
        let postmaster = self.postmaster()?;
        signal(name, &[postmaster])?;
        for other in children(postmaster).into_iter().chain((name == "CONT").then_some(self.guard.pid())) {
            // A backend may end between the listing and the signal.
            let _ = signal(name, &[other]);
        }
        Ok(())
    }

    /// Sends the postmaster a signal that ends it, and waits until it and its children are gone.
    fn end(&self, name: &str) -> anyhow::Result<()> {
        let postmaster = self.postmaster()?;
        let mut all = children(postmaster);
        all.push(postmaster);
        signal(name, &[postmaster])?;
        await_that("the cluster is gone", || !all.iter().any(|pid| is_alive(*pid)))
    }

    /// Not by `pg_ctl restart`: it takes a dead postmaster that nobody has reaped for a living one.
    fn restart(&self) -> anyhow::Result<()> {
        let _one_at_a_time = self.restarts.lock();
        if self.postmaster().is_ok_and(is_alive) {
            self.end("QUIT")?;
        }
        // One that was killed leaves this behind; we have seen that it is gone.
        let _ = std::fs::remove_file(self.data().join("postmaster.pid"));
        let mut start = as_unprivileged(&postgres_program("pg_ctl")?);
        let (data, log) = (self.data().display().to_string(), self.data().join("log").display().to_string());
        start.extend(["-D", &data, "-l", &log, "-w", "-t", "60", "start"].map(String::from));
        run_in(&start)?;
        self.await_ready()
    }

    /// Until it has recovered: before that it accepts connections only to refuse them.
    fn await_ready(&self) -> anyhow::Result<()> {
        let program = postgres_program("pg_isready")?.display().to_string();
        let port = self.port.to_string();
        await_that("the cluster is ready", || run(&program, &["-q", "-h", "127.0.0.1", "-p", &port]).is_ok())
    }
}

fn await_that(what: &str, is_so: impl Fn() -> bool) -> anyhow::Result<()> {
    let end = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        if Instant::now() > end {
            bail!("waited 60 s until {what}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
