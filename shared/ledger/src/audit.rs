//! The audit log: who did what, chained by hash for each partner, append only.

use crate::{Fault, Tx, Type, answers::hex, insert_sql, rows::Column};
use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vocabulary::{Call, Caller, Instant, PartnerId, from_micros};

/// Something that the log has to know of.
#[derive(Clone, Debug)]
pub struct Deed {
    /// The partner in whose log it is entered.
    pub partner: PartnerId,
    /// The person, or service, that acted.
    pub actor: String,
    pub on_behalf_of: String,
    pub method: &'static str,
    pub resource: String,
    /// `OK`, or the reason of a refusal.
    pub outcome: String,
    /// Given for readings of protected data.
    pub purpose: String,
    pub trace_id: String,
}

impl Deed {
    /// A right that was refused before anything was looked at.
    pub fn denied(caller: &Caller, method: &'static str, reason: &'static str) -> Self {
        Self {
            partner: caller.partner.clone(),
            actor: caller.person.to_string(),
            on_behalf_of: caller.on_behalf_of.as_deref().unwrap_or_default().to_owned(),
            method,
            resource: String::new(),
            outcome: reason.into(),
            purpose: String::new(),
            trace_id: String::new(),
        }
    }

    pub fn of(call: &Call, resource: impl Into<String>, outcome: impl Into<String>) -> Self {
        Self {
            resource: resource.into(),
            outcome: outcome.into(),
            trace_id: call.trace_id.as_deref().unwrap_or_default().to_owned(),
            ..Self::denied(&call.caller, call.method, "")
        }
    }

    /// What a service did by itself, or goes on with after the call that asked for it.
    pub fn by(
        partner: PartnerId,
        actor: impl Into<String>,
        method: &'static str,
        resource: impl Into<String>,
    ) -> Self {
        Self {
            partner,
            actor: actor.into(),
            on_behalf_of: String::new(),
            method,
            resource: resource.into(),
            outcome: "OK".into(),
            purpose: String::new(),
            trace_id: String::new(),
        }
    }

    /// A reading of protected data, for what purpose.
    pub fn reading(call: &Call, resource: impl Into<String>, purpose: &str) -> Self {
        Self { purpose: purpose.into(), ..Self::of(call, resource, "OK") }
    }
}

/// One entry as the log holds it.
#[derive(Clone, Debug, Serialize)]
pub struct AuditRow {
    pub partner: String,
    pub position: i64,
    pub at_us: i64,
    pub actor: String,
    pub on_behalf_of: String,
    pub method: String,
    pub resource: String,
    pub outcome: String,
    pub purpose: String,
    pub trace_id: String,
    /// SHA-256, in hexadecimal, over the previous entry's hash and this entry.
    pub hash: String,
}

impl AuditRow {
    pub fn time(&self) -> Instant {
        from_micros(self.at_us)
    }

    /// The hash that this entry must have after `previous`. Fields are length-prefixed, so that no two
    /// entries are hashed alike.
    fn hash_after(&self, previous: &str) -> String {
        let mut hash = digest::Context::new(&digest::SHA256);
        let (position, at) = (self.position.to_string(), self.at_us.to_string());
        for field in [
            previous,
            &self.partner,
            &position,
            &at,
            &self.actor,
            &self.on_behalf_of,
            &self.method,
            &self.resource,
            &self.outcome,
            &self.purpose,
            &self.trace_id,
        ] {
            hash.update(&(field.len() as u64).to_be_bytes());
            hash.update(field.as_bytes());
        }
        hex(hash.finish().as_ref())
    }

    fn from_row(row: &sea_orm::QueryResult) -> Result<Self, Fault> {
        Ok(Self {
            partner: row.try_get("", "partner")?,
            position: row.try_get("", "position")?,
            at_us: row.try_get("", "at_us")?,
            actor: row.try_get("", "actor")?,
            on_behalf_of: row.try_get("", "on_behalf_of")?,
            method: row.try_get("", "method")?,
            resource: row.try_get("", "resource")?,
            outcome: row.try_get("", "outcome")?,
            purpose: row.try_get("", "purpose")?,
            trace_id: row.try_get("", "trace_id")?,
            hash: row.try_get("", "hash")?,
        })
    }
}

pub(crate) const COLUMNS: &[Column] = &[
    ("partner", Type::Text),
    ("position", Type::Integer),
    ("at_us", Type::Integer),
    ("actor", Type::Text),
    ("on_behalf_of", Type::Text),
    ("method", Type::Text),
    ("resource", Type::Text),
    ("outcome", Type::Text),
    ("purpose", Type::Text),
    ("trace_id", Type::Text),
    ("hash", Type::Text),
];

/// Where a partner's chain ends.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct ChainHead {
    partner: String,
    position: i64,
    hash: String,
}

/// The ends of several partners' chains, to which entries are being added.
#[derive(Debug, Default)]
pub(crate) struct Chains(BTreeMap<String, ChainHead>);

impl Chains {
    pub fn from_json(json: Option<String>) -> Result<Self, Fault> {
        let heads: Vec<ChainHead> =
            json.map(|json| serde_json::from_str(&json)).transpose()?.unwrap_or_default();
        Ok(Self(heads.into_iter().map(|head| (head.partner.clone(), head)).collect()))
    }

    pub fn heads(&self) -> Vec<&ChainHead> {
        self.0.values().collect()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Those of these partners alone, where all of them are known.
    pub fn of(&self, partners: &[String]) -> Option<Self> {
        let known = |partner: &String| Some((partner.clone(), self.0.get(partner)?.clone()));
        partners.iter().map(known).collect::<Option<_>>().map(Self)
    }

    /// Adds those of `older` that are not known here.
    pub fn carry(&mut self, older: Self) {
        for (partner, head) in older.0 {
            self.0.entry(partner).or_insert(head);
        }
    }

    /// A partner's first entry will have nothing before it.
    pub fn begin(&mut self, partner: &str) {
        let head = ChainHead { partner: partner.into(), ..ChainHead::default() };
        self.0.entry(partner.into()).or_insert(head);
    }

    /// The entries that these deeds make, in the order given, each after the last of its partner's chain.
    pub fn extend(&mut self, deeds: &[Deed], now_us: i64) -> Vec<AuditRow> {
        deeds.iter().map(|deed| self.add(deed, now_us)).collect()
    }

    fn add(&mut self, deed: &Deed, now_us: i64) -> AuditRow {
        self.begin(deed.partner.as_str());
        let head = self.0.entry(deed.partner.to_string()).or_default();
        let mut row = AuditRow {
            partner: deed.partner.to_string(),
            position: head.position + 1,
            at_us: now_us,
            actor: deed.actor.clone(),
            on_behalf_of: deed.on_behalf_of.clone(),
            method: deed.method.into(),
            resource: deed.resource.clone(),
            outcome: deed.outcome.clone(),
            purpose: deed.purpose.clone(),
            trace_id: deed.trace_id.clone(),
            hash: String::new(),
        };
        row.hash = row.hash_after(&head.hash);
        head.position = row.position;
        head.hash.clone_from(&row.hash);
        row
    }
}

/// Begins the chains of the partners in the JSON array `$1`, those that have not begun.
pub(crate) const BEGIN_CHAINS: &str = "INSERT INTO audit_heads (partner, position, hash) \
     SELECT p, 0, '' FROM json_array_elements_text($1::json) AS t(p) ON CONFLICT DO NOTHING";

/// The same on SQLite.
const BEGIN_CHAINS_SQLITE: &str = "INSERT INTO audit_heads (partner, position, hash) \
     SELECT value, 0, '' FROM json_each($1) WHERE true ON CONFLICT DO NOTHING";

/// Enters deeds, in the order given.
///
/// Locks the chains in the order of the partners' ids, after the feed's head where both are taken.
pub(crate) async fn enter(tx: &Tx, deeds: &[Deed], now_us: i64) -> Result<(), Fault> {
    if deeds.is_empty() {
        return Ok(());
    }
    let mut partners: Vec<&str> = deeds.iter().map(|d| d.partner.as_str()).collect();
    partners.sort_unstable();
    partners.dedup();
    let mut chains = lock(tx, &partners).await?;
    let rows = chains.extend(deeds, now_us);
    tx.run(&insert_sql(tx.dialect(), "audit", COLUMNS), vec![serde_json::to_string(&rows)?.into()]).await?;
    for head in chains.0.values() {
        tx.run(
            "UPDATE audit_heads SET position = $2, hash = $3 WHERE partner = $1",
            vec![head.partner.as_str().into(), head.position.into(), head.hash.as_str().into()],
        )
        .await?;
    }
    Ok(())
}

async fn lock(tx: &Tx, partners: &[&str]) -> Result<Chains, Fault> {
    let select = format!(
        "SELECT partner, position, hash FROM audit_heads WHERE {} ORDER BY partner{}",
        crate::among_sql(tx.dialect(), "partner", 1),
        tx.dialect().for_update()
    );
    let list = serde_json::to_string(partners)?;
    let mut rows = tx.all(&select, vec![list.clone().into()]).await?;
    if rows.len() < partners.len() {
        // Begin the chain, then lock it, so that two processes cannot both begin it.
        tx.run(tx.dialect().pick(BEGIN_CHAINS, BEGIN_CHAINS_SQLITE), vec![list.clone().into()]).await?;
        rows = tx.all(&select, vec![list.into()]).await?;
    }
    let mut chains = Chains::default();
    for row in &rows {
        let partner: String = row.try_get("", "partner")?;
        let head = ChainHead {
            partner: partner.clone(),
            position: row.try_get("", "position")?,
            hash: row.try_get("", "hash")?,
        };
        chains.0.insert(partner, head);
    }
    Ok(chains)
}

/// Which entries to list, newest first.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Only positions before this one.
    pub before_position: Option<i64>,
    pub resource: Option<String>,
    pub actor: Option<String>,
    pub from_us: Option<i64>,
    pub before_us: Option<i64>,
}

pub(crate) async fn list(
    tx: &Tx,
    partner: &PartnerId,
    filter: &AuditFilter,
    limit: u64,
) -> Result<Vec<AuditRow>, Fault> {
    let mut sql = String::from("SELECT * FROM audit WHERE partner = $1");
    let mut values: Vec<sea_orm::Value> = vec![partner.as_str().into()];
    let mut add = |text: &str, value: Option<sea_orm::Value>| {
        if let Some(value) = value {
            values.push(value);
            sql.push_str(&format!(" AND {text} ${}", values.len()));
        }
    };
    add("position <", filter.before_position.map(Into::into));
    add("resource =", filter.resource.clone().map(Into::into));
    add("actor =", filter.actor.clone().map(Into::into));
    add("at_us >=", filter.from_us.map(Into::into));
    add("at_us <", filter.before_us.map(Into::into));
    sql.push_str(&format!(" ORDER BY position DESC LIMIT {limit}"));
    tx.all(&sql, values).await?.iter().map(AuditRow::from_row).collect()
}

/// What a recomputation of a partner's chain found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    pub entries: i64,
    pub head_position: i64,
    pub head_hash: String,
    /// The first position that does not follow from the one before it.
    pub broken_at: Option<i64>,
    pub explanation: String,
}

/// Walks a partner's chain from its beginning, a thousand entries at a time, and compares it with the head
/// that the service keeps and with one that was `known` outside.
pub(crate) async fn verify(
    tx: &Tx,
    partner: &PartnerId,
    known: Option<(i64, String)>,
) -> Result<Verdict, Fault> {
    let mut verdict = Verdict::default();
    let mut known_seen = known.is_none();
    loop {
        let sql = "SELECT * FROM audit WHERE partner = $1 AND position > $2 ORDER BY position LIMIT 1000";
        let page = tx.all(sql, vec![partner.as_str().into(), verdict.head_position.into()]).await?;
        if page.is_empty() {
            break;
        }
        for row in &page {
            let row = AuditRow::from_row(row)?;
            if row.position != verdict.head_position + 1 {
                return Ok(verdict.broken(verdict.head_position + 1, "entries are missing before it"));
            }
            if row.hash != row.hash_after(&verdict.head_hash) {
                return Ok(verdict.broken(row.position, "its hash does not follow from the entry before it"));
            }
            if let Some((position, hash)) = &known
                && *position == row.position
            {
                known_seen = true;
                if *hash != row.hash {
                    return Ok(verdict.broken(row.position, "it differs from the head known outside"));
                }
            }
            verdict.entries += 1;
            verdict.head_position = row.position;
            verdict.head_hash = row.hash;
        }
    }
    if !known_seen {
        return Ok(verdict.broken(verdict.head_position + 1, "the log ends before the head known outside"));
    }
    let kept = kept_head(tx, partner).await?;
    if kept != (verdict.head_position, verdict.head_hash.clone()) {
        return Ok(
            verdict.broken(verdict.head_position + 1, "the log ends before the head that the service kept")
        );
    }
    Ok(verdict)
}

async fn kept_head(tx: &Tx, partner: &PartnerId) -> Result<(i64, String), Fault> {
    let sql = "SELECT position, hash FROM audit_heads WHERE partner = $1";
    let row = tx.one(sql, vec![partner.as_str().into()]).await?;
    row.map_or(Ok((0, String::new())), |row| Ok((row.try_get("", "position")?, row.try_get("", "hash")?)))
}

impl Verdict {
    fn broken(&self, at: i64, explanation: &str) -> Self {
        Self { broken_at: Some(at), explanation: explanation.into(), ..self.clone() }
    }
}
