//! The files of the house.

use crate::mask::{is_word, mask};
use std::{fs, path::Path};

/// One file, read: its path from the root, and what it says.
pub struct File {
    pub path: String,
    pub text: String,
    /// Its code without comments, literals and what only tests compile. Empty where it is not Rust.
    pub code: String,
    /// The same with what tests compile.
    pub all_code: String,
    pub comments: String,
}

impl File {
    pub fn new(path: &str, text: &str) -> Self {
        let rust = if path.ends_with(".rs") { mask(text) } else { mask("") };
        let code = if is_test(path) { String::new() } else { without_tests(&rust.code) };
        Self { path: path.into(), text: text.into(), code, all_code: rust.code, comments: rust.comments }
    }

    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// `path:line: what`.
    pub fn at(&self, offset: usize, what: &str) -> String {
        format!("{}:{}: {what}", self.path, line_of(&self.text, offset))
    }
}

/// Counted from one.
pub fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// Whether all of a file is for tests, or runs only while building.
fn is_test(path: &str) -> bool {
    path.starts_with("tests/")
        || path.starts_with("shared/testkit/")
        || path.ends_with("/tests.rs")
        || ["/tests/", "/examples/", "/build/", "/build.rs"].iter().any(|part| path.contains(part))
}

/// Blanks every item under `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut kept = code.to_owned();
    let mut from = 0;
    while let Some(found) = kept[from..].find(MARK) {
        let start = from + found;
        let body = start + kept[start..].find(['{', ';']).unwrap_or(kept.len() - start - 1);
        let end = if kept.as_bytes()[body] == b'{' { closing(&kept, body) } else { body };
        let blank: String = kept[start..=end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        kept.replace_range(start..=end, &blank);
        from = start;
    }
    kept
}

/// Where the brace or parenthesis at `open` closes.
pub fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    code.len() - 1
}

/// Each place where `word` stands on its own.
pub fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let alone = |at: &usize| {
        let before = at.checked_sub(1).map(|at| code.as_bytes()[at]);
        let after = code.as_bytes().get(at + word.len()).copied();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    };
    code.match_indices(word).map(|(at, _)| at).filter(alone)
}

/// Every file that is ours: not what is built, fetched or kept by git.
pub fn tree() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the workspace");
    let (mut files, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of ours") {
            let path = entry.expect("an entry").path();
            let inner = path.strip_prefix(root).expect("under the root").to_string_lossy().into_owned();
            if path.is_dir() {
                if ![".git", "target", "node_modules", "practicum-data"].contains(&inner.as_str()) {
                    folders.push(path);
                }
            } else if let Ok(text) = fs::read_to_string(&path) {
                files.push(File::new(&inner, &text));
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(files.len() > 100, "the house is not where it is looked for: {}", root.display());
    files
}

#[test]
fn what_only_tests_compile_is_set_apart() {
    let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { c(\"}\"); }\n}\n#[cfg(test)]\nmod more;\nfn d() {}\n";
    let file = File::new("shared/cache/src/lib.rs", text);
    assert_eq!(words(&file.code, "fn").map(|at| line_of(text, at)).collect::<Vec<_>>(), [1, 8]);
    assert_eq!(words(&file.all_code, "fn").count(), 3);
    assert!(File::new("tests/src/lib.rs", text).code.is_empty());
}
