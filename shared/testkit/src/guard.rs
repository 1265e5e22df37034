//! A server that cannot outlive us.
//!
//! A small shell starts it and then waits for its own standard input to close, which happens when this process
//! ends, in whatever way: a kill runs no destructor. Then it stops the server by its id and removes its folder.

use anyhow::{Context, bail};
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// `$1` the folder, `$2…` the server. The server is killed by the id in its own pid file where it keeps one
/// (PostgreSQL restarts under a new id), else by the id it was started with. A frozen one and its children are let
/// go on first: a frozen child outlives its parent for ever. So is `runuser`, which stops when its child does.
const WATCH: &str = r#"
trap '' INT TERM HUP
folder=$1; shift
"$@" >"$folder/log" 2>&1 </dev/null &
started=$! server=$!
echo "$started"
read -r _
[ -f "$folder/data/postmaster.pid" ] && server=$(head -n 1 "$folder/data/postmaster.pid")
for stat in /proc/[0-9]*/stat; do
  read -r line 2>/dev/null <"$stat" || continue
  pid=${line%% *} rest=${line##*) }
  set -- $rest
  [ "$2" = "$server" ] && kill -CONT "$pid" 2>/dev/null
done
kill -CONT "$server" "$started" 2>/dev/null
kill -QUIT "$server" 2>/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$server" 2>/dev/null || break; sleep 0.1; done
kill -KILL "$server" 2>/dev/null
rm -rf "$folder"
"#;

pub(crate) struct Guard {
    watch: Child,
    folder: PathBuf,
    server: u32,
}

impl Guard {
    /// Starts a server that works in `folder`, which from now on belongs to the guard.
    pub(crate) fn start(folder: &Path, server: &[String]) -> anyhow::Result<Guard> {
        let mut watch = Command::new("sh")
            .args(["-c", WATCH, "sh"])
            .arg(folder)
            .args(server)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("sh cannot be run")?;
        let said = watch.stdout.take().context("the guard says nothing")?;
        let mut pid = String::new();
        BufReader::new(said).read_line(&mut pid)?;
        let server = pid.trim().parse().context("the guard did not say the server's id")?;
        Ok(Guard { watch, folder: folder.into(), server })
    }

    /// The id of what was started.
    pub(crate) fn pid(&self) -> u32 {
        self.server
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Waits until something listens on `port`.
    pub(crate) fn await_port(&self, port: u16) -> anyhow::Result<()> {
        let end = Instant::now() + Duration::from_secs(30);
        while Instant::now() < end && crate::programs::is_alive(self.server) {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        bail!("the server did not start on port {port}; it said: {}", log.trim())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.watch.stdin.take());
        let _ = self.watch.wait();
    }
}

/// A new empty folder for a server, which `postgres` may write to where we are root.
pub(crate) fn new_folder(what: &str) -> anyhow::Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("practicum-{what}-{}", uuid::Uuid::new_v4().simple()));
    std::fs::create_dir(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    Ok(folder)
}
