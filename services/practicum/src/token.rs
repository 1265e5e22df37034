//! `practicum token`: a signed token of a partner's, for development.

use crate::{
    cli::{Identity, Token},
    failure::Usage,
    folder::Folder,
    say::say,
};
use admission::{DevelopmentKeys, MintError};
use anyhow::{Context, Result};
use std::time::Duration;
use vocabulary::{Clock, PartnerId, Role};

/// Prints the token and nothing else, so that `$(practicum token)` is one.
///
/// # Errors
/// There is no such partner or key, or the data directory cannot be used.
pub fn token(options: &Token) -> Result<()> {
    let folder = Folder::new(&options.data);
    // A future `serve` will find these keys and use them.
    folder.write_defaults(&[])?;
    say(mint(&folder, &options.identity, options.ttl)?)
}

/// A token from the development keys of a data directory.
///
/// # Errors
/// The directory has no keys, none of that partner, or the token would be refused.
pub fn mint(folder: &Folder, identity: &Identity, life: Duration) -> Result<String> {
    let keys = DevelopmentKeys::open(folder.path()).with_context(|| {
        let data = folder.path().display();
        format!(
            "no development keys in {data}: start `practicum serve` there first, or give --data or --token"
        )
    })?;
    let partner = match &identity.partner {
        Some(partner) => partner.clone(),
        None => default_partner()?,
    };
    let roles = if identity.role.is_empty() { &[Role::Scheduler][..] } else { &identity.role };
    let subject = identity.subject.as_deref().unwrap_or("operator");
    keys.mint(&partner, roles, subject, life, Clock::system().now()).map_err(|error| match error {
        MintError::NoKey(_) | MintError::Subject | MintError::Lifetime => Usage(error.to_string()).into(),
        other => other.into(),
    })
}

fn default_partner() -> Result<PartnerId> {
    Ok("durham".parse()?)
}
