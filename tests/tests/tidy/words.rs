//! What no file says, and what each says enough of.

use crate::{
    catches, holds,
    tree::{File, closing, line_of, tree, words},
};
use std::collections::BTreeMap;

/// Words that put something off.
const LATER: &[&str] = &["TODO", "FIXME", "XXX", "HACK"];
/// Macros that put something off.
const HOLLOW: &[&str] = &["todo!", "unimplemented!", "dbg!"];
/// The least share of lines with a comment, in hundredths of a crate's lines.
const COMMENTS: usize = 5;

fn put_off(files: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    for file in files {
        let said = if file.is_rust() { &file.comments } else { &file.text };
        let later = LATER.iter().flat_map(|word| words(said, word).map(move |at| (at, *word)));
        let hollow = HOLLOW.iter().flat_map(|word| {
            let calls = file.all_code.match_indices(word).map(|(at, _)| at);
            calls.map(move |at| (at, *word))
        });
        broken.extend(later.chain(hollow).map(|(at, word)| file.at(at, word)));
    }
    broken
}

/// A reason stands on the same line, or on lines of its own just above the statement.
pub fn explained(file: &File, at: usize) -> bool {
    let said: Vec<&str> = file.comments.lines().collect();
    let done: Vec<&str> = file.code.lines().collect();
    let blank = |lines: &[&str], line: usize| lines.get(line).is_none_or(|line| line.trim().is_empty());
    let line = line_of(&file.text, at) - 1;
    // Up to the beginning of a chain of calls.
    let first = (0..=line).rev().find(|line| !done[*line].trim_start().starts_with(['.', '?', ')']));
    let above = first.and_then(|first| first.checked_sub(1));
    !blank(&said, line) || above.is_some_and(|above| !blank(&said, above) && blank(&done, above))
}

/// Whoever unwraps says why it cannot fail.
fn unwraps(files: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    for file in files {
        for call in [".unwrap()", ".expect(", ".unwrap_err()", ".expect_err("] {
            let found = file.code.match_indices(call).map(|(at, _)| at).filter(|at| !explained(file, *at));
            broken.extend(found.map(|at| file.at(at, &format!("{call} without a comment that says why"))));
        }
    }
    broken
}

/// Whoever quietens a lint says why.
fn quiet(files: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    for file in files {
        let opens = ["#[allow(", "#![allow(", "#[expect(", "#![expect("];
        let opens = opens
            .iter()
            .flat_map(|open| file.all_code.match_indices(open).map(|(at, open)| at + open.len() - 1));
        let silent = opens.filter(|open| {
            words(&file.all_code[*open..closing(&file.all_code, *open)], "reason").count() == 0
        });
        broken.extend(silent.map(|at| file.at(at, "a lint is allowed without a reason")));
    }
    broken
}

/// The crate that a source belongs to.
fn house(path: &str) -> Option<&str> {
    path.find("/src/").map(|at| &path[..at])
}

fn few_comments(files: &[File]) -> Vec<String> {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let Some(house) = house(&file.path) else { continue };
        let filled = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).count();
        let count = counts.entry(house).or_default();
        *count = (count.0 + filled(&file.comments), count.1 + filled(&file.text));
    }
    let few = counts.into_iter().filter(|(_, (comments, lines))| comments * 100 < lines * COMMENTS);
    few.map(|(house, (comments, lines))| {
        format!("{house}: {comments} of {lines} lines have a comment, at least {COMMENTS} % should")
    })
    .collect()
}

#[test]
fn nothing_is_put_off() {
    holds(put_off(&tree()));
}

#[test]
fn whoever_unwraps_says_why() {
    holds(unwraps(&tree()));
}

#[test]
fn whoever_quietens_a_lint_says_why() {
    holds(quiet(&tree()));
}

#[test]
fn every_crate_explains_itself() {
    holds(few_comments(&tree()));
}

#[test]
fn what_is_put_off_is_caught() {
    let text =
        format!("// {}: later\nfn a() {{ {}(); }}\nconst A: &str = \"{}\";\n", LATER[0], HOLLOW[0], LATER[1]);
    let planted = [File::new("tests/src/a.rs", &text), File::new("tests/run", &format!("# {}\n", LATER[1]))];
    catches(put_off(&planted), &[&format!("a.rs:1: {}", LATER[0]), "a.rs:2", "run:1"]);
}

#[test]
fn an_unwrap_without_a_reason_is_caught() {
    let text = "fn a() {\n    b().unwrap();\n    // Cannot fail.\n    c()\n        .d()\n        .expect(\"e\");\n\
                    f().expect(\"g\"); // Neither can this.\n    h().expect(\"i\");\n}\n#[cfg(test)]\nmod tests {\n    fn j() { k().unwrap(); }\n}\n";
    let planted = [File::new("shared/cache/src/a.rs", text), File::new("shared/cache/tests/a.rs", text)];
    catches(unwraps(&planted), &["src/a.rs:2", "src/a.rs:8"]);
}

#[test]
fn a_lint_that_is_allowed_without_a_reason_is_caught() {
    let text = "#![allow(dead_code)]\n#[allow(\n    dead_code,\n    reason = \"generated\"\n)]\nfn a() {}\n";
    catches(quiet(&[File::new("tests/src/a.rs", text)]), &["a.rs:1"]);
}

#[test]
fn a_crate_without_comments_is_caught() {
    let bare = File::new("shared/cache/src/a.rs", &"call();\n".repeat(100));
    let told = File::new("shared/ledger/src/a.rs", &("call();\n".repeat(95) + &"// why\n".repeat(5)));
    catches(few_comments(&[bare, told]), &["shared/cache: 0 of 100"]);
}
