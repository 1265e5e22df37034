//! `practicum call`: any RPC of the contracts, by JSON.

mod codec;
pub mod contract;
mod input;
mod list;

use crate::{cli::Call, failure::Usage, refusal::timed_out, say::say};
use anyhow::{Result, anyhow};
use codec::DynamicCodec;
use prost_reflect::{DynamicMessage, MethodDescriptor, SerializeOptions};
use std::time::Duration;
use tonic::{
    Request, Response, Status, Streaming,
    client::Grpc,
    metadata::{AsciiMetadataKey, MetadataMap},
    transport::Channel,
};

/// Of a call that is no stream.
const PATIENCE: Duration = Duration::from_secs(10);
/// An export may be longer than what tonic takes by itself.
const LARGEST_ANSWER: usize = 64 << 20;

/// # Errors
/// There is no such RPC, the JSON is not its request, nobody answers, or the service says no (a [`Status`]).
pub async fn call(options: Call) -> Result<()> {
    if options.list {
        return say(list::services(options.method.as_deref())?);
    }
    options.target.check()?;
    let method = contract::method(options.method.as_deref().unwrap_or_default())?;
    let messages = input::messages(&method, &options.request)?;
    let service = contract::home(&method);
    if options.verbose {
        eprintln!("{} at {}", contract::path(&method), options.target.address(service)?);
    }
    let mut request = Request::new(tokio_stream::iter(messages));
    *request.metadata_mut() = metadata(&options)?;
    if let Some(patience) = options.timeout.or((!method.is_server_streaming()).then_some(PATIENCE)) {
        request.set_timeout(patience);
    }
    let channel = options.target.connect(service).await?;
    let answer = send(channel, &method, request).await.map_err(timed_out)?;
    if let (true, Some(revision)) = (options.verbose, answer.metadata().get("practicum-revision")) {
        eprintln!("practicum-revision: {}", revision.to_str()?);
    }
    print(answer.into_inner(), method.is_server_streaming()).await
}

fn metadata(options: &Call) -> Result<MetadataMap> {
    let mut metadata = MetadataMap::new();
    for (key, value) in &options.header {
        let wrong = || Usage(format!("--header {key}: not metadata of plain text"));
        let name: AsciiMetadataKey = key.parse().map_err(|_| wrong())?;
        metadata.append(name, value.parse().map_err(|_| wrong())?);
    }
    metadata.insert("authorization", options.target.bearer()?);
    Ok(metadata)
}

/// Every kind of call is a stream both ways on the wire, so that one way of sending does for all.
async fn send(
    channel: Channel,
    method: &MethodDescriptor,
    request: Request<tokio_stream::Iter<std::vec::IntoIter<DynamicMessage>>>,
) -> Result<Response<Streaming<DynamicMessage>>, Status> {
    let mut grpc = Grpc::new(channel).max_decoding_message_size(LARGEST_ANSWER);
    grpc.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
    let path = contract::path(method).parse().map_err(|_| Status::internal("a method without a path"))?;
    grpc.streaming(request, path, DynamicCodec(method.output())).await
}

/// A stream prints a line a message; a single answer is laid out to be read.
async fn print(mut answer: Streaming<DynamicMessage>, stream: bool) -> Result<()> {
    let mut any = false;
    while let Some(message) = answer.message().await.map_err(timed_out)? {
        any = true;
        say(json(&message, !stream)?)?;
    }
    if any || stream { Ok(()) } else { Err(anyhow!("the service answered nothing at all")) }
}

fn json(message: &DynamicMessage, pretty: bool) -> Result<String> {
    // The names of the contract, which the refusals use too.
    let options = SerializeOptions::new().use_proto_field_name(true);
    let mut bytes = Vec::new();
    if pretty {
        message.serialize_with_options(&mut serde_json::Serializer::pretty(&mut bytes), &options)?;
    } else {
        message.serialize_with_options(&mut serde_json::Serializer::new(&mut bytes), &options)?;
    }
    Ok(String::from_utf8(bytes)?)
}
