//! Following the feed, across a kill of the server and of nobody's memory.

use crate::support::{Suite, THURSDAY, command, ended, run, signal};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

struct Watcher {
    child: Child,
    lines: Receiver<String>,
}

impl Watcher {
    fn start(feed: &str, data: &str, state: &Path, more: &[&str]) -> Watcher {
        let state = state.display().to_string();
        let watch = [&["watch", feed, "-v", "--data", data, "--state-file", &state], more].concat();
        let mut child = command(&watch).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (send, lines) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
        Watcher { child, lines }
    }

    /// The next line that is no checkpoint, or that is one.
    fn next(&self, checkpoint: bool) -> String {
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(20)).unwrap();
            if line.contains("checkpoint") == checkpoint {
                return line;
            }
        }
    }

    /// Ctrl-C, and everything that it had not yet told.
    fn stop(mut self) -> Vec<String> {
        signal("INT", self.child.id());
        assert!(ended(&mut self.child).success());
        self.lines.iter().filter(|line| !line.contains("checkpoint")).collect()
    }
}

/// It must not outlive a test that fails.
impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_watcher_misses_nothing_when_the_server_or_itself_goes_and_comes() {
    let folder = tempfile::tempdir().unwrap();
    let (data, state) = (folder.path().join("data"), folder.path().join("state"));
    let suite = Suite::start(&data, &["--demo"]);
    let watcher = Watcher::start("bookings", &suite.data, &state, &[]);
    watcher.next(true);
    let short = |booking: &str| booking.rsplit('/').next().unwrap().to_owned();
    let first = short(&suite.book(THURSDAY, "w-1"));
    let line = watcher.next(false);
    assert!(
        line.contains("  created  durham") && line.contains(&first) && line.ends_with("  has a seat"),
        "{line}"
    );
    suite.kill();

    let suite = Suite::start(&data, &[]);
    let second = short(&suite.book(THURSDAY, "w-2"));
    assert!(watcher.next(false).contains(&second));
    assert_eq!(watcher.stop(), Vec::<String>::new());

    let third = short(&suite.book(THURSDAY, "w-3"));
    let watcher = Watcher::start("bookings", &suite.data, &state, &[]);
    let line = watcher.next(false);
    assert!(line.contains(&third), "not where the state file left off: {line}");
    watcher.stop();
    let watcher =
        Watcher::start("bookings", &suite.data, &state, &["--from", "oldest", "--parent", THURSDAY]);
    assert!(watcher.next(false).contains(&first));
}

#[test]
fn a_host_sees_what_a_match_proposes_to_it_and_its_university_sees_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let suite = Suite::start(&folder.path().join("data"), &["--demo"]);
    let watchers = ["durham", "teesside"].map(|partner| {
        let state = folder.path().join(partner);
        let more = ["--partner", partner, "--host", "durham", "--university", "teesside"];
        let watcher = Watcher::start("placements", &suite.data, &state, &more);
        watcher.next(true);
        watcher
    });
    let applied = run(&["match", "--year", "2026-27", "--stage", "final", "--apply", "--data", &suite.data]);
    assert_eq!(applied.code, Some(0), "{}", applied.out);
    let [host, university] = watchers.map(|watcher| watcher.next(false));
    assert_eq!(host, university);
    assert!(host.contains("  created  ") && host.contains("  is proposed, teesside at durham/"), "{host}");
}
