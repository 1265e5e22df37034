//! What a batch stages: rows as arrays or as values of inserts, and the records that it refuses.

use super::kinds::{ALL, Tables};
use crate::domain::sync::{
    Body, ContentHash, Kind, Record, Reject, check::FULL_TIME, hash::registration, reject,
};
use ledger::{Column, Dialect, Fault, Load, Tx, Type};
use sea_orm::Value;
use serde::Serialize;

/// Columns that every kind has and the stream fills, after the run and its partner.
const COMMON: &[Column] = &[
    ("n", Type::Integer),
    ("source_id", Type::Text),
    ("origin", Type::Text),
    ("gone", Type::Boolean),
    ("hash", Type::Bytes),
    ("id", Type::Text),
    ("action", Type::Text),
];
/// Rows of one INSERT, on SQLite: below its limit of placeholders.
const AT_ONCE: usize = 500;

/// One value of a row.
enum Cell<'v> {
    Text(&'v str),
    Integer(i64),
    Boolean(bool),
    Bytes(&'v [u8]),
    Null,
}

enum Rows {
    Arrays(ledger::Rows),
    Values(Vec<Value>),
}

impl Rows {
    fn put(&mut self, cell: Cell<'_>) {
        match self {
            Rows::Arrays(rows) => match cell {
                Cell::Text(text) => rows.value(text.as_bytes()),
                Cell::Integer(number) => rows.integer(number),
                Cell::Boolean(flag) => rows.boolean(flag),
                Cell::Bytes(bytes) => rows.value(bytes),
                Cell::Null => rows.null(),
            },
            Rows::Values(values) => values.push(match cell {
                Cell::Text(text) => text.into(),
                Cell::Integer(number) => number.into(),
                Cell::Boolean(flag) => flag.into(),
                Cell::Bytes(bytes) => bytes.to_vec().into(),
                Cell::Null => Value::String(None),
            }),
        }
    }

    fn texts(&mut self, texts: &[&str]) {
        texts.iter().for_each(|text| self.put(Cell::Text(text)));
    }

    /// Text that is kept as nothing where it is empty.
    fn maybe(&mut self, text: &str) {
        self.put(if text.is_empty() { Cell::Null } else { Cell::Text(text) });
    }
}

#[derive(Serialize)]
struct RejectRow<'r> {
    run: &'r str,
    n: i64,
    partner: &'r str,
    source_id: &'r str,
    origin: &'r str,
    kind: &'static str,
    field: &'r str,
    code: &'r str,
    found: &'r str,
    expected: &'r str,
    planned: bool,
}

const REJECT_COLUMNS: &[Column] = &[
    ("run", Type::Text),
    ("n", Type::Integer),
    ("partner", Type::Text),
    ("source_id", Type::Text),
    ("origin", Type::Text),
    ("kind", Type::Text),
    ("field", Type::Text),
    ("code", Type::Text),
    ("found", Type::Text),
    ("expected", Type::Text),
    ("planned", Type::Boolean),
];

/// The rows of one batch.
pub struct Staging {
    dialect: Dialect,
    run: String,
    partner: String,
    rows: [Rows; 4],
    rejects: Vec<Reject>,
}

fn columns(tables: &Tables) -> Vec<Column> {
    let references = tables.references.iter().map(|name| (*name, Type::Text));
    let kind = |number| if number { Type::Integer } else { Type::Text };
    let fields = tables.fields.iter().map(|field| (field.name, kind(field.number)));
    COMMON.iter().copied().chain(references).chain(fields).collect()
}

impl Staging {
    /// For a batch of the run with this key.
    pub fn new(dialect: Dialect, run: String, partner: &str) -> Self {
        let rows = Kind::ALL.map(|kind| match dialect {
            Dialect::Postgres => {
                let alike = vec![("run", run.clone()), ("partner", partner.to_owned())];
                Rows::Arrays(ledger::Rows::of(Tables::of(kind).inbox, alike, &columns(Tables::of(kind))))
            }
            Dialect::Sqlite => Rows::Values(Vec::new()),
        });
        Self { dialect, run, partner: partner.into(), rows, rejects: Vec::new() }
    }

    pub fn reject(&mut self, reject: Reject) {
        self.rejects.push(reject);
    }

    /// Stages a record that is new or has changed. `id` is the key that it gets if it is new.
    pub fn stage(&mut self, n: i64, record: &Record, hash: Option<ContentHash>, id: &str) {
        let rows = &mut self.rows[record.kind().at()];
        if let Rows::Values(_) = rows {
            rows.texts(&[&self.run, &self.partner]);
        }
        rows.put(Cell::Integer(n));
        rows.texts(&[&record.source_id, &reject::kept_origin(&record.origin)]);
        rows.put(Cell::Boolean(record.dropped));
        rows.put(hash.as_ref().map_or(Cell::Null, |hash| Cell::Bytes(hash)));
        rows.texts(&[id, if record.dropped { "gone" } else { "create" }]);
        match &record.body {
            Some(body) if !record.dropped => fields(rows, body),
            _ => {
                let rest = columns(Tables::of(record.kind())).len() - COMMON.len();
                (0..rest).for_each(|_| rows.put(Cell::Null));
            }
        }
    }

    /// Writes everything within a transaction that takes arrays.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn load(&self, load: &mut Load) -> Result<(), Fault> {
        for rows in &self.rows {
            if let Rows::Arrays(rows) = rows {
                load.insert(rows).await?;
            }
        }
        if let Some((sql, values)) = self.reject_statement()? {
            load.run(&sql, values).await?;
        }
        Ok(())
    }

    /// Writes everything by inserts.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn insert(&self, tx: &Tx) -> Result<(), Fault> {
        for (tables, rows) in ALL.iter().zip(&self.rows) {
            let Rows::Values(values) = rows else { continue };
            let width = columns(tables).len() + 2;
            for chunk in values.chunks(AT_ONCE * width) {
                tx.run(&insert_sql(tables, chunk.len() / width), chunk.to_vec()).await?;
            }
        }
        if let Some((sql, values)) = self.reject_statement()? {
            tx.run(&sql, values).await?;
        }
        Ok(())
    }

    fn reject_statement(&self) -> Result<Option<(String, Vec<Value>)>, Fault> {
        if self.rejects.is_empty() {
            return Ok(None);
        }
        let row = |reject: &'_ Reject| serde_json::to_value(self.reject_row(reject));
        let rows = self.rejects.iter().map(row).collect::<Result<Vec<_>, _>>()?;
        let sql = ledger::insert_sql(self.dialect, "sync_rejects", REJECT_COLUMNS);
        Ok(Some((sql, vec![serde_json::to_string(&rows)?.into()])))
    }

    fn reject_row<'r>(&'r self, reject: &'r Reject) -> RejectRow<'r> {
        RejectRow {
            run: &self.run,
            n: reject.n,
            partner: &self.partner,
            source_id: &reject.source_id,
            origin: &reject.origin,
            kind: reject.kind.as_str(),
            field: &reject.field,
            code: &reject.code,
            found: &reject.found,
            expected: &reject.expected,
            planned: false,
        }
    }
}

/// References first, then fields, in the order of [`columns`].
fn fields(rows: &mut Rows, body: &Body) {
    match body {
        Body::Course(it) => {
            rows.texts(&[&it.code, &it.title, it.kind.or(""), &it.credits]);
            rows.put(Cell::Integer(it.fheq_level.into()));
            rows.texts(&[&it.awarding_body]);
        }
        Body::CourseRun(it) => {
            rows.texts(&[&it.course, &it.academic_year, &it.start_date, &it.end_date]);
            rows.put(Cell::Integer(it.places.into()));
        }
        Body::Learner(it) => {
            let number = registration(&it.social_work_england_number);
            rows.texts(&[&it.given_name, &it.family_name, &it.email, &number]);
        }
        Body::Enrolment(it) => {
            rows.texts(&[&it.course_run, &it.learner, it.state.or("")]);
            rows.maybe(&it.start_date);
            rows.maybe(&it.end_date);
            rows.texts(&[it.study_mode.or(FULL_TIME)]);
            rows.maybe(&it.sponsor);
            rows.texts(&[it.funding.or("")]);
        }
    }
}

/// Its placeholders have no names: SQLite looks through all names that a statement has for each of its values.
fn insert_sql(tables: &Tables, rows: usize) -> String {
    let columns = columns(tables);
    let row = format!("({})", vec!["?"; columns.len() + 2].join(", "));
    let (table, names, rows) = (tables.staged, ledger::names_sql(&columns, ""), vec![row; rows].join(", "));
    format!("INSERT INTO {table} (run, partner, {names}) VALUES {rows}")
}
