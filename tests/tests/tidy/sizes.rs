//! Nothing grows past what can be read at a sitting.

use crate::{
    catches, holds,
    tree::{File, closing, line_of, tree, words},
};

const FILE: usize = 400;
const FUNCTION: usize = 70;

/// Code and scripts; contracts, papers and tables may be as long as what they list.
fn is_code(file: &File) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    !file.path.starts_with('.') && (file.is_rust() || !name.contains('.') || name.ends_with(".lua"))
        || file.path.starts_with(".ci/")
}

fn files(files: &[File]) -> Vec<String> {
    let long = files.iter().filter(|file| is_code(file) && file.text.lines().count() > FILE);
    long.map(|file| format!("{}: {} lines, at most {FILE}", file.path, file.text.lines().count())).collect()
}

fn functions(files: &[File]) -> Vec<String> {
    files.iter().flat_map(|file| words(&file.all_code, "fn").filter_map(|at| long(file, at))).collect()
}

/// What is wrong with the function that begins at `at`, if it is one and something is.
fn long(file: &File, at: usize) -> Option<String> {
    let (code, mut body) = (&file.all_code, at);
    let name: String =
        code[at + 2..].trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    if name.is_empty() {
        return None;
    }
    // The body is the first brace that is in no parenthesis of the signature.
    loop {
        body += code[body..].find(['{', ';', '(', '['])?;
        match code.as_bytes()[body] {
            b'{' => break,
            b';' => return None,
            _ => body = closing(code, body) + 1,
        }
    }
    let lines = line_of(code, closing(code, body)) - line_of(code, at) + 1;
    (lines > FUNCTION).then(|| file.at(at, &format!("{name} has {lines} lines, at most {FUNCTION}")))
}

#[test]
fn no_file_is_too_long() {
    holds(files(&tree()));
}

#[test]
fn no_function_is_too_long() {
    holds(functions(&tree()));
}

#[test]
fn a_long_file_and_a_long_function_are_caught() {
    let lines = |n: usize| "    call();\n".repeat(n);
    let planted = [
        File::new("shared/cache/src/long.rs", &lines(401)),
        File::new("tests/run", &lines(401)),
        File::new("proto/README.md", &lines(401)),
        File::new("shared/cache/src/short.rs", &lines(400)),
    ];
    catches(files(&planted), &["src/long.rs", "tests/run"]);
    let text = format!(
        "fn long(f: fn(u8) -> [u8; 2]) {{\n{}}}\nfn short() {{\n{}}}\ntrait T {{\n    fn none();\n}}\n",
        lines(69),
        lines(68)
    );
    catches(functions(&[File::new("tests/src/lib.rs", &text)]), &["lib.rs:1: long has 71 lines"]);
}
