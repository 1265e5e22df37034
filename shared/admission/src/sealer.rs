//! Tokens that only this service can make or read, and only in the context they were made for.

use crate::atomic;
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    rand,
};
use base64::{Engine, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{fmt, io, path::Path, sync::Arc};

const KEY_BYTES: usize = 32;

/// Seals page and resume tokens with AES-256-GCM. The context (caller, method, filters) is not in the
/// token but must be the same for opening it: a token of another caller or another query is no token.
#[derive(Clone)]
pub struct Sealer(Arc<RandomizedNonceKey>);

impl Sealer {
    #[allow(clippy::missing_panics_doc, reason = "it cannot: the key has the length that the cipher wants")]
    pub fn new(key: [u8; KEY_BYTES]) -> Self {
        // Only another length than 32 could fail, and the type rules that out.
        Self(Arc::new(RandomizedNonceKey::new(&AES_256_GCM, &key).expect("32 bytes are a key")))
    }

    /// From 32 bytes in base64, as a secret store keeps them. `None` where they are not that.
    pub fn from_base64(key: &str) -> Option<Self> {
        STANDARD.decode(key.trim()).ok()?.try_into().ok().map(Self::new)
    }

    /// With the key in the file at `path`, which is made (mode 0600) where there is none. Of several
    /// processes that start at once all get the same key.
    ///
    /// # Errors
    /// The file cannot be read or made, or holds something else than a key.
    pub fn open_or_create(path: &Path) -> io::Result<Self> {
        let mut fresh = [0; KEY_BYTES];
        rand::fill(&mut fresh).map_err(|_| io::Error::other("no randomness"))?;
        atomic::create_once(path, atomic::SECRET, STANDARD.encode(fresh).as_bytes())?;
        Self::from_base64(&std::fs::read_to_string(path)?).ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidData, format!("{}: not 32 bytes in base64", path.display()))
        })
    }

    /// A URL-safe token that holds `payload` and opens in this `context` only.
    #[allow(clippy::missing_panics_doc, reason = "it cannot, for lengths that fit in memory")]
    pub fn seal(&self, context: &[&str], payload: &[u8]) -> String {
        let mut bytes = Vec::with_capacity(NONCE_LEN + payload.len() + AES_256_GCM.tag_len());
        bytes.extend_from_slice(payload);
        // Fails only for 64 GiB and more.
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(bound(context)), &mut bytes)
            .expect("the payload is short");
        bytes.splice(0..0, *nonce.as_ref());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What was sealed, or `None` for anything that this key did not seal in this context.
    pub fn open(&self, context: &[&str], token: &str) -> Option<Vec<u8>> {
        let mut bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (nonce, sealed) = bytes.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        self.0.open_in_place(nonce, Aad::from(bound(context)), sealed).ok().map(|payload| payload.to_vec())
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer")
    }
}

/// Each part after its length, so that no two lists of parts read the same.
fn bound(context: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in context {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_in_its_own_context_only() {
        let sealer = Sealer::new([7; KEY_BYTES]);
        let token = sealer.seal(&["durham", "ListSessions"], b"page 2");
        assert_eq!(sealer.open(&["durham", "ListSessions"], &token).as_deref(), Some(&b"page 2"[..]));
        for context in
            [&["durham", "ListBookings"][..], &["durhamListSessions"], &["durham", "List", "Sessions"], &[]]
        {
            assert_eq!(sealer.open(context, &token), None, "{context:?}");
        }
        assert_eq!(Sealer::new([8; KEY_BYTES]).open(&["durham", "ListSessions"], &token), None);
        assert_ne!(token, sealer.seal(&["durham", "ListSessions"], b"page 2"), "a nonce was used twice");
    }

    #[test]
    fn a_token_with_any_byte_changed_cut_or_added_does_not_open() {
        let sealer = Sealer::new([7; KEY_BYTES]);
        let token = sealer.seal(&[], b"x");
        for at in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(sealer.open(&[], std::str::from_utf8(&forged).unwrap()), None, "byte {at}");
            assert_eq!(sealer.open(&[], &token[..at]), None, "cut at {at}");
        }
        assert_eq!(sealer.open(&[], &format!("{token}AAAA")), None);
        assert_eq!(sealer.open(&[], "not/base64url"), None);
    }

    #[test]
    fn processes_that_start_together_get_one_key_and_nobody_else_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/seal.key");
        let sealers: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> =
                (0..8).map(|_| scope.spawn(|| Sealer::open_or_create(&path).unwrap())).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        let token = sealers[0].seal(&["x"], b"y");
        assert!(sealers.iter().all(|sealer| sealer.open(&["x"], &token).is_some()));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "a draft was left behind");
        std::fs::write(&path, "short").unwrap();
        assert!(Sealer::open_or_create(&path).is_err());
    }
}
