//! The walls of the house, held by reading its sources. Each rule says where it is broken, and is shown a planted
//! violation that it has to catch.

mod manifests;
mod mask;
mod papers;
mod rooms;
mod services;
mod sizes;
mod tree;
mod words;

/// Fails with every place where a rule is broken, one a line.
#[track_caller]
fn holds(broken: Vec<String>) {
    assert!(broken.is_empty(), "{} broken:\n  {}", broken.len(), broken.join("\n  "));
}

/// Fails unless a rule saw each of these in what was planted, and nothing else.
#[track_caller]
fn catches(broken: Vec<String>, planted: &[&str]) {
    let all = broken.len() == planted.len();
    let each = planted.iter().all(|what| broken.iter().any(|broken| broken.contains(what)));
    assert!(all && each, "planted {planted:?}, caught {broken:#?}");
}
