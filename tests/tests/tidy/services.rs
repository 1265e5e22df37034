//! The shape of a service: one action, one row of access, one method and a journey for every RPC of its contract.

use crate::{
    catches, holds,
    tree::{File, tree},
};

/// What lies among the actions and is no RPC: who may, the booking desk, what several calls share, what the passing of
/// time does, and what is learned from another service's feed.
const NOT_RPCS: &[&str] = &[
    "permit",
    "desk",
    "step",
    "case",
    "sweep",
    "expire_holds",
    "open_concern",
    "follow_attendance",
    "follow_enrolments",
    "follow_placements",
    "follow_enrolments",
    "check_enrolments",
];
/// Services of the common contract, which every service serves by what the chassis has for it. PrivacyService joins
/// them with the first service that holds immigration data.
const COMMON: &[(&str, [&str; 2])] = &[("AuditService", ["chassis::audit(", "chassis::AUDIT_SERVICE"])];
/// Services of a contract that nobody serves yet.
const LATER: &[&str] = &["SupportedYearService"];

/// Whether a folder under `services/` is one of the four, which serve a contract of their own.
pub fn is_service(name: &str) -> bool {
    ["placements", "masterclasses", "enrolments", "recruitment"].contains(&name)
}

/// One RPC of the contracts.
struct Rpc {
    package: String,
    service: String,
    method: String,
}

impl Rpc {
    /// `book_seats` of BookSeats.
    fn verb(&self) -> String {
        let mut verb = String::new();
        for (n, c) in self.method.chars().enumerate() {
            if n > 0 && c.is_ascii_uppercase() {
                verb.push('_');
            }
            verb.push(c.to_ascii_lowercase());
        }
        verb
    }
}

fn rpcs(files: &[File]) -> Vec<Rpc> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.path.starts_with("proto/practicum/")) {
        let path: Vec<&str> = file.path.split('/').collect();
        let (package, mut service) = (path[2].to_owned(), String::new());
        let word = |line: &str, after: &str| {
            let name = line.trim().strip_prefix(after)?.split(['(', ' ', '{']).next()?;
            Some(name.to_owned())
        };
        for line in file.text.lines() {
            if let Some(name) = word(line, "service ") {
                service = name;
            } else if let Some(method) = word(line, "rpc ") {
                found.push(Rpc { package: package.clone(), service: service.clone(), method });
            }
        }
    }
    found
}

/// What stands at the door of whoever serves an RPC of the common contract.
fn common(rpc: &Rpc) -> Option<&'static [&'static str]> {
    let (_, pieces) =
        COMMON.iter().find(|(service, _)| rpc.package == "common" && *service == rpc.service)?;
    Some(pieces)
}

/// The RPCs that a service has to serve.
fn owed<'a>(rpcs: &'a [Rpc], service: &str) -> Vec<&'a Rpc> {
    let later = |rpc: &&Rpc| LATER.contains(&rpc.service.as_str());
    rpcs.iter()
        .filter(|rpc| rpc.package == service || common(rpc).is_some())
        .filter(|rpc| !later(rpc))
        .collect()
}

/// The services that are built.
fn built(files: &[File]) -> Vec<String> {
    let mut names: Vec<String> = files
        .iter()
        .filter_map(|file| file.path.strip_prefix("services/")?.split_once("/src/actions"))
        .map(|(name, _)| name.to_owned())
        .filter(|name| is_service(name))
        .collect();
    names.dedup();
    names
}

/// All that the files under these paths say.
fn text(files: &[File], under: &[String]) -> String {
    let within = |path: &str| under.iter().any(|folder| path.starts_with(folder.as_str()));
    files.iter().filter(|file| within(&file.path)).map(|file| file.text.as_str()).collect()
}

fn shape(files: &[File]) -> Vec<String> {
    let rpcs = rpcs(files);
    built(files).iter().flat_map(|service| lacking(files, service, &owed(&rpcs, service))).collect()
}

/// What a service lacks of its RPCs, and what it has too much.
fn lacking(files: &[File], service: &str, owed: &[&Rpc]) -> Vec<String> {
    let room = |name: &str| format!("services/{service}/src/{name}");
    let actions = room("actions/");
    let stems: Vec<&str> = files
        .iter()
        .filter_map(|file| file.path.strip_prefix(&actions)?.strip_suffix(".rs"))
        .filter(|stem| !stem.contains('/'))
        .collect();
    let access = text(files, &[room("rpc/access.rs")]);
    let door = text(files, &[room("rpc.rs"), room("rpc/")]);
    let journeys = text(files, &["tests/tests/journeys/".into(), "tests/src/".into()]);
    let mut broken = Vec::new();
    for rpc in owed {
        let (verb, method) = (rpc.verb(), &rpc.method);
        let mut want = |there: bool, what: &str| {
            if !there {
                broken.push(format!("services/{service}: {}/{method} has no {what}", rpc.service));
            }
        };
        want(
            [format!("\"{method}\""), format!("/{method}\"")].iter().any(|row| access.contains(row)),
            "row of access",
        );
        want(journeys.contains(&format!(".{verb}(")), "journey that calls it");
        if let Some(pieces) = common(rpc) {
            pieces.iter().for_each(|piece| want(door.contains(piece), piece));
            continue;
        }
        want(stems.contains(&verb.as_str()), "action of its name");
        want(door.contains(&format!("fn {verb}(")), "method at the door");
        want(door.contains(&format!("{}Server::new(", rpc.service)), "server");
        let named = format!("\"practicum.{}.v1.{}\"", rpc.package, rpc.service);
        want(door.contains(&named), "name among the services for health and reflection");
    }
    let verbs: Vec<String> = owed.iter().map(|rpc| rpc.verb()).collect();
    let strangers =
        stems.iter().filter(|stem| !NOT_RPCS.contains(stem) && !verbs.iter().any(|verb| verb == *stem));
    broken.extend(strangers.map(|stem| format!("{actions}{stem}.rs: no RPC has this name")));
    broken
}

/// A method that answers "not implemented" is not served.
fn hollow(files: &[File]) -> Vec<String> {
    let door = files.iter().filter(|file| file.path.contains("/src/rpc"));
    let calls =
        door.flat_map(|file| file.code.match_indices("unimplemented(").map(move |(at, _)| (file, at)));
    calls.map(|(file, at)| file.at(at, "an RPC is served or not in the contract")).collect()
}

#[test]
fn every_rpc_is_served_permitted_and_walked_through() {
    holds(shape(&tree()));
}

#[test]
fn no_rpc_answers_that_it_is_not_there() {
    holds(hollow(&tree()));
}

/// A service with one RPC, of which everything is there but what is left out.
fn small(without: &str) -> Vec<File> {
    let audit = "service AuditService {\n  rpc ReadLog(A) returns (B);\n}\nservice PrivacyService {\n  rpc Erase(A) returns (B);\n}\n";
    let door = |service: &str, verb: &str| format!("{service}Server::new(a)\nasync fn {verb}(\n");
    [
        (
            "proto/practicum/placements/v1/match_service.proto",
            "// A rpc.\nservice MatchService {\n  rpc RunMatch(A) returns (B) {\n}\n".into(),
        ),
        ("proto/practicum/common/v1/audit_service.proto", audit.into()),
        ("services/placements/src/actions/run_match.rs", String::new()),
        ("services/placements/src/actions/permit.rs", String::new()),
        (
            "services/placements/src/rpc/access.rs",
            "(\"RunMatch\")(\"/practicum.common.v1.AuditService/ReadLog\")".into(),
        ),
        ("services/placements/src/rpc/a.rs", door("MatchService", "run_match")),
        ("services/placements/src/rpc/b.rs", "chassis::audit(ledger)".into()),
        (
            "services/placements/src/rpc.rs",
            "[\"practicum.placements.v1.MatchService\", chassis::AUDIT_SERVICE]".into(),
        ),
        ("tests/tests/journeys/a.rs", "b.run_match(c);\nb.read_log(c);\n".to_owned()),
    ]
    .into_iter()
    .filter(|(path, _)| without.is_empty() || !path.ends_with(without))
    .map(|(path, text)| File::new(path, &text))
    .collect()
}

#[test]
fn what_a_service_lacks_is_caught() {
    catches(shape(&small("")), &[]);
    catches(shape(&small("actions/run_match.rs")), &["MatchService/RunMatch has no action"]);
    catches(shape(&small("rpc/access.rs")), &["RunMatch has no row", "ReadLog has no row"]);
    catches(shape(&small("rpc/b.rs")), &["ReadLog has no chassis::audit("]);
    catches(shape(&small("src/rpc.rs")), &["RunMatch has no name", "ReadLog has no chassis::AUDIT"]);
    catches(shape(&small("journeys/a.rs")), &["RunMatch has no journey", "ReadLog has no journey"]);
    let mut more = small("");
    more.push(File::new("services/placements/src/actions/tidy_up.rs", ""));
    catches(shape(&more), &["tidy_up.rs: no RPC"]);
    let planted = File::new("services/placements/src/rpc/c.rs", "fn a() { Status::unimplemented(\"b\") }\n");
    catches(hollow(&[planted]), &["c.rs:1"]);
}
