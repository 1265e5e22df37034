//! Calls by descriptor: any RPC, with messages that no generated type knows.

use admission::Row;
use practicum_tests::Stand;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, MethodDescriptor};
use std::{collections::HashMap, sync::OnceLock};
use tonic::{
    Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    transport::Channel,
};

pub fn pool() -> &'static DescriptorPool {
    static POOL: OnceLock<DescriptorPool> = OnceLock::new();
    POOL.get_or_init(|| {
        DescriptorPool::decode(contracts::FILE_DESCRIPTOR_SET).expect("the descriptors decode")
    })
}

/// A service that is built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Home {
    #[default]
    Masterclasses,
    Enrolments,
    Placements,
}

impl Home {
    pub const ALL: [Home; 3] = [Home::Masterclasses, Home::Enrolments, Home::Placements];

    /// Every method that the service serves.
    pub fn methods(self) -> Vec<MethodDescriptor> {
        let served: &[&str] = match self {
            Home::Masterclasses => &masterclasses::rpc::SERVICES,
            Home::Enrolments => &enrolments::rpc::SERVICES,
            Home::Placements => &placements::rpc::SERVICES,
        };
        let services = pool().services().filter(|service| served.contains(&service.full_name()));
        services.flat_map(|service| service.methods().collect::<Vec<_>>()).collect()
    }

    pub fn method(self, name: &str) -> MethodDescriptor {
        let found = self.methods().into_iter().find(|method| method.name() == name);
        found.unwrap_or_else(|| panic!("{self:?} has no method {name}"))
    }

    /// Its access table, by path.
    pub fn rows(self) -> HashMap<&'static str, Row> {
        let table = match self {
            Home::Masterclasses => masterclasses::rpc::access::table(),
            Home::Enrolments => enrolments::rpc::access::table(),
            Home::Placements => placements::rpc::access::table(),
        };
        table.expect("no two rows for one method").rows().map(|row| (row.method, *row)).collect()
    }

    pub async fn channel(self, stand: &Stand) -> Channel {
        match self {
            Home::Masterclasses => stand.channel().await,
            Home::Enrolments => stand.enrolments_channel().await,
            Home::Placements => stand.placements_channel().await,
        }
    }
}

/// `/package.Service/Method`
pub fn path(method: &MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
}

/// Calls a method; of a stream, its first message is the answer, and the message is all that it is told.
pub async fn call(
    channel: &Channel,
    method: &MethodDescriptor,
    token: Option<&str>,
    message: DynamicMessage,
) -> Result<DynamicMessage, Status> {
    let mut request = Request::new(message);
    if let Some(token) = token {
        let bearer = format!("Bearer {token}").parse().expect("a token is ASCII");
        request.metadata_mut().insert("authorization", bearer);
    }
    send(channel, method, request).await
}

/// As [`call`], with metadata of any kind.
pub async fn send(
    channel: &Channel,
    method: &MethodDescriptor,
    request: Request<DynamicMessage>,
) -> Result<DynamicMessage, Status> {
    let mut client = Grpc::new(channel.clone());
    client.ready().await.map_err(|error| Status::unknown(error.to_string()))?;
    let path = path(method).parse().expect("a path");
    if method.is_client_streaming() {
        let request = request.map(tokio_stream::once);
        let mut stream = client.streaming(request, path, Plain(method.output())).await?.into_inner();
        return Ok(stream.message().await?.expect("a stream says something"));
    }
    if method.is_server_streaming() {
        let mut stream = client.server_streaming(request, path, Plain(method.output())).await?.into_inner();
        return Ok(stream.message().await?.expect("a stream says something"));
    }
    Ok(client.unary(request, path, Plain(method.output())).await?.into_inner())
}

/// Protobuf, with the answer's type known at run time only.
struct Plain(MessageDescriptor);

impl Codec for Plain {
    type Encode = DynamicMessage;
    type Decode = DynamicMessage;
    type Encoder = Sends;
    type Decoder = Reads;

    fn encoder(&mut self) -> Sends {
        Sends
    }

    fn decoder(&mut self) -> Reads {
        Reads(self.0.clone())
    }
}

struct Sends;

impl Encoder for Sends {
    type Item = DynamicMessage;
    type Error = Status;

    fn encode(&mut self, item: DynamicMessage, dst: &mut EncodeBuf<'_>) -> Result<(), Status> {
        item.encode(dst).map_err(|error| Status::internal(error.to_string()))
    }
}

struct Reads(MessageDescriptor);

impl Decoder for Reads {
    type Item = DynamicMessage;
    type Error = Status;

    fn decode(&mut self, src: &mut DecodeBuf<'_>) -> Result<Option<DynamicMessage>, Status> {
        let read = DynamicMessage::decode(self.0.clone(), src);
        read.map(Some).map_err(|error| Status::internal(error.to_string()))
    }
}
