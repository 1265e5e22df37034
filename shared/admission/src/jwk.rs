//! A partner's public keys, and which algorithm each is for.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse},
};
use serde_json::Value;

const P256_BYTES: usize = 32;
const ED25519_BYTES: usize = 32;
const RSA_LEAST_BYTES: usize = 2048 / 8;

/// A key that verifies, with the one algorithm that it verifies. The token's header has no say in it.
pub(crate) struct PublicKey {
    pub kid: Option<String>,
    pub algorithm: Algorithm,
    pub key: DecodingKey,
    /// The key itself, to see that no two partners share one.
    pub identity: String,
}

/// The keys of one issuer.
pub(crate) struct KeySet(Vec<PublicKey>);

impl KeySet {
    /// From a JWKS document. The error says what is wrong with which key.
    pub fn parse(json: &str) -> Result<Self, String> {
        let document: Value = serde_json::from_str(json).map_err(|error| format!("not JSON: {error}"))?;
        let entries = document.get("keys").and_then(Value::as_array).ok_or("no list \"keys\"")?;
        if entries.iter().any(|key| ["d", "k", "p", "q"].iter().any(|part| key.get(part).is_some())) {
            return Err("holds a private or symmetric key".into());
        }
        let set: JwkSet = serde_json::from_value(document.clone()).map_err(|error| error.to_string())?;
        let keys: Vec<_> = set
            .keys
            .iter()
            .enumerate()
            .map(|(at, jwk)| PublicKey::new(jwk).map_err(|problem| format!("key {at}: {problem}")))
            .collect::<Result<_, _>>()?;
        if keys.is_empty() {
            return Err("holds no key".into());
        }
        let doubled =
            keys.iter().enumerate().any(|(at, key)| keys[..at].iter().any(|other| other.kid == key.kid));
        if doubled { Err("two keys have the same kid, or none".into()) } else { Ok(Self(keys)) }
    }

    /// The key that a token names, or the only one where it names none.
    pub fn find(&self, kid: Option<&str>) -> Option<&PublicKey> {
        match (kid, &self.0[..]) {
            (Some(kid), keys) => keys.iter().find(|key| key.kid.as_deref() == Some(kid)),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }

    pub fn identities(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|key| key.identity.as_str())
    }
}

impl PublicKey {
    fn new(jwk: &Jwk) -> Result<Self, String> {
        if !matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature)) {
            return Err("is not for signatures".into());
        }
        let (algorithm, named, identity) = kind(&jwk.algorithm)?;
        if jwk.common.key_algorithm.is_some_and(|said| said != named) {
            return Err(format!("its alg is not that of its type ({named})"));
        }
        let key = DecodingKey::from_jwk(jwk).map_err(|error| error.to_string())?;
        Ok(Self { kid: jwk.common.key_id.clone(), algorithm, key, identity })
    }
}

fn kind(parameters: &AlgorithmParameters) -> Result<(Algorithm, KeyAlgorithm, String), String> {
    let bytes =
        |text: &str| URL_SAFE_NO_PAD.decode(text).map(|b| b.len()).map_err(|_| "is not base64url".to_owned());
    match parameters {
        AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 => {
            if bytes(&ec.x)? != P256_BYTES || bytes(&ec.y)? != P256_BYTES {
                return Err("is not a point of P-256".into());
            }
            Ok((Algorithm::ES256, KeyAlgorithm::ES256, format!("{} {}", ec.x, ec.y)))
        }
        AlgorithmParameters::OctetKeyPair(okp) if okp.curve == EllipticCurve::Ed25519 => {
            if bytes(&okp.x)? != ED25519_BYTES {
                return Err("is not a point of Ed25519".into());
            }
            Ok((Algorithm::EdDSA, KeyAlgorithm::EdDSA, okp.x.clone()))
        }
        AlgorithmParameters::RSA(rsa) => {
            if bytes(&rsa.n)? < RSA_LEAST_BYTES {
                return Err("is shorter than 2048 bits".into());
            }
            Ok((Algorithm::RS256, KeyAlgorithm::RS256, rsa.n.clone()))
        }
        _ => Err("is neither P-256, Ed25519 nor RSA".into()),
    }
}

impl std::fmt::Debug for KeySet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} keys", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"kty":"EC","crv":"P-256","kid":"a","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;

    #[test]
    fn a_key_is_for_the_one_algorithm_that_its_type_says() {
        let set = KeySet::parse(&format!("{{\"keys\":[{GOOD}]}}")).unwrap();
        assert_eq!(set.find(Some("a")).unwrap().algorithm, Algorithm::ES256);
        assert!(set.find(None).is_some() && set.find(Some("b")).is_none());
    }

    #[test]
    fn a_set_that_could_let_anybody_else_in_is_refused() {
        let with = |from: &str, to: &str| format!("{{\"keys\":[{}]}}", GOOD.replace(from, to));
        for bad in [
            String::new(),
            "{}".into(),
            r#"{"keys":[]}"#.into(),
            format!("{{\"keys\":[{GOOD},{GOOD}]}}"),
            with(r#""kid":"a""#, r#""kid":"a","d":"AAAA""#),
            with(r#""kid":"a""#, r#""kid":"a","use":"enc""#),
            with(r#""kid":"a""#, r#""kid":"a","alg":"ES384""#),
            with(r#""kid":"a""#, r#""kid":"a","alg":"HS256""#),
            with("P-256", "P-384"),
            with("f83OJ3", ""),
            r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#.into(),
            r#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}"#.into(),
            r#"{"keys":[{"kty":"OKP","crv":"Ed448","x":"AAAA"}]}"#.into(),
        ] {
            assert!(KeySet::parse(&bad).is_err(), "{bad}");
        }
    }
}
