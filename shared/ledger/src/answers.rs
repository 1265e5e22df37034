//! The answer to a request id: what makes a retry safe.

use crate::{Fault, Tx, Type, insert_sql, rows::Column};
use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};
use vocabulary::{Call, RequestId, Revision};

/// SHA-256 of the parsed request, in hexadecimal: equal requests have equal ones however they were encoded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// # Errors
    /// The request does not serialise, which is a mistake of ours.
    pub fn of(request: &impl Serialize) -> Result<Self, Fault> {
        Ok(Self(hex(digest::digest(&digest::SHA256, &serde_json::to_vec(request)?).as_ref())))
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|n| char::from(DIGITS[usize::from(n)])).collect()
}

/// Under what an answer is kept: one partner's principal, one method, one request id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    pub fn new(call: &Call, id: RequestId) -> Self {
        Self(format!("{} {} {}", call.caller.person, call.method, id.0.simple()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An answer that is to be kept with the effect that it speaks of.
#[derive(Serialize)]
pub struct Answered {
    pub id: String,
    pub partner: String,
    pub fingerprint: String,
    /// The answer as JSON text.
    pub answer: String,
    pub revision: i64,
    pub created_us: i64,
}

impl Answered {
    pub fn new(
        key: &Key,
        call: &Call,
        fingerprint: &Fingerprint,
        answer: String,
        revision: Revision,
    ) -> Self {
        Self {
            id: key.0.clone(),
            partner: call.caller.partner.to_string(),
            fingerprint: fingerprint.0.clone(),
            answer,
            revision: revision.0,
            created_us: 0,
        }
    }
}

/// An answer that was given before.
#[derive(Deserialize)]
pub struct Known {
    #[serde(rename = "id")]
    pub key: String,
    fingerprint: String,
    pub answer: String,
    pub revision: Revision,
}

impl Known {
    /// Whether the first request said the same. If not, its answer must not be shown.
    pub fn same(&self, fingerprint: &Fingerprint) -> bool {
        self.fingerprint == fingerprint.0
    }
}

pub(crate) const COLUMNS: &[Column] = &[
    ("id", Type::Text),
    ("partner", Type::Text),
    ("fingerprint", Type::Text),
    ("answer", Type::Text),
    ("revision", Type::Integer),
    ("created_us", Type::Integer),
];

/// The answers already given to any of these keys.
pub(crate) async fn known(tx: &Tx, keys: &[&str]) -> Result<Vec<Known>, Fault> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT id, fingerprint, answer, revision FROM answers WHERE {}",
        crate::among_sql(tx.dialect(), "id", 1)
    );
    let rows = tx.all(&sql, vec![serde_json::to_string(keys)?.into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(Known {
                key: row.try_get("", "id")?,
                fingerprint: row.try_get("", "fingerprint")?,
                answer: row.try_get("", "answer")?,
                revision: Revision(row.try_get("", "revision")?),
            })
        })
        .collect()
}

/// Keeps answers. [`Fault::Raced`] where another process has answered one of them meanwhile.
pub(crate) async fn keep(tx: &Tx, answers: &[Answered]) -> Result<(), Fault> {
    if answers.is_empty() {
        return Ok(());
    }
    let sql = format!("{} ON CONFLICT DO NOTHING", insert_sql(tx.dialect(), "answers", COLUMNS));
    let written = tx.run(&sql, vec![serde_json::to_string(answers)?.into()]).await?;
    if written == answers.len() as u64 { Ok(()) } else { Err(Fault::Raced) }
}
