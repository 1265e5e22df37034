//! Statements over whole sets, with named values. They are written once for both databases.

use super::{gauge::Gauge, kinds::Tables};
use crate::domain::sync::Clear;
use ledger::{Dialect, Fault, Tx};
use sea_orm::{QueryResult, Value};

/// What the statements of one plan or one application share: values, how much there is to look at, and what need not be
/// looked for.
#[derive(Clone, Default)]
pub struct Names {
    values: Vec<(&'static str, Value)>,
    pub gauge: Gauge,
    pub clear: Clear,
}

impl Names {
    /// That a row is the university's own. Where few rows are staged it is looked up besides, as one whose `column` is
    /// among what `keys` selects; that must not change what a statement finds.
    ///
    /// The university is then no way to find it, hence the `|| ''`, which keeps indexes out: a planner whose statistics have
    /// never heard of a university takes all its rows for one, passes over them, and compares each with all the keys.
    pub fn own(&self, column: &str, keys: &str) -> String {
        let table = column.split('.').next().unwrap_or_default();
        if self.gauge.by_key() {
            format!("({table}.partner || '' = :partner AND {column} = ANY(ARRAY({keys})))")
        } else {
            format!("{table}.partner = :partner")
        }
    }

    /// As [`Names::own`], by the keys of the rows that records of a kind are staged for.
    pub fn own_staged(&self, column: &str, tables: &Tables) -> String {
        self.own(column, &format!("SELECT k.id FROM {} k WHERE k.run = :run", tables.staged))
    }

    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    pub fn set(&mut self, name: &'static str, value: impl Into<Value>) {
        self.values.retain(|(known, _)| *known != name);
        self.values.push((name, value.into()));
    }

    /// Each `:name` as a placeholder, and the values that they stand for.
    pub fn place(&self, sql: &str) -> Result<(String, Vec<Value>), Fault> {
        let (mut text, mut used) = (String::with_capacity(sql.len()), Vec::<&str>::new());
        let mut rest = sql;
        while let Some(at) = rest.find(':') {
            let (before, after) = rest.split_at(at);
            text += before;
            let name_end =
                after[1..].find(|c: char| !c.is_ascii_lowercase()).map_or(after.len(), |end| end + 1);
            let name = &after[1..name_end];
            if name.is_empty() || text.ends_with(':') {
                // A cast, or a colon in a text.
                text.push(':');
                rest = &after[1..];
                continue;
            }
            let position = used.iter().position(|known| *known == name).unwrap_or_else(|| {
                used.push(name);
                used.len() - 1
            });
            text += &format!("${}", position + 1);
            rest = &after[name_end..];
        }
        let value = |name: &&str| {
            let found = self.values.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
            found.ok_or_else(|| Fault::Bug(format!("a statement names :{name}, which has no value")))
        };
        let values = used.iter().map(value).collect::<Result<Vec<_>, _>>()?;
        Ok((text + rest, values))
    }
}

/// A transaction and the values that its statements share.
pub struct Desk<'t> {
    pub tx: &'t Tx,
    pub names: Names,
}

impl Desk<'_> {
    pub fn dialect(&self) -> Dialect {
        self.tx.dialect()
    }

    /// Says how many rows it touched.
    pub async fn run(&self, sql: &str) -> Result<u64, Fault> {
        let (sql, values) = self.names.place(sql)?;
        self.tx.run(&sql, values).await
    }

    pub async fn all(&self, sql: &str) -> Result<Vec<QueryResult>, Fault> {
        let (sql, values) = self.names.place(sql)?;
        self.tx.all(&sql, values).await
    }

    /// The number that a query answers in its column `n`.
    pub async fn count(&self, sql: &str) -> Result<i64, Fault> {
        let (sql, values) = self.names.place(sql)?;
        let row = self.tx.one(&sql, values).await?;
        Ok(row.map(|row| row.try_get("", "n")).transpose()?.unwrap_or(0))
    }

    /// How the planner is to go about joins: by hashing what is staged, never row by row. What statistics there are
    /// tell of the runs before this one, so that it would take any number of staged rows for one, and compare each
    /// with each, or sort what it could read in order or hash. Where few rows are staged, statements hand it their keys
    /// instead: see [`Names::own`]. No table is read from end to end either: other universities' rows are in it too.
    /// Each statement is planned anew, for its own values.
    pub async fn plan_for_sets(&self) -> Result<(), Fault> {
        if self.dialect() == Dialect::Sqlite {
            return Ok(());
        }
        let sql = "SELECT set_config('enable_nestloop', 'off', true), set_config('enable_seqscan', 'off', true), \
                   set_config('enable_sort', 'off', true), set_config('work_mem', '32MB', true), \
                   set_config('plan_cache_mode', 'force_custom_plan', true)";
        self.tx.one(sql, vec![]).await?;
        Ok(())
    }
}

/// `column` is one of the numbers in the JSON array that `name` holds.
pub fn among_numbers(dialect: Dialect, column: &str, name: &str) -> String {
    match dialect {
        Dialect::Postgres => {
            format!("{column} = ANY(ARRAY(SELECT json_array_elements_text({name}::json)::bigint))")
        }
        Dialect::Sqlite => format!("{column} IN (SELECT value FROM json_each({name}))"),
    }
}

/// `column` is one of the texts in the JSON array that `name` holds.
pub fn among_texts(dialect: Dialect, column: &str, name: &str) -> String {
    match dialect {
        Dialect::Postgres => format!("{column} = ANY(ARRAY(SELECT json_array_elements_text({name}::json)))"),
        Dialect::Sqlite => format!("{column} IN (SELECT value FROM json_each({name}))"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_one_placeholder_however_often_it_stands_there() {
        let names = Names::default().with("run", "t/1").with("partner", "t").with("unused", 7_i64);
        let (sql, values) = names.place("a = :run AND b = :partner::text AND c = :run").unwrap();
        assert_eq!(sql, "a = $1 AND b = $2::text AND c = $1");
        assert_eq!(values, ["t/1".into(), Value::from("t")]);
        assert!(names.place("d = :nobody").is_err());
    }
}
