//! What a data set holds: the hash and the number of each of its rows, read in a few large values.

use super::kinds::ALL;
use crate::domain::sync::{ContentHash, Index};
use ledger::{Dialect, Fault, Tx};
use sea_orm::Value;
use vocabulary::PartnerId;

/// Numbers of one value: one and a half megabytes.
const BLOCK: i64 = 65_536;
const ROW: usize = 4 + size_of::<ContentHash>();

/// The last number that a row of the data set has; -1 where it has none.
pub async fn last_ordinal(tx: &Tx, partner: &PartnerId, data_set: &str) -> Result<i64, Fault> {
    let of = |base: &str| {
        format!(
            "COALESCE((SELECT ordinal FROM {base} WHERE partner = $1 AND data_set = $2 AND source_id IS NOT NULL \
             ORDER BY ordinal DESC LIMIT 1), -1)"
        )
    };
    let [a, b, c, d] = ALL.each_ref().map(|tables| of(tables.base));
    let most = tx.dialect().pick("GREATEST", "max");
    let sql = format!("SELECT {most}({a}, {b}, {c}, {d}) AS last");
    let row = tx.one(&sql, vec![partner.as_str().into(), data_set.into()]).await?;
    Ok(row.map(|row| row.try_get("", "last")).transpose()?.unwrap_or(-1))
}

/// Everything that the data set holds and that may be compared.
///
/// # Errors
/// Storage fails.
pub async fn load(tx: &Tx, partner: &PartnerId, data_set: &str) -> Result<Index, Fault> {
    let last = last_ordinal(tx, partner, data_set).await?;
    let mut index = Index::with_capacity(usize::try_from(last + 1).unwrap_or_default());
    let sql = block_sql(tx.dialect());
    for from in (0..=last).step_by(usize::try_from(BLOCK).unwrap_or(usize::MAX)) {
        let values: Vec<Value> =
            vec![partner.as_str().into(), data_set.into(), from.into(), (from + BLOCK).into()];
        let Some(row) = tx.one(&sql, values).await? else { continue };
        match tx.dialect() {
            Dialect::Postgres => {
                let block: Option<Vec<u8>> = row.try_get("", "block")?;
                read(&block.unwrap_or_default(), &mut index);
            }
            Dialect::Sqlite => {
                let block: Option<String> = row.try_get("", "block")?;
                read(&from_hex(&block.unwrap_or_default()), &mut index);
            }
        }
    }
    Ok(index)
}

fn block_sql(dialect: Dialect) -> String {
    let one = dialect.pick("int4send(ordinal::int4) || hash", "printf('%08x', ordinal) || hex(hash)");
    let rows = ALL.each_ref().map(|tables| {
        format!(
            "SELECT {one} AS one FROM {} WHERE partner = $1 AND data_set = $2 AND source_id IS NOT NULL \
             AND ordinal >= $3 AND ordinal < $4 AND hash IS NOT NULL",
            tables.base
        )
    });
    let all = dialect.pick("string_agg(one, ''::bytea)", "group_concat(one, '')");
    format!("SELECT {all} AS block FROM ({}) rows", rows.join(" UNION ALL "))
}

fn read(block: &[u8], index: &mut Index) {
    for row in block.chunks_exact(ROW) {
        let (ordinal, hash) = row.split_at(4);
        if let (Ok(ordinal), Ok(hash)) = (ordinal.try_into(), hash.try_into()) {
            index.insert(hash, u32::from_be_bytes(ordinal));
        }
    }
}

fn from_hex(text: &str) -> Vec<u8> {
    let digit =
        |b: u8| char::from(b).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or_default();
    text.as_bytes().chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_read_as_the_databases_write_it() {
        let text = format!("{:08x}{}", 70_000, "0123456789ABCDEF0123456789abcdef");
        let mut index = Index::default();
        read(&from_hex(&text), &mut index);
        let hash = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef].repeat(2);
        assert_eq!(index.find(&hash.try_into().unwrap()), Some(70_000));
    }
}
