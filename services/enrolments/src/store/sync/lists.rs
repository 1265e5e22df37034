//! What a run changes and what it refuses, page by page.

use super::kinds::ALL;
use crate::domain::sync::{Action, Change, Kind, Reject, SyncRunName};
use crate::store::tables::{from_word, word};
use ledger::{Fault, Tx};
use sea_orm::Value;

/// Changes of a run, kind by kind, in the order of arrival.
pub async fn changes(
    tx: &Tx,
    run: &SyncRunName,
    action: Option<Action>,
    after: Option<(usize, i64)>,
    limit: u64,
) -> Result<Vec<Change>, Fault> {
    let (from, mut last) = after.unwrap_or((0, -1));
    let mut found = Vec::new();
    for tables in ALL.iter().skip(from) {
        let left = limit.saturating_sub(found.len() as u64);
        if left == 0 {
            break;
        }
        let which = match action {
            Some(action) => format!("= '{}'", word(&action)),
            None => "IN ('create', 'update', 'reactivate', 'drop')".into(),
        };
        let sql = format!(
            "SELECT n, source_id, action, COALESCE(fields, '') AS fields FROM {} \
             WHERE run = $1 AND n > $2 AND action {which} ORDER BY n LIMIT {left}",
            tables.staged
        );
        for row in tx.all(&sql, vec![run.key().into(), last.into()]).await? {
            let (action, fields): (String, String) = (row.try_get("", "action")?, row.try_get("", "fields")?);
            let action: Action = from_word(&action)?;
            let named = fields.split(',').filter(|field| !field.is_empty() && action == Action::Update);
            found.push(Change {
                n: row.try_get("", "n")?,
                source_id: row.try_get("", "source_id")?,
                kind: tables.kind,
                action,
                fields: named.map(ToOwned::to_owned).collect(),
            });
        }
        last = -1;
    }
    Ok(found)
}

/// Rejects of a run, in the order of arrival.
pub async fn rejects(tx: &Tx, run: &SyncRunName, after: i64, limit: u64) -> Result<Vec<Reject>, Fault> {
    let sql = format!("SELECT * FROM sync_rejects WHERE run = $1 AND n > $2 ORDER BY n LIMIT {limit}");
    let values: Vec<Value> = vec![run.key().into(), after.into()];
    let read = |row: &sea_orm::QueryResult| {
        let text = |column: &str| row.try_get::<String>("", column);
        let kind = text("kind")?;
        Ok(Reject {
            n: row.try_get("", "n")?,
            source_id: text("source_id")?,
            origin: text("origin")?,
            kind: Kind::ALL.into_iter().find(|known| known.as_str() == kind).unwrap_or(Kind::Enrolment),
            field: text("field")?,
            code: text("code")?,
            found: text("found")?,
            expected: text("expected")?,
        })
    };
    tx.all(&sql, values).await?.iter().map(read).collect()
}
