//! One server, from its listening socket to the end of its drain.

mod connection;
mod health;
pub(crate) mod unread;

use crate::{Draining, ServerSettings, acceptor, acceptor::Places, porch, porch::Porch, tls};
use admission::{AccessTable, Verifier};
use anyhow::Context;
use connection::Speaker;
use health::Health;
use std::{
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
};
use tokio::{
    net::TcpListener,
    task::{JoinHandle, JoinSet},
    time::{sleep, timeout},
};
use tonic::service::Routes;
use vocabulary::{Caller, Clock};

/// What a service hands over to be served.
pub struct Service {
    /// As the operator knows it, for example `masterclasses`.
    pub name: &'static str,
    /// The generated servers. Each sets its own decoding limit, from `ServerSettings::max_message_bytes`.
    pub routes: Routes,
    /// One row for each method of `grpc_services`, no more and no less.
    pub access: AccessTable,
    /// Full names, as in the contract.
    pub grpc_services: Vec<&'static str>,
    /// The encoded `FileDescriptorSet` of the contract, with what it imports.
    pub descriptors: &'static [u8],
}

/// Told of each refusal of a right, for the audit log: the caller, the method, the reason.
pub type OnDenied = Arc<dyn Fn(&Caller, &'static str, &'static str) + Send + Sync>;

/// Who is let in.
#[derive(Clone)]
pub struct Gate {
    pub verifier: Arc<Verifier>,
    pub clock: Clock,
    pub on_denied: Option<OnDenied>,
}

impl Gate {
    pub fn new(verifier: Arc<Verifier>, clock: Clock) -> Self {
        Self { verifier, clock, on_denied: None }
    }

    pub fn on_denied(
        mut self,
        tell: impl Fn(&Caller, &'static str, &'static str) + Send + Sync + 'static,
    ) -> Self {
        self.on_denied = Some(Arc::new(tell));
        self
    }
}

/// A server that runs. Dropping it leaves the server running until the process ends: only
/// [`Running::stop`] ends it, with a drain.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    stop: Draining,
    draining: Draining,
    task: JoinHandle<()>,
}

impl Running {
    /// Begins the drain: health says NOT_SERVING, nobody new is let in, streams are told to end.
    pub fn stop(&self) {
        self.stop.begin();
    }

    /// Begins when handlers are told; for what runs beside the server.
    pub fn draining(&self) -> Draining {
        self.draining.clone()
    }

    /// Until the drain is over, at most `drain_seconds` after it began.
    ///
    /// # Errors
    /// The server broke, which is a bug.
    pub async fn wait(self) -> anyhow::Result<()> {
        self.task.await.context("the server broke")
    }
}

/// Serves until it is told to stop. The future is boxed, so that the large state machine inside is
/// compiled here once and not in every binary.
///
/// # Errors
/// The settings are unsafe, the access table and the contract differ, or the address is taken.
pub fn serve(
    service: Service,
    settings: &ServerSettings,
    gate: Gate,
) -> Pin<Box<dyn Future<Output = anyhow::Result<Running>> + Send>> {
    let settings = settings.clone();
    Box::pin(start(service, settings, gate))
}

async fn start(service: Service, settings: ServerSettings, gate: Gate) -> anyhow::Result<Running> {
    settings.check()?;
    let methods = porch::Methods::new(&service.access, &service.grpc_services, service.descriptors)?;
    let tls = settings.tls.as_ref().map(tls::acceptor).transpose()?;
    let (health, routes) = Health::of(&service, settings.reflection).await?;
    let listener = TcpListener::bind(settings.address)
        .await
        .with_context(|| format!("server.address {}", settings.address))?;
    let address = listener.local_addr()?;
    let (stop, draining) = (Draining::new(), Draining::new());
    let shared = Arc::new(porch::Shared {
        load: porch::Load::new(
            settings.max_in_flight,
            gate.verifier.partners().iter().map(|partner| partner.id.clone()),
        ),
        methods,
        gate,
        draining: draining.clone(),
        closing: Draining::new(),
        instruments: crate::telemetry::instruments(),
    });
    let speaker = Arc::new(Speaker::new(Porch::new(shared.clone(), routes), tls, settings.handshake()));
    let server = Server { speaker, settings, stop: stop.clone(), health, shared };
    tracing::info!(service = service.name, %address, "serving");
    Ok(Running { address, stop, draining, task: tokio::spawn(server.run(listener)) })
}

struct Server {
    speaker: Arc<Speaker>,
    settings: ServerSettings,
    stop: Draining,
    health: Health,
    shared: Arc<porch::Shared>,
}

impl Server {
    async fn run(self, listener: TcpListener) {
        let mut connections = self.accept(&listener).await;
        self.health.not_serving().await;
        drop(listener);
        self.shared.draining.begin();
        if timeout(self.settings.drain(), self.wind_down(&mut connections)).await.is_err() {
            tracing::warn!(connections = connections.len(), "cut what did not end in time");
            connections.shutdown().await;
        }
    }

    /// Lets connections in until it is told to stop.
    async fn accept(&self, listener: &TcpListener) -> JoinSet<()> {
        let places = Places::new(self.settings.max_connections, self.settings.max_connections_per_peer);
        let (mut connections, mut stopped) = (JoinSet::new(), pin!(self.stop.begun()));
        loop {
            tokio::select! {
                biased;
                () = &mut stopped => return connections,
                Some(_) = connections.join_next() => {}
                (socket, place) = acceptor::next(listener, &places) => {
                    connections.spawn(self.speaker.clone().speak(socket, place, self.shared.draining.branch()));
                }
            }
        }
    }

    /// Until all connections have ended by themselves. Half way through the time there is, the streams
    /// that are left are ended.
    async fn wind_down(&self, connections: &mut JoinSet<()>) {
        let mut patience = pin!(sleep(self.settings.drain() / 2));
        loop {
            tokio::select! {
                ended = connections.join_next() => if ended.is_none() { return },
                () = &mut patience, if !self.shared.closing.has_begun() => self.shared.closing.begin(),
            }
        }
    }
}
