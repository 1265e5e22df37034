//! What a contract declares of a field, read from its `buf.validate` options.

use crate::dynamic::pool;
use prost_reflect::{DynamicMessage, FieldDescriptor, Value};

/// Of `buf.validate.Ignore`.
const IGNORE_ALWAYS: i32 = 3;

#[derive(Clone, Debug, Default)]
pub struct Rules {
    pub required: bool,
    pub max_len: Option<u64>,
    pub pattern: bool,
    pub uuid: bool,
    pub least: Option<i64>,
    pub most: Option<i64>,
    pub min_items: Option<u64>,
    pub max_items: Option<u64>,
    pub unique: bool,
    pub defined_only: bool,
    /// Between these, and a number.
    pub share: Option<(f64, f64)>,
    /// Nothing that the contract says of what is inside applies.
    pub ignored: bool,
    pub items: Option<Box<Rules>>,
}

/// The rules of a field; of a list, those of the list.
pub fn of(field: &FieldDescriptor) -> Rules {
    let extension =
        pool().get_extension_by_name("buf.validate.field").expect("the contracts import buf.validate");
    match field.options().get_extension(&extension).into_owned() {
        Value::Message(rules) => read(&rules),
        _ => Rules::default(),
    }
}

fn read(rules: &DynamicMessage) -> Rules {
    let mut read = Rules { required: flag(rules, "required"), ..Rules::default() };
    if let Some(text) = inner(rules, "string") {
        read.max_len = number(&text, "max_len").and_then(|n| u64::try_from(n).ok());
        read.pattern = text.has_field_by_name("pattern");
        read.uuid = flag(&text, "uuid");
    }
    for kind in ["int32", "int64"] {
        if let Some(range) = inner(rules, kind) {
            read.least = number(&range, "gte");
            read.most = number(&range, "lte");
        }
    }
    if let Some(list) = inner(rules, "repeated") {
        read.min_items = number(&list, "min_items").and_then(|n| u64::try_from(n).ok());
        read.max_items = number(&list, "max_items").and_then(|n| u64::try_from(n).ok());
        read.unique = flag(&list, "unique");
        read.items = inner(&list, "items").map(|items| Box::new(self::read(&items)));
    }
    if let Some(range) = inner(rules, "double") {
        read.share = fraction(&range, "gte").zip(fraction(&range, "lte"));
    }
    read.ignored = value(rules, "ignore").is_some_and(|ignore| ignore == Value::EnumNumber(IGNORE_ALWAYS));
    read.defined_only = inner(rules, "enum").is_some_and(|choice| flag(&choice, "defined_only"));
    read
}

fn value(rules: &DynamicMessage, name: &str) -> Option<Value> {
    let there = rules.has_field_by_name(name);
    Some(rules.get_field_by_name(name).filter(|_| there)?.into_owned())
}

fn inner(rules: &DynamicMessage, name: &str) -> Option<DynamicMessage> {
    value(rules, name)?.as_message().cloned()
}

fn flag(rules: &DynamicMessage, name: &str) -> bool {
    rules.get_field_by_name(name).is_some_and(|value| value.as_bool() == Some(true))
}

fn number(rules: &DynamicMessage, name: &str) -> Option<i64> {
    let value = value(rules, name)?;
    value.as_i64().or(value.as_i32().map(i64::from)).or(value.as_u64().and_then(|n| i64::try_from(n).ok()))
}

fn fraction(rules: &DynamicMessage, name: &str) -> Option<f64> {
    value(rules, name)?.as_f64()
}
