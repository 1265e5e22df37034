//! Finds and runs the servers' programs.

use anyhow::{Context, bail};
use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A program of PostgreSQL: on the path, else the newest of `/usr/lib/postgresql/*/bin`, where Debian hides it.
pub(crate) fn postgres_program(name: &str) -> anyhow::Result<PathBuf> {
    on_path(name)
        .or_else(|| newest_in("/usr/lib/postgresql", name))
        .with_context(|| format!("{name} is not installed: install postgresql-15 or newer, or run tests/run"))
}

pub(crate) fn redis_program() -> anyhow::Result<PathBuf> {
    on_path("redis-server")
        .context("redis-server is not installed: install redis-server 6.2 or newer, or run tests/run")
}

#[allow(clippy::disallowed_methods, reason = "the search path is the machine's, not a setting of ours")]
fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn newest_in(root: &str, name: &str) -> Option<PathBuf> {
    let versions = std::fs::read_dir(root).ok()?.flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|it| Some((it.file_name().to_str()?.parse().ok()?, it.path().join("bin").join(name))))
        .filter(|(_, file)| file.is_file())
        .collect();
    found.sort();
    found.pop().map(|(_, file)| file)
}

/// The command line that runs `program` as somebody PostgreSQL accepts: it refuses root, so root becomes
/// `postgres`.
pub(crate) fn as_unprivileged(program: &Path) -> Vec<String> {
    let program = program.display().to_string();
    if is_root() {
        ["runuser", "-u", "postgres", "--", &program].map(String::from).to_vec()
    } else {
        vec![program]
    }
}

pub(crate) fn is_root() -> bool {
    run("id", &["-u"]).is_ok_and(|uid| uid.trim() == "0")
}

/// Runs a program to its end.
pub(crate) fn run(program: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let Output { status, stdout, stderr } =
        Command::new(program).args(arguments).output().with_context(|| format!("{program} cannot be run"))?;
    if !status.success() {
        bail!("{program} {}: {status}: {}", arguments.join(" "), String::from_utf8_lossy(&stderr).trim());
    }
    Ok(String::from_utf8_lossy(&stdout).into_owned())
}

/// Sends a signal by process id, through the shell, since this workspace has no unsafe code.
pub(crate) fn signal(name: &str, pids: &[u32]) -> anyhow::Result<()> {
    let pids: Vec<String> = pids.iter().map(u32::to_string).collect();
    run("sh", &["-c", &format!("kill -{name} {}", pids.join(" "))]).map(drop)
}

/// Whether a process runs (or is stopped); a zombie does not. Without /proc, a zombie counts as alive.
pub(crate) fn is_alive(pid: u32) -> bool {
    if !Path::new("/proc/self").exists() {
        return signal("0", &[pid]).is_ok();
    }
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| !rest.trim_start().starts_with('Z')))
}

/// The processes whose parent is `pid`.
pub(crate) fn children(pid: u32) -> Vec<u32> {
    let parent = |stat: String| stat.rsplit(')').next()?.split_whitespace().nth(1)?.parse::<u32>().ok();
    let Ok(all) = std::fs::read_dir("/proc") else { return Vec::new() };
    all.flatten()
        .filter_map(|it| it.file_name().to_str()?.parse::<u32>().ok())
        .filter(|it| std::fs::read_to_string(format!("/proc/{it}/stat")).ok().and_then(parent) == Some(pid))
        .collect()
}

/// A port of 127.0.0.1 that was free a moment ago.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
