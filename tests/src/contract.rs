//! What the contracts say of themselves, read from their descriptors.

use prost::Message;
use prost_types::FileDescriptorSet;
use std::{collections::HashMap, sync::OnceLock};
use tonic::Code;

/// The gRPC code that the contracts promise for a reason: the first word of its comment.
pub fn code(reason: &str) -> Option<Code> {
    static CODES: OnceLock<HashMap<String, Code>> = OnceLock::new();
    CODES.get_or_init(codes).get(reason).copied()
}

/// Every reason of the common package and of the services that are built, with its code.
pub fn codes() -> HashMap<String, Code> {
    let set = FileDescriptorSet::decode(contracts::FILE_DESCRIPTOR_SET).expect("the descriptors decode");
    let wanted = ["common", "masterclasses", "enrolments", "placements"]
        .map(|package| format!("practicum/{package}/v1/error_reason.proto"));
    let files = set.file.into_iter().filter(|file| wanted.iter().any(|name| name == file.name()));
    files.flat_map(|file| of_file(&file)).collect()
}

/// A location's path is `[5, enum, 2, value]`: field 5 of a file is its enums, field 2 of an enum its values.
fn of_file(file: &prost_types::FileDescriptorProto) -> Vec<(String, Code)> {
    let locations = file.source_code_info.iter().flat_map(|info| &info.location);
    let values = locations.filter_map(|place| match place.path[..] {
        [5, 0, 2, value] => Some((usize::try_from(value).ok()?, place.leading_comments())),
        _ => None,
    });
    values
        .filter_map(|(value, comment)| {
            let name = file.enum_type[0].value[value].name().strip_prefix("ERROR_REASON_")?.to_owned();
            Some((name, named(comment.trim().split('.').next()?)?))
        })
        .collect()
}

fn named(word: &str) -> Option<Code> {
    let all = (0..=16).map(Code::from);
    all.into_iter().find(|code| word == screaming(&format!("{code:?}")))
}

/// `NotFound` to `NOT_FOUND`.
fn screaming(name: &str) -> String {
    let mut text = String::new();
    for (i, c) in name.char_indices() {
        if i > 0 && c.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(c.to_ascii_uppercase());
    }
    text
}
