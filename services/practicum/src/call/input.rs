//! Requests from JSON.

use crate::failure::Usage;
use anyhow::{Context, Result};
use prost_reflect::{DeserializeOptions, DynamicMessage, MethodDescriptor};
use serde_json::Value;

/// The messages that `argument` holds, or the file or standard input that it names.
///
/// # Errors
/// It cannot be read, is not JSON, or is not the method's request; a field that is not in the contract is named.
pub fn messages(method: &MethodDescriptor, argument: &str) -> Result<Vec<DynamicMessage>> {
    let text = match argument.strip_prefix('@') {
        Some(file) => std::fs::read_to_string(file).map_err(|error| Usage(format!("{file}: {error}")))?,
        None if argument == "-" => std::io::read_to_string(std::io::stdin()).context("standard input")?,
        None => argument.to_owned(),
    };
    Ok(parse(method, &text)?)
}

fn parse(method: &MethodDescriptor, text: &str) -> Result<Vec<DynamicMessage>, Usage> {
    let documents = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let documents: Vec<Value> = documents
        .collect::<Result<_, _>>()
        .map_err(|error| Usage(format!("the request is not JSON: {error}")))?;
    if documents.len() != 1 && !method.is_client_streaming() {
        let count = documents.len();
        return Err(Usage(format!("{} takes one request, and {count} are given", method.name())));
    }
    documents.into_iter().map(|document| message(method, document)).collect()
}

fn message(method: &MethodDescriptor, document: Value) -> Result<DynamicMessage, Usage> {
    let options = DeserializeOptions::new().deny_unknown_fields(true);
    let input = method.input();
    DynamicMessage::deserialize_with_options(input.clone(), document, &options)
        .map_err(|error| Usage(format!("the request is not a {}: {error}", input.name())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::contract;

    fn parsed(json: &str) -> Result<Vec<DynamicMessage>, Usage> {
        parse(&contract::method("BookingService/BookSeats").unwrap(), json)
    }

    #[test]
    fn a_request_is_read_by_the_names_of_the_contract_or_of_json() {
        assert_eq!(
            parsed(r#"{"join_waitlist": true}"#).unwrap(),
            parsed(r#"{"joinWaitlist": true}"#).unwrap()
        );
        assert_eq!(parsed("{}").unwrap().len(), 1);
    }

    #[test]
    fn what_is_no_request_is_refused_and_an_unknown_field_is_named() {
        for (json, answer) in [
            ("{", "not JSON"),
            ("", "0 are given"),
            ("{} {}", "2 are given"),
            ("[]", "BookSeatsRequest"),
            (r#"{"seats": [{"atendee": {}}]}"#, "atendee"),
            (r#"{"seats": [{"audience": "AUDIENCE_WIZARD"}]}"#, "AUDIENCE_WIZARD"),
            (r#"{"parent": 5}"#, "BookSeatsRequest"),
        ] {
            let error = parsed(json).unwrap_err().to_string();
            assert!(error.contains(answer), "{json}: {error}");
        }
    }
}
