//! What a token says, read strictly: each claim once, of the right JSON type, or not at all.

use crate::TokenFault;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, de::IgnoredAny};
use std::borrow::Cow;

/// Longer tokens are not even looked at.
const LONGEST: usize = 8 * 1024;

/// A token in its parts; nothing of it has been believed yet.
pub(crate) struct Parts<'a> {
    pub header: Vec<u8>,
    pub claims: Vec<u8>,
    pub signature: &'a str,
    /// What was signed.
    pub message: &'a str,
}

impl<'a> Parts<'a> {
    pub fn split(token: &'a str) -> Result<Self, TokenFault> {
        if token.len() > LONGEST {
            return Err(TokenFault::TooLong);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(TokenFault::Shape)?;
        let (header, claims) = message.split_once('.').ok_or(TokenFault::Shape)?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenFault::Shape);
        Ok(Self { header: decode(header)?, claims: decode(claims)?, signature, message })
    }
}

/// The header. `alg` must be that of the key, `kid` looks a key up; a header that brings or points to
/// a key of its own, or asks for extensions, is refused.
#[derive(Deserialize)]
pub(crate) struct Header<'a> {
    #[serde(borrow)]
    pub alg: Cow<'a, str>,
    #[serde(borrow)]
    pub kid: Option<Cow<'a, str>>,
    #[serde(borrow)]
    typ: Option<Cow<'a, str>>,
    crit: Option<IgnoredAny>,
    b64: Option<IgnoredAny>,
    jwk: Option<IgnoredAny>,
    jku: Option<IgnoredAny>,
    x5u: Option<IgnoredAny>,
    x5c: Option<IgnoredAny>,
}

impl<'a> Header<'a> {
    pub fn read(bytes: &'a [u8]) -> Result<Self, TokenFault> {
        let header: Self = serde_json::from_slice(bytes).map_err(|_| TokenFault::Header)?;
        let foreign = [&header.crit, &header.b64, &header.jwk, &header.jku, &header.x5u, &header.x5c];
        let typed = header
            .typ
            .as_deref()
            .is_none_or(|typ| typ.eq_ignore_ascii_case("JWT") || typ.eq_ignore_ascii_case("at+jwt"));
        if typed && foreign.iter().all(|part| part.is_none()) { Ok(header) } else { Err(TokenFault::Header) }
    }
}

/// The claims. All but `nbf` and `act` are required. Times are whole seconds since 1970: a string, a
/// fraction or a negative number is not a time (CVE-2026-25537). `aud` is one string: a token for
/// several audiences could be replayed by any of them.
#[derive(Deserialize)]
pub(crate) struct Claims<'a> {
    #[serde(borrow)]
    pub iss: Cow<'a, str>,
    #[serde(borrow)]
    pub sub: Cow<'a, str>,
    #[serde(borrow)]
    pub aud: Cow<'a, str>,
    pub exp: u64,
    pub iat: u64,
    #[serde(default, deserialize_with = "present")]
    pub nbf: Option<u64>,
    #[serde(borrow)]
    pub partner: Cow<'a, str>,
    pub roles: Vec<String>,
    #[serde(default, deserialize_with = "present")]
    pub act: Option<Actor>,
}

/// For whom a service calls.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Actor {
    pub sub: String,
}

impl<'a> Claims<'a> {
    pub fn read(bytes: &'a [u8]) -> Result<Self, TokenFault> {
        serde_json::from_slice(bytes).map_err(|_| TokenFault::Claims)
    }
}

/// An optional claim that is there must be of its type: `null` is not absence.
fn present<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
