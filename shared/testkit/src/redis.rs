//! Redis servers that belong to a test run or to one test.

use crate::{
    guard::{Guard, new_folder},
    or_stop,
    programs::{free_port, is_alive, redis_program, signal},
};
use anyhow::{Context, bail};
use redis::{Client, aio::MultiplexedConnection};

/// How many databases a private server has: one for each [`Redis::fresh_url`].
const DATABASES: u32 = 4_096;

/// A Redis in which tests may do as they like.
pub struct Redis {
    /// Without a database.
    url: String,
    private: Option<Guard>,
}

impl Redis {
    /// A server that somebody else runs. `url` names no database.
    pub(crate) fn at(url: String) -> Self {
        Self { url: url.trim_end_matches('/').into(), private: None }
    }

    /// A server of its own for a test that stops, kills or empties it; it ends with the value, or the process.
    pub fn start_private() -> Self {
        Self::start_private_on(or_stop(free_port()))
    }

    /// The same on a port that is known, for instance where one was killed.
    pub fn start_private_on(port: u16) -> Self {
        or_stop(start(port).context("no Redis"))
    }

    /// The server's URL, without a database.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The server's `host:port`, as a proxy wants it.
    pub fn address(&self) -> &str {
        let place = self.url.split("://").nth(1).unwrap_or(&self.url);
        place.rsplit('@').next().unwrap_or(place)
    }

    /// A URL to an empty database that nobody else is given, while there are databases left.
    pub async fn fresh_url(&self) -> String {
        or_stop(self.fresh().await.context("no fresh Redis database"))
    }

    async fn fresh(&self) -> anyhow::Result<String> {
        let mut connection = connect(&self.url).await?;
        let (_, databases): (String, u32) =
            redis::cmd("CONFIG").arg("GET").arg("databases").query_async(&mut connection).await?;
        if databases < 2 {
            bail!("the server has one database only");
        }
        let number: u32 =
            redis::cmd("INCR").arg("practicum-testkit:databases").query_async(&mut connection).await?;
        let url = format!("{}/{}", self.url, 1 + (number - 1) % (databases - 1));
        redis::cmd("FLUSHDB").query_async::<()>(&mut connect(&url).await?).await?;
        Ok(url)
    }

    /// The id of a private server.
    pub fn pid(&self) -> u32 {
        or_stop(self.private()).pid()
    }

    /// Freezes it: connections stay open and nothing answers.
    pub fn sigstop(&self) {
        or_stop(signal("STOP", &[self.pid()]));
    }

    /// Lets it go on.
    pub fn sigcont(&self) {
        or_stop(signal("CONT", &[self.pid()]));
    }

    /// Kills it, and waits until it is gone.
    pub fn kill(&self) {
        let pid = self.pid();
        or_stop(signal("KILL", &[pid]));
        while is_alive(pid) {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    fn private(&self) -> anyhow::Result<&Guard> {
        self.private.as_ref().context("this Redis is shared by all tests: use Redis::start_private()")
    }
}

async fn connect(url: &str) -> anyhow::Result<MultiplexedConnection> {
    let opened = Client::open(url)?.get_multiplexed_async_connection().await;
    opened.context("the Redis of PRACTICUM_TEST_REDIS, or the private one, does not answer")
}

fn start(port: u16) -> anyhow::Result<Redis> {
    let program = redis_program()?.display().to_string();
    let folder = new_folder("redis")?;
    let (port_text, folder_text, databases) =
        (port.to_string(), folder.display().to_string(), DATABASES.to_string());
    let server = [
        program.as_str(),
        "--port",
        &port_text,
        "--bind",
        "127.0.0.1",
        "--dir",
        &folder_text,
        "--save",
        "",
        "--appendonly",
        "no",
        "--databases",
        &databases,
        "--enable-debug-command",
        "local",
    ];
    let guard = Guard::start(&folder, &server.map(String::from))?;
    guard.await_port(port)?;
    Ok(Redis { url: format!("redis://127.0.0.1:{port}"), private: Some(guard) })
}
