//! A bare tonic server that answers a ready message: what gRPC itself costs on this machine.

use contracts::masterclasses::v1::{
    GetSessionRequest, Session, masterclass_service_client::MasterclassServiceClient,
};
use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::net::TcpListener;
use tonic::{
    body::Body,
    codegen::{BoxFuture, Service, http},
    transport::{Channel, Endpoint, Server},
};

/// Answers every call with the same session, as a generated server would, with nothing in front.
#[derive(Clone)]
struct Echo(Arc<Session>);

struct Answer(Arc<Session>);

impl tonic::server::UnaryService<GetSessionRequest> for Answer {
    type Response = Session;
    type Future = BoxFuture<tonic::Response<Session>, tonic::Status>;

    fn call(&mut self, _: tonic::Request<GetSessionRequest>) -> Self::Future {
        let session = self.0.as_ref().clone();
        Box::pin(async move { Ok(tonic::Response::new(session)) })
    }
}

impl Service<http::Request<Body>> for Echo {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let answer = Answer(self.0.clone());
        Box::pin(async move {
            let codec = tonic_prost::ProstCodec::default();
            Ok(tonic::server::Grpc::new(codec).unary(answer, request).await)
        })
    }
}

impl tonic::server::NamedService for Echo {
    const NAME: &'static str = "practicum.masterclasses.v1.MasterclassService";
}

/// Serves it, and answers where.
pub async fn serve(session: Session) -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let incoming = tokio_stream::wrappers::TcpListenerStream::new(listener);
    let echo = Echo(Arc::new(session));
    tokio::spawn(Server::builder().tcp_nodelay(true).add_service(echo).serve_with_incoming(incoming));
    Ok(address)
}

pub async fn client(address: &str) -> anyhow::Result<MasterclassServiceClient<Channel>> {
    Ok(MasterclassServiceClient::new(Endpoint::from_shared(address.to_owned())?.connect().await?))
}
