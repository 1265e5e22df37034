//! Tokens for development and tests, signed as a partner would sign them.

use crate::{AUDIENCE, Partners, PartnersError, atomic};
use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use std::{collections::HashMap, io, path::Path, time::Duration};
use vocabulary::{Instant, PartnerId, Role, is_person_id};

const PEM_LABEL: &str = "PRIVATE KEY";
/// An uncompressed point of P-256: a mark, then two coordinates of 32 bytes.
const POINT: std::ops::Range<usize> = 1..65;

/// Why no token was made.
#[derive(Debug, thiserror::Error)]
pub enum MintError {
    #[error(transparent)]
    Partners(#[from] PartnersError),
    #[error("there is no development key of partner {0}")]
    NoKey(PartnerId),
    #[error("expected a person id: 1 to 64 letters, digits, dots, hyphens, underscores or tildes")]
    Subject,
    #[error("a token lives from 1 second to 1 hour")]
    Lifetime,
    #[error("{0}")]
    Key(String),
}

/// The partners' private keys, as [`Partners::write_defaults`] left them.
pub struct DevelopmentKeys(HashMap<PartnerId, Signer>);

struct Signer {
    issuer: String,
    kid: String,
    key: EncodingKey,
}

impl DevelopmentKeys {
    /// The keys of those partners of `folder/partners.toml` that have `folder/keys/{partner}.pem`.
    ///
    /// # Errors
    /// The partners or a key cannot be read.
    pub fn open(folder: &Path) -> Result<Self, MintError> {
        Self::of(&Partners::load(&folder.join("partners.toml"))?, &folder.join("keys"))
    }

    /// The keys of those partners that have `folder/{partner}.pem`: the ones for whom a process may speak.
    ///
    /// # Errors
    /// A key cannot be read.
    pub fn of(partners: &Partners, folder: &Path) -> Result<Self, MintError> {
        let mut signers = HashMap::new();
        for partner in partners.iter() {
            let path = folder.join(format!("{}.pem", partner.id));
            if path.exists() {
                let issuer = partner.issuer.clone();
                let (pem, pair) = read_pair(&path)
                    .map_err(|error| MintError::Key(format!("{}: {error}", path.display())))?;
                let key = EncodingKey::from_ec_pem(pem.as_bytes())
                    .map_err(|error| MintError::Key(error.to_string()))?;
                signers.insert(partner.id.clone(), Signer { issuer, kid: kid(&pair), key });
            }
        }
        Ok(Self(signers))
    }

    /// Whose keys these are.
    pub fn partners(&self) -> impl Iterator<Item = &PartnerId> {
        self.0.keys()
    }

    /// A token of `subject` at `partner` with these roles, good from `now` for `life`.
    ///
    /// # Errors
    /// There is no key of that partner, or the token would be refused anyway.
    pub fn mint(
        &self,
        partner: &PartnerId,
        roles: &[Role],
        subject: &str,
        life: Duration,
        now: Instant,
    ) -> Result<String, MintError> {
        let roles: Vec<_> = roles.iter().map(|role| role.as_str()).collect();
        self.sign(partner, subject, life, now, json!({ "roles": roles }))
    }

    /// A token of the partner's own service that calls for `person`.
    ///
    /// # Errors
    /// As [`DevelopmentKeys::mint`].
    pub fn mint_for(
        &self,
        partner: &PartnerId,
        service: &str,
        person: &str,
        life: Duration,
        now: Instant,
    ) -> Result<String, MintError> {
        if !is_person_id(person) {
            return Err(MintError::Subject);
        }
        self.sign(
            partner,
            service,
            life,
            now,
            json!({ "roles": [Role::Service.as_str()], "act": { "sub": person } }),
        )
    }

    fn sign(
        &self,
        partner: &PartnerId,
        subject: &str,
        life: Duration,
        now: Instant,
        mut claims: Value,
    ) -> Result<String, MintError> {
        let signer = self.0.get(partner).ok_or_else(|| MintError::NoKey(partner.clone()))?;
        if !is_person_id(subject) {
            return Err(MintError::Subject);
        }
        if !(1..=3_600).contains(&life.as_secs()) {
            return Err(MintError::Lifetime);
        }
        let begun = now.timestamp().max(0).unsigned_abs();
        for (claim, value) in [
            ("iss", json!(signer.issuer)),
            ("sub", json!(subject)),
            ("aud", json!(AUDIENCE)),
            ("iat", json!(begun)),
            ("exp", json!(begun + life.as_secs())),
            ("partner", json!(partner)),
        ] {
            claims[claim] = value;
        }
        let header = Header { kid: Some(signer.kid.clone()), ..Header::new(Algorithm::ES256) };
        encode(&header, &claims, &signer.key).map_err(|error| MintError::Key(error.to_string()))
    }
}

impl std::fmt::Debug for DevelopmentKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Makes `{folder}/{id}.pem` and `{id}.jwks.json`. The second is made from what the first turned out
/// to be, so that of several processes none publishes a key that another has replaced.
pub(crate) fn write_keys(folder: &Path, id: &str) -> io::Result<()> {
    let path = folder.join(format!("{id}.pem"));
    let fresh = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
        .and_then(|pair| pair.to_pkcs8v1())
        .map_err(|_| io::Error::other("no key could be made"))?;
    atomic::create_once(&path, atomic::SECRET, pem(fresh.as_ref()).as_bytes())?;
    let (_, pair) = read_pair(&path)?;
    let set = json!({ "keys": [public(&pair)] }).to_string();
    atomic::create_once(&folder.join(format!("{id}.jwks.json")), atomic::PUBLIC, set.as_bytes())
}

fn read_pair(path: &Path) -> io::Result<(String, EcdsaKeyPair)> {
    let text = std::fs::read_to_string(path)?;
    let bad =
        |problem: &str| io::Error::new(io::ErrorKind::InvalidData, format!("{}: {problem}", path.display()));
    let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(body).map_err(|_| bad("not PEM"))?;
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der)
        .map_err(|_| bad("not a key of P-256"))?;
    Ok((text, pair))
}

fn pem(der: &[u8]) -> String {
    format!("-----BEGIN {PEM_LABEL}-----\n{}\n-----END {PEM_LABEL}-----\n", STANDARD.encode(der))
}

fn public(pair: &EcdsaKeyPair) -> Value {
    let (x, y) = coordinates(pair);
    json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": kid(pair), "x": x, "y": y })
}

/// The thumbprint of RFC 7638: the same key has the same name everywhere.
fn kid(pair: &EcdsaKeyPair) -> String {
    let (x, y) = coordinates(pair);
    let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    URL_SAFE_NO_PAD.encode(digest(&SHA256, canonical.as_bytes()))
}

fn coordinates(pair: &EcdsaKeyPair) -> (String, String) {
    let (x, y) = pair.public_key().as_ref()[POINT].split_at(32);
    (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y))
}
