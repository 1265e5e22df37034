//! Which way imports run: what a room never names.

use crate::{
    catches, holds,
    services::is_service,
    tree::{File, closing, line_of, tree, words},
};

/// A room of a service, and the crates and rooms that it never names.
const WALLS: &[(&str, &[&str])] = &[
    (
        "domain",
        &[
            "tonic",
            "prost",
            "contracts",
            "sea_orm",
            "sqlx",
            "redis",
            "tokio",
            "tracing",
            "chassis",
            "store",
            "actions",
            "rpc",
            "peers",
        ],
    ),
    ("actions", &["tonic", "prost", "contracts", "sea_orm", "sqlx", "redis", "rpc", "chassis"]),
    ("store", &["tonic", "prost", "contracts", "chassis", "actions", "rpc", "peers"]),
    ("rpc", &["sea_orm", "sqlx", "redis", "store", "peers"]),
];
/// Words that make code wait.
const WAITING: &[&str] = &["async", "await"];
/// What the words that all say alike never name.
const PURE: &[&str] = &["tokio", "tonic", "prost", "sea_orm", "sqlx", "redis"];
const SERVICES: &[&str] = &["placements", "masterclasses", "enrolments", "recruitment"];

/// The room of a service that a file lies in.
fn room(path: &str) -> Option<&str> {
    let (service, inner) = path.strip_prefix("services/")?.split_once("/src/")?;
    let room = inner.split('/').next()?.trim_end_matches(".rs");
    is_service(service).then_some(room)
}

fn walls(files: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        for (_, never) in WALLS.iter().filter(|(wall, _)| room(&file.path) == Some(wall)) {
            broken.extend(named(file, never));
        }
        if room(&file.path) == Some("domain") {
            let waits = WAITING.iter().flat_map(|word| words(&file.all_code, word).map(move |at| (at, word)));
            broken.extend(waits.map(|(at, word)| file.at(at, &format!("a domain never says {word}"))));
        }
        if file.path.starts_with("shared/vocabulary/") {
            broken.extend(named(file, PURE));
        }
        // Its modules are the packages.
        if file.path.starts_with("shared/") && !file.path.starts_with("shared/contracts/") {
            broken.extend(named(file, SERVICES));
        }
    }
    broken
}

/// Where a file names one of these: as a part of a path, or anywhere in a `use`.
fn named(file: &File, never: &[&str]) -> Vec<String> {
    let code = &file.all_code;
    let uses: Vec<(usize, usize)> =
        words(code, "use").map(|at| (at, at + code[at..].find(';').unwrap_or(0))).collect();
    let path = |at: usize, word: &str| {
        code[..at].trim_end().ends_with("::")
            || code[at + word.len()..].starts_with("::")
            || uses.iter().any(|(from, to)| (*from..*to).contains(&at))
    };
    let found = never.iter().flat_map(|word| words(code, word).map(move |at| (at, *word)));
    found
        .filter(|(at, word)| path(*at, word))
        .map(|(at, word)| file.at(at, &format!("this room never names {word}")))
        .collect()
}

/// A package of contracts knows the common one, and no other: another's resource is a name.
fn packages(files: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    for file in files.iter().filter(|file| file.path.ends_with(".proto")) {
        let Some(package) =
            file.path.strip_prefix("proto/practicum/").and_then(|path| path.split('/').next())
        else {
            continue;
        };
        for (n, line) in file.text.lines().enumerate() {
            let Some(import) = line.trim().strip_prefix("import \"practicum/") else { continue };
            if !import.starts_with("common/") && !import.starts_with(&format!("{package}/")) {
                broken.push(format!("{}:{}: imports another service's contract", file.path, n + 1));
            }
        }
    }
    broken
}

/// SQL takes values as binds. Text that is run as it stands belongs to migrations, which have no values; elsewhere a
/// comment says why.
fn raw_sql(files: &[File]) -> Vec<String> {
    const RAW: &[&str] = &["from_string", "execute_unprepared", "raw_sql"];
    let mut broken = Vec::new();
    for file in files.iter().filter(|file| !file.path.contains("/migrations")) {
        let raw = RAW.iter().flat_map(|word| words(&file.code, word));
        let raw = raw.filter(|at| !crate::words::explained(file, *at));
        broken.extend(raw.map(|at| file.at(at, "SQL that is not prepared, outside a migration")));
        for at in words(&file.code, "sqlx::query").chain(words(&file.code, "query_scalar")) {
            let Some(open) = file.code[at..].find('(').map(|open| at + open) else { continue };
            let call = &file.code[open..closing(&file.code, open)];
            if call.contains("format!") {
                broken.push(file.at(at, "SQL put together in the call: bind its values"));
            }
        }
    }
    broken
}

#[test]
fn no_room_names_what_lies_outside_it() {
    holds(walls(&tree()));
}

#[test]
fn no_contract_names_another_services() {
    holds(packages(&tree()));
}

#[test]
fn no_statement_carries_its_values() {
    holds(raw_sql(&tree()));
}

#[test]
fn a_name_from_outside_a_room_is_caught() {
    let at = |room: &str, text: &str| File::new(&format!("services/masterclasses/src/{room}"), text);
    let planted = [
        at("domain/a.rs", "use tonic::Status;\n"),
        at("domain/b.rs", "use crate::{\n    domain::C,\n    store,\n};\nasync fn d() {}\n"),
        at("actions/a.rs", "fn a(b: &sea_orm::Value, redis: u8) { redis; }\n"),
        at("actions.rs", "use chassis::Draining;\n"),
        at("store/a.rs", "fn a() { crate::rpc::reply::b() }\n"),
        at("rpc/a.rs", "use crate::store;\n"),
        at("lib.rs", "use tonic::Status; // \"may\"\n"),
        at("domain/c.rs", "// use tonic::Status;\nconst A: &str = \"tonic::Status\";\n"),
        File::new("shared/vocabulary/src/a.rs", "fn a() { tokio::spawn(b) }\n"),
        File::new("shared/cache/src/a.rs", "use masterclasses::Settings;\n"),
    ];
    catches(
        walls(&planted),
        &[
            "domain/a.rs:1: this room never names tonic",
            "domain/b.rs:3: this room never names store",
            "domain/b.rs:5: a domain never says async",
            "actions/a.rs:1: this room never names sea_orm",
            "actions.rs:1: this room never names chassis",
            "store/a.rs:1: this room never names rpc",
            "rpc/a.rs:1: this room never names store",
            "vocabulary/src/a.rs:1: this room never names tokio",
            "cache/src/a.rs:1: this room never names masterclasses",
        ],
    );
    assert_eq!(line_of("a\nb", 2), 2);
}

#[test]
fn a_contract_that_imports_anothers_is_caught() {
    let text =
        "import \"practicum/common/v1/person.proto\";\nimport \"practicum/enrolments/v1/course.proto\";\n";
    let planted = [
        File::new("proto/practicum/placements/v1/a.proto", text),
        File::new("proto/practicum/enrolments/v1/b.proto", text),
    ];
    catches(packages(&planted), &["a.proto:2"]);
}

#[test]
fn a_statement_that_carries_its_values_is_caught() {
    let planted = [
        File::new("shared/ledger/src/a.rs", "fn a() { Statement::from_string(b, format!(\"{c}\")); }\n"),
        File::new("shared/ledger/src/b.rs", "fn a() { sqlx::query(&format!(\"SELECT {b}\")).bind(c); }\n"),
        File::new("shared/ledger/src/c.rs", "fn a() { sqlx::query(SQL).bind(format!(\"{c}\")); }\n"),
        File::new(
            "shared/ledger/src/d.rs",
            "fn a() {\n    // A name, which was checked.\n    b.execute_unprepared(c);\n}\n",
        ),
        File::new(
            "services/masterclasses/src/store/migrations/m.rs",
            "fn a() { b.execute_unprepared(c); }\n",
        ),
    ];
    catches(raw_sql(&planted), &["a.rs:1", "b.rs:1"]);
}
