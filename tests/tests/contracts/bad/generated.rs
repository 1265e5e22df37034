//! Bad requests made from the constraints of the contracts: for each rule of each field, what just breaks it.

use super::{Bad, timestamp};
use crate::{examples, fields, fields::Leaf, rules, rules::Rules, world::Side};
use prost_reflect::{Kind, Value};

pub fn catalogue(side: &Side) -> Vec<Bad> {
    let mut all = Vec::new();
    for method in side.home.methods() {
        for leaf in ruled(fields::all(&method.input())) {
            for (what, value) in breaking(&leaf) {
                let mut request = examples::request(side, &method);
                match value {
                    Some(value) => fields::set(&mut request, &leaf.path, value),
                    None => fields::clear(&mut request, &leaf.path),
                }
                let rpc = method.name().to_owned();
                all.push(Bad { rpc, what, request, field: leaf.path.clone(), reason: "INVALID_FIELDS" });
            }
        }
    }
    all
}

/// Without what is inside the items of a list of which no rule speaks.
fn ruled(leaves: Vec<Leaf>) -> Vec<Leaf> {
    let free = |leaf: &&Leaf| leaf.item && rules::of(&leaf.field).items.is_some_and(|items| items.ignored);
    let free: Vec<String> = leaves.iter().filter(free).map(|leaf| format!("{}.", leaf.path)).collect();
    leaves.into_iter().filter(|leaf| !free.iter().any(|free| leaf.path.starts_with(free))).collect()
}

type Breaks = Vec<(String, Option<Value>)>;

/// Values of a field that its rules forbid; `None` is the field left out.
fn breaking(leaf: &Leaf) -> Breaks {
    let rules = rules::of(&leaf.field);
    if leaf.field.is_list() && !leaf.item {
        return of_list(leaf, &rules);
    }
    let rules = if leaf.item { rules.items.map(|rules| *rules).unwrap_or_default() } else { rules };
    match leaf.field.kind() {
        Kind::String => of_text(&rules),
        Kind::Int32 => of_number(&rules, |n| i32::try_from(n).ok().map(Value::I32)),
        Kind::Int64 => of_number(&rules, |n| Some(Value::I64(n))),
        Kind::Double => rules.share.map(of_share).unwrap_or_default(),
        Kind::Enum(_) if rules.defined_only => {
            [999, -1, i32::MAX].map(|n| (format!("= {n}"), Some(Value::EnumNumber(n)))).into()
        }
        Kind::Message(message) if message.full_name() == "google.protobuf.Timestamp" => of_time(),
        Kind::Message(_) if rules.required && !leaf.item => vec![("left out".into(), None)],
        _ => vec![],
    }
}

fn of_text(rules: &Rules) -> Breaks {
    let mut texts = vec![("with NUL", "a\0b".to_owned())];
    if rules.required {
        texts.push(("empty", String::new()));
    }
    if let Some(most) = rules.max_len.and_then(|most| usize::try_from(most).ok()) {
        texts.push(("one too long", "é".repeat(most + 1)));
        texts.push(("much too long", "x".repeat(500_000)));
    }
    if rules.pattern {
        texts.extend(["   ", "../x", "ÿ", "a\nb", "\u{202e}x", "/"].map(|bad| ("malformed", bad.to_owned())));
    }
    if rules.uuid {
        texts.push(("no UUID", "x".into()));
        texts.push(("a UUID in braces", "{67e55044-10b1-426f-9247-bb680e5fe0c8}".into()));
    }
    texts.into_iter().map(|(what, text)| (what.to_owned(), Some(Value::String(text)))).collect()
}

fn of_number(rules: &Rules, value: impl Fn(i64) -> Option<Value>) -> Breaks {
    let mut numbers = Vec::new();
    if let Some(least) = rules.least {
        // A zero that may be left out is not wrong.
        numbers.extend([least - 1, -1, i64::from(i32::MIN)].into_iter().filter(|n| *n != 0 && *n < least));
    }
    if let Some(most) = rules.most {
        numbers.extend([most + 1, i64::from(i32::MAX)]);
    }
    numbers.into_iter().filter_map(|n| Some((format!("= {n}"), Some(value(n)?)))).collect()
}

fn of_share((least, most): (f64, f64)) -> Breaks {
    let bad = [least - 0.01, most + 0.01, -1e300, 1e300, f64::NEG_INFINITY, f64::INFINITY, f64::NAN];
    bad.map(|share| (format!("= {share}"), Some(Value::F64(share)))).into()
}

fn of_time() -> Breaks {
    let bad = [
        ("after the year 9999", 253_402_300_800, 0),
        ("before the year 1", -62_135_596_801, 0),
        ("beyond any calendar", i64::MAX, 0),
        ("with nanos -1", 1_800_000_000, -1),
        ("with nanos of a second", 1_800_000_000, 1_000_000_000),
    ];
    bad.map(|(what, seconds, nanos)| (what.to_owned(), Some(timestamp(seconds, nanos)))).into()
}

fn of_list(leaf: &Leaf, rules: &Rules) -> Breaks {
    let item = |n: usize| match leaf.field.kind() {
        Kind::String => Value::String(format!("partners/p{n}")),
        Kind::Enum(_) => Value::EnumNumber(1),
        kind => Value::default_value(&kind),
    };
    let list = |n: usize| Some(Value::List((0..n).map(item).collect()));
    let mut found = Vec::new();
    if rules.min_items.is_some() {
        found.push(("empty".into(), list(0)));
    }
    if let Some(most) = rules.max_items.and_then(|most| usize::try_from(most).ok()) {
        found.push(("one too many".into(), list(most + 1)));
        found.push(("10,000 items".into(), list(10_000)));
    }
    if rules.unique {
        found.push(("the same twice".into(), Some(Value::List(vec![item(1), item(1)]))));
    }
    found
}
