//! What `serve` prints for whoever started it: where everything is, how to get in, and something to try.

use super::Stand;
use crate::{
    cli::{DATA, Serve},
    demo::Demo,
};
use std::{fmt::Write, path::Path};

/// The lines, each command as it can be pasted into another shell.
pub fn greeting(options: &Serve, stand: &Stand, demo: &Demo) -> String {
    let mut text = String::new();
    let keeps = match (&options.postgres, &options.redis) {
        (None, None) => "SQLite",
        (None, Some(_)) => "SQLite, cache in Redis",
        (Some(_), None) => "PostgreSQL",
        (Some(_), Some(_)) => "PostgreSQL, cache in Redis",
    };
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "practicum {} keeps its data in {} ({keeps})",
        env!("CARGO_PKG_VERSION"),
        options.data.display()
    );
    for (name, address) in &stand.addresses {
        let _ = writeln!(text, "  {name:<14} {address}  (reflection and health are on)");
    }
    if !demo.lines.is_empty() {
        let _ = writeln!(text, "the demo, all of it made up:\n  {}", demo.lines.join("\n  "));
    }
    let (program, data) = (program(), data(options));
    let ca = stand
        .ca
        .as_ref()
        .map(|ca| format!(" --ca {}", quoted(&ca.display().to_string())))
        .unwrap_or_default();
    let _ = writeln!(text, "a token:   {program} token --partner durham --role scheduler{data}");
    let _ = write!(
        text,
        "a request: {program} call{data}{ca} MasterclassService/ListSessions '{{\"parent\": \"masterclasses/-\", \"bookable\": true}}'"
    );
    if let Some(run) = &demo.run {
        let _ = write!(text, "\na match:   {program} match --run {run}{data}{ca}");
        let _ = write!(text, "\n           and the same with --apply, which proposes it to the hosts");
    }
    text
}

/// As it was started, so that it can be started again from the same place.
fn program() -> String {
    let name = std::env::args_os().next().map(|name| name.to_string_lossy().into_owned());
    quoted(&name.unwrap_or_else(|| "practicum".into()))
}

fn data(options: &Serve) -> String {
    if options.data == Path::new(DATA) {
        String::new()
    } else {
        format!(" --data {}", quoted(&options.data.display().to_string()))
    }
}

/// For a shell.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:".contains(c);
    if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
