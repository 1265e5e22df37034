//! The binary under test, on free ports.

use serde_json::Value;
use std::{
    ffi::OsStr,
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::{Duration, Instant},
};

pub const THURSDAY: &str = "masterclasses/systemic-practice/sessions/thursdays-2";
pub const FULL: &str = "masterclasses/evidence-in-court/sessions/mock-trial";

/// A command of the binary that no variable of ours around it can change.
pub fn command(args: &[impl AsRef<OsStr>]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_practicum"));
    command.args(args).stdin(Stdio::null());
    for name in ["TOKEN", "POSTGRES", "POSTGRES_OWNER", "REDIS"] {
        command.env_remove(format!("PRACTICUM_{name}"));
    }
    command
}

/// What a command said, and how it ended.
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Said {
    /// The JSON that it answered.
    pub fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{}", self.err);
        serde_json::from_str(&self.out).unwrap()
    }

    pub fn is_refused(&self, code: i32, with: &str) {
        assert_eq!((self.code, self.out.as_str()), (Some(code), ""), "{}", self.err);
        assert!(self.err.contains(with), "{with:?} is not in {:?}", self.err);
    }
}

pub fn run(args: &[&str]) -> Said {
    command(args).output().unwrap().into()
}

/// A running `serve`. Killed when it is dropped.
pub struct Suite {
    child: Child,
    /// Standard output up to the line that says that it is ready.
    pub lines: Vec<String>,
    pub data: String,
}

impl Suite {
    /// Starts one on free ports and waits until it is ready.
    pub fn start(data: &Path, more: &[&str]) -> Suite {
        let data = data.display().to_string();
        let log = format!("{data}.log");
        let mut serve = command(&[&["serve", "--base-port", "0", "--data", &data], more].concat());
        let mut child = serve.stdout(Stdio::piped()).stderr(File::create(&log).unwrap()).spawn().unwrap();
        let mut lines = Vec::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            lines.push(line.unwrap());
            if lines.last().unwrap().starts_with("ready") {
                return Suite { child, lines, data };
            }
        }
        let _ = child.wait();
        panic!("never ready: {lines:?} {}", std::fs::read_to_string(log).unwrap());
    }

    /// Where masterclasses answers, as the last line says.
    pub fn address(&self) -> &str {
        let (_, told) = self.lines.last().unwrap().split_once("masterclasses at ").unwrap();
        told.split(',').next().unwrap()
    }

    pub fn call(&self, method: &str, request: &str, more: &[&str]) -> Said {
        run(&[&["call", method, request, "--data", &self.data], more].concat())
    }

    /// Books one seat for one of durham's people, and answers the booking's name.
    pub fn book(&self, session: &str, person: &str) -> String {
        let seat = format!(r#"{{"attendee": {{"person": "partners/durham/people/{person}"}}}}"#);
        let request = format!(r#"{{"parent": "{session}", "seats": [{seat}]}}"#);
        let answer = self.call("BookingService/BookSeats", &request, &[]).json();
        answer["bookings"][0]["name"].as_str().unwrap().to_owned()
    }

    /// How many bookings durham sees.
    pub fn count(&self) -> usize {
        let all = r#"{"parent": "masterclasses/-/sessions/-"}"#;
        self.call("BookingService/ListBookings", all, &[]).json()["bookings"].as_array().unwrap().len()
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and how it ended.
    pub fn stop(mut self) -> ExitStatus {
        signal("TERM", self.child.id());
        ended(&mut self.child)
    }
}

impl Drop for Suite {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// By the shell: this workspace has no unsafe code.
pub fn signal(name: &str, process: u32) {
    let sent = Command::new("sh").args(["-c", &format!("kill -{name} {process}")]).status().unwrap();
    assert!(sent.success());
}

pub fn ended(child: &mut Child) -> ExitStatus {
    let end = Instant::now() + Duration::from_secs(25);
    while Instant::now() < end {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it did not end");
}
