//! A token becomes a caller, or nothing at all.

use crate::{
    Denied, Partner, Partners, TokenFault,
    claims::{Claims, Header, Parts},
    jwk::PublicKey,
};
use aws_lc_rs::digest::{SHA256, digest};
use jsonwebtoken::{Algorithm, crypto};
use quick_cache::sync::Cache;
use std::{
    ops::RangeInclusive,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};
use vocabulary::{Caller, Instant, PersonName, Role, Roles, from_micros, is_person_id};

/// How far the clocks of two organisations may differ, in seconds.
const LEEWAY: u64 = 60;
/// The longest that a token may live, in seconds.
const LONGEST_LIFE: u64 = 60 * 60;
/// How long a verified token is remembered, in seconds.
const MEMORY: u64 = 60;
/// How many verified tokens are remembered: some 8 MiB.
const REMEMBERED: usize = 16_384;

/// Verifies tokens against the keys of the partner that issued them, and remembers those that were
/// good by their SHA-256: checking a signature costs ten times an echo.
pub struct Verifier {
    partners: RwLock<Partners>,
    /// How often the partners have been replaced.
    generation: AtomicU64,
    audience: String,
    remembered: Cache<[u8; 32], Arc<Remembered>>,
}

struct Remembered {
    verified: Verified,
    /// In seconds since 1970; outside, the token is verified anew.
    good: RangeInclusive<u64>,
    /// Of the partners that it was verified against.
    generation: u64,
}

/// A caller, and the first instant at which its token is no longer good.
#[derive(Clone, Debug)]
pub struct Verified {
    pub caller: Caller,
    pub until: Instant,
}

impl Verifier {
    pub fn new(partners: Partners, audience: impl Into<String>) -> Self {
        Self {
            partners: RwLock::new(partners),
            generation: AtomicU64::new(0),
            audience: audience.into(),
            remembered: Cache::new(REMEMBERED),
        }
    }

    pub fn partners(&self) -> Partners {
        // The lock guards one assignment, which cannot leave half a value behind.
        self.partners.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes other partners and keys from now on. What was verified against the old ones is forgotten.
    pub fn replace(&self, partners: Partners) {
        *self.partners.write().unwrap_or_else(PoisonError::into_inner) = partners;
        self.generation.fetch_add(1, Ordering::Release);
    }

    /// # Errors
    /// [`Denied::Token`], which says exactly why. Outside, every reason must look the same.
    pub fn verify(&self, token: &str, now: Instant) -> Result<Caller, Denied> {
        self.verify_until(token, now).map(|verified| verified.caller)
    }

    /// As [`Verifier::verify`], for what may outlive the token.
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    pub fn verify_until(&self, token: &str, now: Instant) -> Result<Verified, Denied> {
        let now = u64::try_from(now.timestamp()).unwrap_or(0);
        // Before the partners are read: of a race with a replacement comes an entry that is too old.
        let generation = self.generation.load(Ordering::Acquire);
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        let known = self.remembered.get(&hash);
        if let Some(known) = known.filter(|known| known.generation == generation && known.good.contains(&now))
        {
            return Ok(known.verified.clone());
        }
        let (verified, last) = self.check(token, now).map_err(Denied::Token)?;
        let good = now..=last.min(now + MEMORY);
        self.remembered.insert(hash, Arc::new(Remembered { verified: verified.clone(), good, generation }));
        Ok(verified)
    }

    /// The caller, and the last second at which the token is good. Nothing is believed before the
    /// signature: until then the claims only say whose keys to try.
    fn check(&self, token: &str, now: u64) -> Result<(Verified, u64), TokenFault> {
        let parts = Parts::split(token)?;
        let header = Header::read(&parts.header)?;
        let claims = Claims::read(&parts.claims)?;
        let partners = self.partners();
        let partner = partners.by_issuer(&claims.iss).ok_or(TokenFault::UnknownIssuer)?;
        let key = partner.keys.find(header.kid.as_deref()).ok_or(TokenFault::UnknownKey)?;
        signed(&parts, &header, key)?;
        if *claims.aud != *self.audience {
            return Err(TokenFault::Audience);
        }
        let last = timely(&claims, now)?;
        let micros = i64::try_from(last + 1).ok().and_then(|end| end.checked_mul(1_000_000));
        let until = from_micros(micros.ok_or(TokenFault::Lifetime)?);
        Ok((Verified { caller: caller(&claims, partner)?, until }, last))
    }
}

fn signed(parts: &Parts<'_>, header: &Header<'_>, key: &PublicKey) -> Result<(), TokenFault> {
    let expected = match key.algorithm {
        Algorithm::EdDSA => "EdDSA",
        Algorithm::RS256 => "RS256",
        _ => "ES256",
    };
    if header.alg != expected {
        return Err(TokenFault::Algorithm);
    }
    match crypto::verify(parts.signature, parts.message.as_bytes(), &key.key, key.algorithm) {
        Ok(true) => Ok(()),
        _ => Err(TokenFault::Signature),
    }
}

/// The last second at which the token is good.
fn timely(claims: &Claims<'_>, now: u64) -> Result<u64, TokenFault> {
    let life = claims.exp.checked_sub(claims.iat).ok_or(TokenFault::Lifetime)?;
    if !(1..=LONGEST_LIFE).contains(&life) {
        return Err(TokenFault::Lifetime);
    }
    if claims.iat.max(claims.nbf.unwrap_or(0)) > now + LEEWAY {
        return Err(TokenFault::NotYetValid);
    }
    claims.exp.checked_add(LEEWAY - 1).filter(|last| *last >= now).ok_or(TokenFault::Expired)
}

fn caller(claims: &Claims<'_>, partner: &Partner) -> Result<Caller, TokenFault> {
    if claims.partner != partner.id.as_str() {
        return Err(TokenFault::Partner);
    }
    if !is_person_id(&claims.sub) {
        return Err(TokenFault::Subject);
    }
    let person = PersonName::new(&partner.id, &claims.sub).map_err(|_| TokenFault::Subject)?;
    let roles: Roles = claims.roles.iter().filter_map(|role| role.parse().ok()).collect();
    let on_behalf_of = match &claims.act {
        None => None,
        Some(actor) if roles.contains(Role::Service) && is_person_id(&actor.sub) => {
            Some(format!("partners/{}/people/{}", partner.id, actor.sub).into())
        }
        Some(_) => return Err(TokenFault::Actor),
    };
    Ok(Caller { partner: partner.id.clone(), kind: partner.kind, person, roles, on_behalf_of })
}

#[cfg(test)]
mod tests;
