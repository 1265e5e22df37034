//! What each crate depends on, by its Cargo.toml.

use crate::{
    catches, holds,
    services::is_service,
    tree::{File, tree},
};

const SHARED: &[&str] =
    &["vocabulary", "contracts", "refusals", "admission", "ledger", "cache", "chassis", "testkit"];
/// What stands a process up may know these.
const CHASSIS: &[&str] = &["vocabulary", "contracts", "admission", "refusals", "cache", "ledger"];
/// Crates that would make the common words impure.
const IMPURE: &[&str] = &["tokio", "tonic", "prost", "sea-orm", "sqlx", "redis"];

/// A line of a table of dependencies.
struct Dependency<'a> {
    line: usize,
    name: &'a str,
    dev: bool,
    /// Its version is the workspace's.
    common: bool,
}

fn dependencies(text: &str) -> Vec<Dependency<'_>> {
    let (mut table, mut found) = ("", Vec::new());
    for (n, line) in text.lines().enumerate() {
        if let Some(head) = line.trim().strip_prefix('[') {
            table = head.trim_end_matches(']');
        } else if table.ends_with("dependencies")
            && let Some((name, rest)) = line.split_once(['.', ' ', '='])
            && !name.starts_with('#')
        {
            let common = rest.replace(' ', "").contains("workspace=true");
            found.push(Dependency { line: n + 1, name, dev: table.starts_with("dev-"), common });
        }
    }
    found
}

fn walls(files: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    for file in files {
        let Some(house) = file.path.strip_suffix("/Cargo.toml") else { continue };
        for dependency in dependencies(&file.text) {
            if let Some(why) = wrong(house, &dependency) {
                broken.push(format!("{}:{}: {}: {why}", file.path, dependency.line, dependency.name));
            }
        }
    }
    broken
}

fn wrong(house: &str, dependency: &Dependency) -> Option<&'static str> {
    let name = dependency.name;
    let ours = SHARED.contains(&name) || is_service(name) || name == "practicum";
    let mechanism = if house == "shared/chassis" { CHASSIS } else { &["vocabulary"] };
    if !dependency.common {
        Some("its version belongs in the workspace's Cargo.toml")
    } else if house == "tests" {
        None
    } else if name == "testkit" {
        (!dependency.dev).then_some("only tests stand on the testkit")
    } else if house == "shared/vocabulary" {
        (ours || IMPURE.contains(&name)).then_some("the common words depend on nothing that does")
    } else if house.starts_with("shared/") {
        (ours && !mechanism.contains(&name)).then_some("a shared crate knows the vocabulary alone")
    } else {
        let other = is_service(name) || name == "practicum";
        (other && house != "services/practicum").then_some("a service never names another")
    }
}

#[test]
fn no_crate_depends_on_what_lies_outside_its_walls() {
    holds(walls(&tree()));
}

#[test]
fn a_dependency_through_a_wall_is_caught() {
    let at = |house: &str, text: &str| {
        File::new(&format!("{house}/Cargo.toml"), &format!("[package]\nname = \"a\"\n{text}"))
    };
    let planted = [
        at("shared/vocabulary", "[dependencies]\ntokio.workspace = true\nserde.workspace = true\n"),
        at(
            "shared/cache",
            "[dependencies]\nvocabulary.workspace = true\nledger.workspace = true\ntestkit.workspace = true\n",
        ),
        at(
            "shared/chassis",
            "[dependencies]\nledger.workspace = true\nmasterclasses = { workspace = true }\n",
        ),
        at(
            "services/placements",
            "[dependencies]\nenrolments.workspace = true\n[dev-dependencies]\ntestkit.workspace = true\n",
        ),
        at("services/practicum", "[dependencies]\nplacements.workspace = true\nregex = \"1\"\n"),
        at("tests", "[dependencies]\nplacements.workspace = true\n"),
    ];
    catches(
        walls(&planted),
        &[
            "vocabulary/Cargo.toml:4: tokio",
            "cache/Cargo.toml:5: ledger",
            "cache/Cargo.toml:6: testkit",
            "chassis/Cargo.toml:5: masterclasses",
            "placements/Cargo.toml:4: enrolments",
            "practicum/Cargo.toml:5: regex",
        ],
    );
}
