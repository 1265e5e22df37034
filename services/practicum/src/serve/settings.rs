//! What each service is told. What is not told here is as it ships, or as its variables in the environment say.

use crate::{cli::Serve, folder::Folder};
use anyhow::{Result, anyhow};
use chassis::TlsSettings;
use std::net::SocketAddr;

/// # Errors
/// A variable in the environment makes no sense.
pub fn masterclasses(
    options: &Serve,
    folder: &Folder,
    address: SocketAddr,
) -> Result<masterclasses::Settings> {
    let mut settings = masterclasses::Settings::load(None)?;
    settings.server.address = address;
    settings.server.reflection = true;
    if let (Some(certificate), Some(key)) = (&options.tls_certificate, &options.tls_key) {
        settings.server.tls = Some(TlsSettings { certificate: certificate.clone(), key: key.clone() });
    }
    settings.database.file = options.postgres.is_none().then(|| folder.database("masterclasses"));
    settings.database.postgres.clone_from(&options.postgres);
    settings.database.postgres_owner.clone_from(&options.postgres_owner);
    if let Some(url) = &options.redis {
        settings.cache.kind = cache::Kind::Redis;
        settings.cache.url = Some(url.clone().into());
    }
    settings.identity.partners = folder.partners();
    settings.identity.seal_key = folder.seal_key();
    Ok(settings)
}

/// Why a service cannot start, and what an operator can do about it.
pub fn explain(options: &Serve, error: &anyhow::Error) -> anyhow::Error {
    if options.postgres.is_none() {
        return anyhow!("masterclasses cannot start: {error:#}");
    }
    anyhow!(
        "masterclasses cannot start: {error:#}\nOn PostgreSQL the suite wants a role that is not a superuser, and a \
         database that it owns:\n  CREATE ROLE practicum LOGIN PASSWORD 'secret';\n  \
         CREATE DATABASE practicum OWNER practicum;\nand then --postgres postgres://practicum:secret@HOST/practicum"
    )
}
