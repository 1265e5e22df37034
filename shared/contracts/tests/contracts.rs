//! What holds for every contract, read from the descriptors: so that the next message is held to it too.

use std::collections::{BTreeMap, BTreeSet};

use contracts::FILE_DESCRIPTOR_SET;
use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, FileDescriptor, Kind, MessageDescriptor,
    MethodDescriptor, Value,
};

const README: &str = include_str!("../../../proto/README.md");

/// How the name of an RPC begins that changes nothing, and so takes no request id.
const READS: [&str; 8] = ["Get", "List", "Watch", "Export", "Check", "Verify", "Compute", "Sync"];

fn pool() -> DescriptorPool {
    DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("descriptors")
}

fn files(pool: &DescriptorPool) -> Vec<FileDescriptor> {
    pool.files().filter(|file| file.package_name().starts_with("practicum.")).collect()
}

fn methods(pool: &DescriptorPool) -> Vec<MethodDescriptor> {
    let services = files(pool).into_iter().flat_map(|file| file.services().collect::<Vec<_>>());
    services.flat_map(|service| service.methods().collect::<Vec<_>>()).collect()
}

fn rules(pool: &DescriptorPool, field: &FieldDescriptor) -> DynamicMessage {
    let extension = pool.get_extension_by_name("buf.validate.field").expect("buf.validate");
    field.options().get_extension(&extension).as_message().expect("rules").clone()
}

/// The value at a path of set fields, or nothing.
fn at(rules: &DynamicMessage, path: &[&str]) -> Option<Value> {
    let (first, rest) = path.split_first()?;
    if !rules.has_field_by_name(first) {
        return None;
    }
    let value = rules.get_field_by_name(first)?.into_owned();
    if rest.is_empty() { Some(value) } else { at(value.as_message()?, rest) }
}

/// Every message that a caller can send, apart from the records inside a sync's batches.
fn sendable(pool: &DescriptorPool) -> Vec<MessageDescriptor> {
    let mut seen = BTreeMap::new();
    let mut next: Vec<_> = methods(pool).iter().map(MethodDescriptor::input).collect();
    while let Some(message) = next.pop() {
        let ours = message.package_name().starts_with("practicum.") && message.name() != "SyncRecord";
        if ours && seen.insert(message.full_name().to_owned(), message.clone()).is_none() {
            next.extend(message.fields().filter_map(|field| field.kind().as_message().cloned()));
        }
    }
    seen.into_values().collect()
}

#[test]
fn every_call_that_changes_something_takes_a_checked_request_id_and_no_other_does() {
    let pool = pool();
    for method in methods(&pool) {
        let field = method.input().get_field_by_name("request_id");
        let changes = !READS.iter().any(|read| method.name().starts_with(read));
        assert_eq!(field.is_some(), changes, "{}", method.full_name());
        let Some(field) = field else { continue };
        let rules = rules(&pool, &field);
        assert_eq!(at(&rules, &["string", "uuid"]), Some(Value::Bool(true)), "{}", method.full_name());
        assert_eq!(at(&rules, &["ignore"]), Some(Value::EnumNumber(1)), "{}", method.full_name());
    }
}

/// The fields that a caller can send and whose rules lack what `wanted` asks of them.
fn lacking(wanted: impl Fn(&FieldDescriptor) -> Option<&'static [&'static str]>) -> Vec<String> {
    let pool = pool();
    let fields = sendable(&pool).into_iter().flat_map(|message| message.fields().collect::<Vec<_>>());
    let lacks =
        |field: &FieldDescriptor| wanted(field).is_some_and(|path| at(&rules(&pool, field), path).is_none());
    fields.filter(lacks).map(|field| field.full_name().to_owned()).collect()
}

#[test]
fn every_text_that_a_caller_sends_has_a_limit() {
    let bare = lacking(|field| match (field.kind(), field.is_list()) {
        (Kind::String, true) => Some(&["repeated", "items", "string"]),
        (Kind::String, false) => Some(&["string"]),
        _ => None,
    });
    assert_eq!(bare, Vec::<String>::new());
}

#[test]
fn every_list_that_a_caller_sends_has_a_limit() {
    let bare = lacking(|field| field.is_list().then_some(&["repeated", "max_items"]));
    assert_eq!(bare, Vec::<String>::new());
}

#[test]
fn every_enum_that_a_caller_sends_is_checked_against_its_definition() {
    let bare = lacking(|field| match (field.kind(), field.is_list()) {
        (Kind::Enum(_), true) => Some(&["repeated", "items", "enum", "defined_only"]),
        (Kind::Enum(_), false) => Some(&["enum", "defined_only"]),
        _ => None,
    });
    assert_eq!(bare, Vec::<String>::new());
}

/// Descriptor paths of what must be explained: messages, fields, oneofs, enums, values, services, methods.
/// The numbers are those of google/protobuf/descriptor.proto.
fn is_explained_kind(path: &[i32]) -> bool {
    let kinds: Vec<i32> = path.iter().step_by(2).copied().collect();
    path.len().is_multiple_of(2) && matches!(kinds[..], [4..=6] | [4, 2 | 4 | 8] | [5 | 6, 2] | [4, 4, 2])
}

#[test]
fn everything_has_a_comment() {
    let (pool, mut explained, mut bare) = (pool(), 0, Vec::new());
    for file in files(&pool) {
        let info = file.file_descriptor_proto().source_code_info.clone().expect("protox keeps comments");
        for location in info.location.iter().filter(|location| is_explained_kind(&location.path)) {
            match location.leading_comments().trim().len() {
                0..3 => bare.push(format!("{}:{}", file.name(), location.span[0] + 1)),
                _ => explained += 1,
            }
        }
    }
    assert_eq!(bare, Vec::<String>::new());
    assert!(explained > 1500, "only {explained} comments found");
}

/// Reason, code and comment of each refusal of a package.
fn reasons(pool: &DescriptorPool, package: &str) -> BTreeSet<(String, String)> {
    let reasons = pool.get_enum_by_name(&format!("{package}.ErrorReason")).expect("reasons");
    let file = reasons.parent_file().file_descriptor_proto().clone();
    let comment = |index: i32| {
        let info = file.source_code_info.as_ref().expect("comments");
        let here = |path: &[i32]| path == [5, 0, 2, index];
        let found = info.location.iter().find(|location| here(&location.path)).expect("a place");
        found.leading_comments().trim().to_owned()
    };
    let named = |(index, name): (usize, String)| {
        let code = comment(i32::try_from(index).unwrap()).split('.').next().unwrap().to_owned();
        (name.strip_prefix("ERROR_REASON_").expect("the enum's prefix").to_owned(), code)
    };
    let names = reasons.values().map(|value| value.name().to_owned());
    names.enumerate().skip(1).map(named).collect()
}

#[test]
fn the_table_of_errors_is_that_of_the_enums() {
    let (pool, mut packages) = (pool(), BTreeMap::<String, BTreeSet<(String, String)>>::new());
    let mut package = String::new();
    for line in README.lines() {
        if let Some(name) = line.strip_prefix("### ") {
            package = name.to_owned();
        } else if let Some(row) = line.strip_prefix("| ")
            && let [code, reason, ..] = row.split(" | ").collect::<Vec<_>>()[..]
            && reason.starts_with('`')
            && !package.is_empty()
        {
            let reason = reason.trim_matches('`').to_owned();
            assert!(packages.entry(package.clone()).or_default().insert((reason, code.to_owned())));
        }
    }
    assert_eq!(packages.len(), 5);
    for (package, written) in packages {
        assert_eq!(written, reasons(&pool, &package), "{package}");
    }
}

#[test]
fn a_package_names_no_other_package_but_the_common_one() {
    let pool = pool();
    for file in files(&pool) {
        for dependency in file.dependencies().filter(|one| one.package_name().starts_with("practicum.")) {
            let own = dependency.package_name() == file.package_name();
            assert!(own || dependency.package_name() == "practicum.common.v1", "{}", file.name());
        }
    }
}
