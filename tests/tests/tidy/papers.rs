//! Where papers hang, and how rooms are called.

use crate::{
    catches, holds,
    tree::{File, tree},
};

/// Names that say nothing of what is inside.
const VAGUE: &[&str] = &["docs", "doc", "utils", "util", "common", "helpers", "helper", "core", "misc"];
const README: usize = 200;

/// No part of a path is vague. A package of contracts may be called common: it is what all have in common.
fn names(files: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    for file in files {
        let path = file.path.strip_prefix("proto/practicum/common/").unwrap_or(&file.path);
        let parts = path.split('/').map(|part| part.trim_end_matches(".rs"));
        if let Some(part) = parts.into_iter().find(|part| VAGUE.contains(part)) {
            broken.push(format!("{}: {part} says nothing of what is inside", file.path));
        }
        if path.ends_with("/mod.rs") {
            broken.push(format!("{}: foo.rs beside foo/, never mod.rs", file.path));
        }
    }
    broken
}

/// Every room has a paper, and its last heading is Decisions.
fn papers(files: &[File]) -> Vec<String> {
    let rooms = files.iter().filter_map(|file| file.path.strip_suffix("/Cargo.toml"));
    let mut broken = Vec::new();
    for room in rooms.chain(["proto"]) {
        let path = format!("{room}/README.md");
        let Some(paper) = files.iter().find(|file| file.path == path) else {
            broken.push(format!("{path}: missing"));
            continue;
        };
        let last = paper.text.lines().rfind(|line| line.starts_with("## "));
        if last != Some("## Decisions") {
            broken.push(format!("{path}: its last heading is not Decisions"));
        }
    }
    broken
}

fn front(files: &[File]) -> Vec<String> {
    let lines = files.iter().find(|file| file.path == "README.md").map(|file| file.text.lines().count());
    match lines {
        None => vec!["README.md: missing".into()],
        Some(lines) if lines > README => vec![format!("README.md: {lines} lines, at most {README}")],
        Some(_) => vec![],
    }
}

#[test]
fn every_room_is_called_what_it_is() {
    holds(names(&tree()));
}

#[test]
fn every_room_has_its_paper_and_ends_it_in_decisions() {
    holds(papers(&tree()));
}

#[test]
fn the_first_paper_is_short() {
    holds(front(&tree()));
}

#[test]
fn a_vague_name_is_caught() {
    let planted =
        ["docs/a.md", "shared/cache/src/utils.rs", "shared/core/src/lib.rs", "shared/cache/src/a/mod.rs"];
    let good = ["proto/practicum/common/v1/a.proto", "shared/cache/src/score.rs"];
    let files: Vec<File> = planted.iter().chain(&good).map(|path| File::new(path, "")).collect();
    catches(names(&files), &planted);
}

#[test]
fn a_missing_or_endless_paper_is_caught() {
    let files = [
        File::new("proto/README.md", "# A\n## Decisions\nNone.\n"),
        File::new("shared/cache/Cargo.toml", ""),
        File::new("shared/cache/README.md", "# A\n## Decisions\n## More\n"),
        File::new("shared/ledger/Cargo.toml", ""),
        File::new("README.md", &"a\n".repeat(201)),
    ];
    catches(papers(&files), &["cache/README.md: its last", "ledger/README.md: missing"]);
    catches(front(&files), &["201 lines"]);
}
