//! What each service is told. What is not told here is as it ships, or as its variables in the environment say.

use crate::{cli::Serve, folder::Folder};
use anyhow::{Result, anyhow};
use chassis::{ServerSettings, TlsSettings};
use std::net::SocketAddr;

/// Who asks for it to stand up, where its data lie, and where it is to answer.
pub struct Asked<'a> {
    pub options: &'a Serve,
    pub folder: &'a Folder,
    pub address: SocketAddr,
}

/// # Errors
/// A variable in the environment makes no sense.
pub fn masterclasses(asked: &Asked) -> Result<masterclasses::Settings> {
    let mut settings = masterclasses::Settings::load(None)?;
    asked.tell("masterclasses", &mut settings.server, &mut settings.database, &mut settings.cache);
    settings.identity.partners = asked.folder.partners();
    settings.identity.seal_key = asked.folder.seal_key();
    Ok(settings)
}

/// # Errors
/// As [`masterclasses`].
pub fn enrolments(asked: &Asked) -> Result<enrolments::Settings> {
    let mut settings = enrolments::Settings::load(None)?;
    asked.tell("enrolments", &mut settings.server, &mut settings.database, &mut settings.cache);
    settings.peers.keys = Some(asked.folder.keys());
    settings.peers.authority = asked.options.authority();
    settings.identity.partners = asked.folder.partners();
    settings.identity.seal_key = asked.folder.seal_key();
    Ok(settings)
}

/// # Errors
/// As [`masterclasses`].
pub fn placements(asked: &Asked) -> Result<placements::Settings> {
    let mut settings = placements::Settings::load(None)?;
    asked.tell("placements", &mut settings.server, &mut settings.database, &mut settings.cache);
    settings.peers.keys = Some(asked.folder.keys());
    settings.peers.authority = asked.options.authority();
    settings.identity.partners = asked.folder.partners();
    settings.identity.seal_key = asked.folder.seal_key();
    Ok(settings)
}

impl Asked<'_> {
    /// What is the same for every service.
    fn tell(
        &self,
        name: &str,
        server: &mut ServerSettings,
        database: &mut ledger::Settings,
        cache: &mut cache::Settings,
    ) {
        let options = self.options;
        server.address = self.address;
        server.reflection = true;
        if let (Some(certificate), Some(key)) = (&options.tls_certificate, &options.tls_key) {
            server.tls = Some(TlsSettings { certificate: certificate.clone(), key: key.clone() });
        }
        database.file = options.postgres.is_none().then(|| self.folder.database(name));
        database.postgres.clone_from(&options.postgres);
        database.postgres_owner.clone_from(&options.postgres_owner);
        if let Some(url) = &options.redis {
            cache.kind = cache::Kind::Redis;
            cache.url = Some(url.clone().into());
        }
    }
}

/// Why a service cannot start, and what an operator can do about it.
pub fn explain(options: &Serve, name: &str, error: &anyhow::Error) -> anyhow::Error {
    if options.postgres.is_none() || error.is::<ledger::Unreachable>() {
        return anyhow!("{name} cannot start: {error:#}");
    }
    anyhow!(
        "{name} cannot start: {error:#}\nOn PostgreSQL the suite wants a role that is not a superuser, and a \
         database that it owns:\n  CREATE ROLE practicum LOGIN PASSWORD 'secret';\n  \
         CREATE DATABASE practicum OWNER practicum;\nand then --postgres postgres://practicum:secret@HOST/practicum"
    )
}
