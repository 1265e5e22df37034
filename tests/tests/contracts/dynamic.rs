//! Calls by descriptor: any RPC, with messages that no generated type knows.

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, MethodDescriptor};
use std::sync::OnceLock;
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

/// Every method that the service serves.
pub fn methods() -> Vec<MethodDescriptor> {
    let services = pool().services().filter(|s| masterclasses::rpc::SERVICES.contains(&s.full_name()));
    services.flat_map(|service| service.methods().collect::<Vec<_>>()).collect()
}

pub fn method(name: &str) -> MethodDescriptor {
    methods().into_iter().find(|m| m.name() == name).unwrap_or_else(|| panic!("there is no method {name}"))
}

/// `/package.Service/Method`
pub fn path(method: &MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
}

/// Calls a method; of a stream, its first message is the answer.
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
    let mut client = Grpc::new(channel.clone());
    client.ready().await.map_err(|error| Status::unknown(error.to_string()))?;
    let path = path(method).parse().expect("a path");
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
