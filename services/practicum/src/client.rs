//! How every client command finds a service and says who is calling.

use crate::{
    cli::{Identity, Target},
    failure::Usage,
    folder::Folder,
    suite, token,
};
use admission::Partners;
use anyhow::{Context, Result, bail};
use std::{error::Error, path::Path, time::Duration};
use tonic::{
    metadata::MetadataValue,
    transport::{Certificate, Channel, ClientTlsConfig, Endpoint},
};
use vocabulary::PartnerId;

/// As long as the longest session at a terminal, and it can be minted anew.
const LIFE: Duration = Duration::from_secs(15 * 60);
const CONNECT: Duration = Duration::from_secs(5);

/// There is no service where one was looked for; there may be later.
#[derive(Debug, thiserror::Error)]
#[error("nobody answers at {address} ({cause}): is `practicum serve` running?")]
pub struct Nobody {
    address: String,
    cause: String,
}

impl Target {
    /// # Errors
    /// A token and somebody to mint one for.
    pub fn check(&self) -> Result<()> {
        let Identity { partner, role, subject } = &self.identity;
        if self.token.is_some() && (partner.is_some() || !role.is_empty() || subject.is_some()) {
            let text = "a token says who calls: leave out --partner, --role and --subject, or --token (PRACTICUM_TOKEN)";
            return Err(Usage(text.into()).into());
        }
        Ok(())
    }

    /// Whether [`Target::bearer`] makes a new token each time.
    pub fn mints(&self) -> bool {
        self.token.is_none()
    }

    /// The value of `authorization`.
    ///
    /// # Errors
    /// No token can be minted, or the one given could not be sent.
    pub fn bearer(&self) -> Result<MetadataValue<tonic::metadata::Ascii>> {
        let token = match &self.token {
            Some(token) => token.trim().to_owned(),
            None => token::mint(&Folder::new(&self.data), &self.identity, LIFE)?,
        };
        bearer(&token)
    }

    /// Where this service answers: as given, else as the `serve` of the data directory says, else as the partner's
    /// entry in partners.toml does.
    ///
    /// # Errors
    /// Nothing says where.
    pub fn address(&self, service: &str) -> Result<String> {
        if let Some(address) = &self.address {
            return Ok(address.clone());
        }
        let folder = Folder::new(&self.data);
        if let Some(address) = folder.serving().and_then(|mut serving| serving.addresses.remove(service)) {
            return Ok(address);
        }
        let data = self.data.display();
        let partners = Partners::load(&folder.partners()).with_context(|| {
            format!("nothing in {data} says where {service} answers: start `practicum serve`, or give --data or --address")
        })?;
        let id: PartnerId = match &self.identity.partner {
            Some(partner) => partner.clone(),
            None => "durham".parse()?,
        };
        let partner = partners.get(&id).or_else(|| partners.iter().next());
        match partner.and_then(|partner| partner.addresses.get(service)) {
            Some(address) => Ok(address.to_string().trim_end_matches('/').to_owned()),
            None if suite::built().all(|built| built.name != service) => bail!("{service} is not built yet"),
            None => bail!("partners.toml in {data} does not say where {service} answers: give --address"),
        }
    }

    /// A connection to where the service answers.
    ///
    /// # Errors
    /// Nobody answers there.
    pub async fn connect(&self, service: &str) -> Result<Channel> {
        connect(&self.address(service)?, self.ca.as_deref()).await
    }
}

/// # Errors
/// The token holds what no header can.
pub fn bearer(token: &str) -> Result<MetadataValue<tonic::metadata::Ascii>> {
    let mut value: MetadataValue<_> =
        format!("Bearer {token}").parse().map_err(|_| Usage("that is no token".into()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// A request of whoever the target says is calling.
///
/// # Errors
/// As [`Target::bearer`].
pub fn bearer_of<T>(target: &Target, message: T) -> Result<tonic::Request<T>> {
    let mut request = tonic::Request::new(message);
    request.metadata_mut().insert("authorization", target.bearer()?);
    Ok(request)
}

/// A connection, made now, so that an address where nobody answers is told apart from a service that says no.
///
/// # Errors
/// The address is none, the authority cannot be read, or nobody answers.
pub async fn connect(address: &str, ca: Option<&Path>) -> Result<Channel> {
    let secure = address.starts_with("https://");
    if !secure && !address.starts_with("http://") {
        return Err(Usage(format!(
            "{address} is no address: expected http://HOST:PORT or https://HOST:PORT"
        ))
        .into());
    }
    let endpoint = Endpoint::from_shared(address.to_owned())
        .map_err(|error| Usage(format!("{address} is no address: {error}")))?
        .user_agent(concat!("practicum/", env!("CARGO_PKG_VERSION")))?
        .connect_timeout(CONNECT)
        .http2_keep_alive_interval(Duration::from_secs(20));
    let endpoint = if secure { endpoint.tls_config(trust(ca)?)? } else { endpoint };
    let connected = endpoint.connect().await;
    Ok(connected.map_err(|error| Nobody { address: address.to_owned(), cause: innermost(&error) })?)
}

fn trust(ca: Option<&Path>) -> Result<ClientTlsConfig> {
    let Some(path) = ca else {
        return Err(Usage("an https address needs --ca: the authority (PEM) to trust".into()).into());
    };
    let pem = std::fs::read(path).with_context(|| format!("{}", path.display()))?;
    Ok(ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem)))
}

fn innermost(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
