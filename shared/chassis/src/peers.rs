//! Other services, and how this one calls them: where partners.toml says, over one connection each, with a token that
//! the partner signs for whom it calls.

mod ask;
mod breaker;

pub use ask::{Line, PeerError};

use admission::{DevelopmentKeys, MintError, Partners};
use anyhow::{Context, Result};
use serde::Deserialize;
use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Certificate, Channel, ClientTlsConfig, Endpoint},
};
use vocabulary::{Clock, Instant, PartnerId, Role};

const CONNECT: Duration = Duration::from_secs(5);
const LIFE: Duration = Duration::from_secs(10 * 60);
/// A token is used for half its life, so that clocks may differ and calls may last.
const USE: Duration = Duration::from_secs(5 * 60);

/// How a service reaches others.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerSettings {
    /// A folder with the private key, `{partner}.pem`, of each partner for whom this process speaks. Without one it
    /// calls nobody.
    pub keys: Option<PathBuf>,
    /// The authority (PEM) of https addresses.
    pub authority: Option<PathBuf>,
}

/// The other services. Cheap to clone.
#[derive(Clone)]
pub struct Peers(Arc<Inner>);

struct Inner {
    /// The name that this service calls by.
    service: &'static str,
    partners: Partners,
    keys: Option<DevelopmentKeys>,
    authority: Option<Certificate>,
    clock: Clock,
    channels: Mutex<HashMap<String, Channel>>,
    lines: Mutex<HashMap<(PartnerId, String), Line>>,
}

/// A connection to a peer, for a generated client. It is made when it is first used, and again when it is lost.
pub type Peer = InterceptedService<Channel, Badge>;

/// Why a peer cannot be called at all.
#[derive(Debug, thiserror::Error)]
pub enum NoPeer {
    #[error("partners.toml does not say where {service} of {partner} answers")]
    Address { service: String, partner: PartnerId },
    #[error("{address} cannot be used: {problem}")]
    Endpoint { address: String, problem: String },
    #[error("there is no key with which to speak for {0}")]
    Key(PartnerId),
}

impl Peers {
    /// # Errors
    /// A key or the authority cannot be read.
    pub fn open(
        service: &'static str,
        settings: &PeerSettings,
        partners: Partners,
        clock: Clock,
    ) -> Result<Self> {
        let keys = settings.keys.as_ref().map(|folder| DevelopmentKeys::of(&partners, folder)).transpose()?;
        let pem = settings
            .authority
            .as_ref()
            .map(|path| std::fs::read(path).with_context(|| format!("peers.authority: {}", path.display())));
        let authority = pem.transpose()?.map(Certificate::from_pem);
        let (channels, lines) = (Mutex::default(), Mutex::default());
        Ok(Self(Arc::new(Inner { service, partners, keys, authority, clock, channels, lines })))
    }

    /// The partners for whom this process speaks.
    pub fn own(&self) -> Vec<PartnerId> {
        self.0.keys.iter().flat_map(DevelopmentKeys::partners).cloned().collect()
    }

    /// `service` of the partner `of`, called for the partner `own`.
    ///
    /// # Errors
    /// Nothing says where it answers, or `own` is not one for whom this process speaks.
    pub fn find(&self, of: &PartnerId, service: &str, own: &PartnerId) -> Result<Peer, NoPeer> {
        if !self.0.keys.as_ref().is_some_and(|keys| keys.partners().any(|it| it == own)) {
            return Err(NoPeer::Key(own.clone()));
        }
        let address = self.0.partners.get(of).and_then(|partner| partner.addresses.get(service));
        let address = address
            .ok_or_else(|| NoPeer::Address { service: service.to_owned(), partner: of.clone() })?
            .to_string();
        let badge = Badge { inner: self.0.clone(), own: own.clone(), token: Arc::default() };
        Ok(InterceptedService::new(self.channel(&address)?, badge))
    }

    /// How `service` of the partner `of` fares: what questions to it go through.
    pub fn line(&self, of: &PartnerId, service: &str) -> Line {
        let mut lines = self.0.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.entry((of.clone(), service.to_owned())).or_default().clone()
    }

    fn channel(&self, address: &str) -> Result<Channel, NoPeer> {
        let mut channels = self.0.channels.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(channel) = channels.get(address) {
            return Ok(channel.clone());
        }
        let bad = |error: tonic::transport::Error| NoPeer::Endpoint {
            address: address.to_owned(),
            problem: error.to_string(),
        };
        let mut endpoint = Endpoint::from_shared(address.to_owned())
            .map_err(bad)?
            .connect_timeout(CONNECT)
            .http2_keep_alive_interval(Duration::from_secs(20));
        if let Some(authority) = &self.0.authority {
            let trust = ClientTlsConfig::new().ca_certificate(authority.clone());
            endpoint = endpoint.tls_config(trust).map_err(bad)?;
        }
        let channel = endpoint.connect_lazy();
        channels.insert(address.to_owned(), channel.clone());
        Ok(channel)
    }
}

/// A token, ready to be sent, and until when it is used.
type Held = (MetadataValue<Ascii>, Instant);

/// Puts a token of ours on every call: role `service`, this service's name as its subject.
#[derive(Clone)]
pub struct Badge {
    inner: Arc<Inner>,
    own: PartnerId,
    token: Arc<Mutex<Option<Held>>>,
}

impl Badge {
    fn mint(&self, now: Instant) -> Result<MetadataValue<Ascii>, MintError> {
        let none = || MintError::NoKey(self.own.clone());
        let keys = self.inner.keys.as_ref().ok_or_else(none)?;
        let token = keys.mint(&self.own, &[Role::Service], self.inner.service, LIFE, now)?;
        let mut value: MetadataValue<Ascii> =
            format!("Bearer {token}").parse().map_err(|_| MintError::Key("a token is no header".into()))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl Interceptor for Badge {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let now = self.inner.clock.now();
        let mut held = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        let token = match &*held {
            Some((token, until)) if now < *until => token.clone(),
            _ => {
                let token = self.mint(now).map_err(|error| Status::unauthenticated(error.to_string()))?;
                *held = Some((token.clone(), now + USE));
                token
            }
        };
        drop(held);
        request.metadata_mut().insert("authorization", token);
        Ok(request)
    }
}

#[cfg(test)]
mod tests;
