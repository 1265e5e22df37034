//! Fields of a request by path, in messages known at run time only: `seats[0].attendee.person`.

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage, Value};

/// One leaf of a request: a scalar, an enum or a timestamp, or a list or message on the way to it.
#[derive(Clone)]
pub struct Leaf {
    /// From the request; every list is entered at its first item.
    pub path: String,
    pub field: FieldDescriptor,
    /// The path names the items of the list, not the list.
    pub item: bool,
}

/// Every field of a request, those inside others too.
pub fn all(message: &MessageDescriptor) -> Vec<Leaf> {
    let mut found = Vec::new();
    walk(message, "", &mut found);
    found
}

fn walk(message: &MessageDescriptor, prefix: &str, found: &mut Vec<Leaf>) {
    for field in message.fields() {
        let path =
            if prefix.is_empty() { field.name().to_owned() } else { format!("{prefix}.{}", field.name()) };
        found.push(Leaf { path: path.clone(), field: field.clone(), item: false });
        let inside = if field.is_list() { format!("{path}[0]") } else { path };
        if field.is_list() {
            found.push(Leaf { path: inside.clone(), field: field.clone(), item: true });
        }
        if let Kind::Message(inner) = field.kind()
            && inner.full_name() != "google.protobuf.Timestamp"
        {
            walk(&inner, &inside, found);
        }
    }
}

/// Splits `seats[0]` into the field's name and the index.
fn step(step: &str) -> (&str, Option<usize>) {
    match step.split_once('[') {
        Some((name, index)) => (name, index.trim_end_matches(']').parse().ok()),
        None => (step, None),
    }
}

/// Sets a field, making what lies on the way to it. A list grows to the index that is named.
pub fn set(message: &mut DynamicMessage, path: &str, value: Value) {
    let (head, rest) = path.split_once('.').map_or((path, None), |(head, rest)| (head, Some(rest)));
    let (name, index) = step(head);
    let field =
        message.descriptor().get_field_by_name(name).unwrap_or_else(|| panic!("no field {name} for {path}"));
    let slot = match index {
        None => message.get_field_mut(&field),
        Some(index) => {
            let Value::List(items) = message.get_field_mut(&field) else { panic!("{name} is no list") };
            while items.len() <= index {
                items.push(Value::default_value(&field.kind()));
            }
            &mut items[index]
        }
    };
    match (rest, slot) {
        (None, slot) => *slot = value,
        (Some(rest), Value::Message(inner)) => set(inner, rest, value),
        (Some(_), _) => panic!("{path} leads through what is no message"),
    }
}

/// Empties a field that need not be there.
pub fn clear(message: &mut DynamicMessage, path: &str) {
    let (head, rest) = path.split_once('.').map_or((path, None), |(head, rest)| (head, Some(rest)));
    let (name, index) = step(head);
    let Some(rest) = rest else { return message.clear_field_by_name(name) };
    match (message.get_field_by_name_mut(name), index) {
        (Some(Value::Message(inner)), None) => clear(inner, rest),
        (Some(Value::List(items)), Some(index)) => match items.get_mut(index) {
            Some(Value::Message(inner)) => clear(inner, rest),
            _ => panic!("{path} has no such item"),
        },
        _ => panic!("{path} has nothing on its way"),
    }
}

/// What a field holds, where everything on the way to it is there.
pub fn get(message: &DynamicMessage, path: &str) -> Option<Value> {
    let (head, rest) = path.split_once('.').map_or((path, None), |(head, rest)| (head, Some(rest)));
    let (name, index) = step(head);
    let held = message.get_field_by_name(name)?.into_owned();
    let held = match (held, index) {
        (Value::List(items), Some(index)) => items.get(index)?.clone(),
        (held, _) => held,
    };
    match (rest, held) {
        (None, held) => Some(held),
        (Some(rest), Value::Message(inner)) => get(&inner, rest),
        _ => None,
    }
}
