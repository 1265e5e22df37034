//! What was refused, as a sheet that can be mended and sent again: each row as the source has it, behind what is
//! wrong with it.

#[cfg(test)]
mod tests;

use super::{
    cells, dates,
    package::REASONS,
    row::{Column, Header, LONGEST_CELL, Row, key},
    source::Source,
    table::{CONTEXT, COURSE_RUN, Table},
};
use crate::columns::shown;
use anyhow::{Context, Result};
use contracts::enrolments::v1::SyncReject;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs::OpenOptions,
    io::{BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// By the file, and the line in it.
type ByRow = HashMap<String, BTreeMap<u64, Vec<SyncReject>>>;

struct Sheet<'a> {
    source: &'a Source,
    rejects: ByRow,
    /// Of the source, as its files spell them.
    columns: Vec<String>,
    out: BufWriter<std::fs::File>,
}

/// Puts what the source shows to be wrong in the place of what the service made of it, and the column in the place of
/// the field.
///
/// # Errors
/// The source cannot be read again.
pub fn explain(source: &Source, rejects: Vec<SyncReject>) -> Result<Vec<SyncReject>> {
    let (package, mut by_row) = (source.package(), grouped(rejects));
    for table in source.tables().iter().filter(|table| package.has(table.name)) {
        let Some(lines) = by_row.get_mut(&package.origin(table.name)) else { continue };
        package.read(table.name, |rows| {
            let header = rows.header().clone();
            let last = lines.last_key_value().map_or(0, |(line, _)| *line);
            while let Some(row) = rows.next()? {
                let reasons = lines.get_mut(&row.line).into_iter().flatten();
                reasons.for_each(|reject| told(reject, table, row, &header));
                if row.line >= last {
                    break;
                }
            }
            Ok(())
        })?;
    }
    let files = source.tables().iter().map(|table| package.origin(table.name));
    let mut all: Vec<_> =
        files.filter_map(|file| by_row.remove(&file)).flatten().flat_map(|(_, rejects)| rejects).collect();
    // What nobody can find in the source stays as it is.
    all.extend(by_row.into_values().flatten().flat_map(|(_, rejects)| rejects));
    Ok(all)
}

fn told(reject: &mut SyncReject, table: &Table, row: &Row, header: &Header) {
    let column = table.column(&reject.field);
    let place = column.and_then(|column| header.find(column));
    let mut tell = |code: &str, found: String, expected: &str| {
        (reject.code, reject.found, reject.expected) = (code.into(), found, expected.into());
    };
    if let Some(flaw) = row.flaw {
        tell(flaw.code(), String::new(), flaw.expected());
        reject.field.clear();
        return;
    }
    if std::str::from_utf8(row.bytes(place)).is_err() {
        tell("invalid_value", String::new(), "text in UTF-8");
    } else if reject.field == "state" {
        tell("invalid_value", shown(&row.text(place)), table.statuses);
    } else if reject.code == "invalid_date" && dates::date(&row.text(place)).is_none() {
        reject.expected = "a calendar date: 2026-09-21 or 21/09/2026".into();
    }
    if let Some(column) = column {
        reject.field = column.to_owned();
    }
}

fn grouped(rejects: Vec<SyncReject>) -> ByRow {
    let mut by_row = ByRow::new();
    for reject in rejects {
        let (file, line) = reject.origin.rsplit_once(':').unwrap_or((&reject.origin, "0"));
        let (file, line) = (file.to_owned(), line.parse().unwrap_or(0));
        by_row.entry(file).or_default().entry(line).or_default().push(reject);
    }
    by_row
}

/// Writes the sheet anew; with its header alone where nothing was refused.
///
/// # Errors
/// The source cannot be read again, or the sheet cannot be written.
pub fn write(path: &Path, source: &Source, rejects: Vec<SyncReject>) -> Result<()> {
    // It holds people's data: nobody else is to read it.
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    let out = BufWriter::new(file.with_context(|| format!("{}", path.display()))?);
    let runs = rejects.iter().any(|reject| reject.kind == COURSE_RUN);
    let mut sheet = Sheet { source, rejects: grouped(rejects), columns: Vec::new(), out };
    sheet.columns = sheet.union(runs)?;
    let head: Vec<&[u8]> = REASONS
        .iter()
        .map(|name| name.as_bytes())
        .chain(sheet.columns.iter().map(String::as_bytes))
        .collect();
    put(&mut sheet.out, &head)?;
    if !sheet.rejects.is_empty() {
        let courses = if runs { sheet.courses()? } else { HashSet::new() };
        for table in source.tables() {
            sheet.table(table, runs, &courses)?;
        }
    }
    sheet.out.flush().with_context(|| format!("{}", path.display()))
}

impl Sheet<'_> {
    /// Every table that rows may be written of.
    fn tables(&self, runs: bool) -> impl Iterator<Item = &'static &'static Table> + use<'_> {
        let package = self.source.package();
        let wanted = move |table: &&&'static Table| {
            package.has(table.name)
                && (runs && table.helps || self.rejects.contains_key(&package.origin(table.name)))
        };
        self.source.tables().iter().filter(wanted)
    }

    fn union(&self, runs: bool) -> Result<Vec<String>> {
        let (mut columns, mut seen) = (Vec::new(), HashSet::new());
        for table in self.tables(runs) {
            self.source.package().read(table.name, |rows| {
                let skip = if self.source.package().is_sheet() { REASONS.len() } else { 0 };
                for name in &rows.header().names[skip..] {
                    let reason = REASONS.iter().any(|reason| key(reason) == key(name));
                    if !name.is_empty() && !reason && seen.insert(key(name)) {
                        columns.push(name.clone());
                    }
                }
                Ok(())
            })?;
        }
        Ok(columns)
    }

    /// The courses of the runs that were refused: their rows help to read those of the runs.
    fn courses(&self) -> Result<HashSet<String>> {
        let (package, mut courses) = (self.source.package(), HashSet::new());
        for table in self.source.tables() {
            let Some(column) = table.column("course_source_id").filter(|_| package.has(table.name)) else {
                continue;
            };
            let Some(lines) = self.rejects.get(&package.origin(table.name)) else { continue };
            package.read(table.name, |rows| {
                let [course] = rows.columns([column]);
                while let Some(row) = rows.next()? {
                    if lines.contains_key(&row.line) {
                        courses.insert(row.text(course));
                    }
                }
                Ok(())
            })?;
        }
        Ok(courses)
    }

    /// The rows of one file: those refused, each with a line more for every further reason, and those that help.
    fn table(&mut self, table: &Table, runs: bool, courses: &HashSet<String>) -> Result<()> {
        let package = self.source.package();
        let none = BTreeMap::new();
        let lines = self.rejects.get(&package.origin(table.name)).unwrap_or(&none);
        let helps = runs && table.helps;
        if !package.has(table.name) || lines.is_empty() && !helps {
            return Ok(());
        }
        let (out, columns) = (&mut self.out, &self.columns);
        package.read(table.name, |rows| {
            let header = rows.header().clone();
            let places: Vec<Column> = columns.iter().map(|name| header.find(name)).collect();
            // A file of courses helps with those that are named, a file of terms with all.
            let id = table.column("source_id").and_then(|column| header.find(column));
            while let Some(row) = rows.next()? {
                let needed = helps && (id.is_none() || courses.contains(&row.text(id)));
                match lines.get(&row.line) {
                    Some(reasons) => {
                        for (n, reason) in reasons.iter().enumerate() {
                            let mut line = Line::new(table, row, reason);
                            if n == 0 {
                                line.data(row, &places);
                            }
                            put(out, &line.cells())?;
                        }
                    }
                    None if needed => {
                        let context = SyncReject { kind: CONTEXT.into(), ..SyncReject::default() };
                        let mut line = Line::new(table, row, &context);
                        line.data(row, &places);
                        put(out, &line.cells())?;
                    }
                    None => {}
                }
            }
            Ok(())
        })
    }
}

/// A line of the sheet.
struct Line(Vec<Vec<u8>>);

impl Line {
    /// The reasons.
    fn new(table: &Table, row: &Row, reject: &SyncReject) -> Self {
        let (file, line) = (format!("{}.csv", table.name), row.line.to_string());
        let SyncReject { source_id, kind, field, code, found, expected, .. } = reject;
        Self(
            [&file, &line, source_id, kind, field, code, found, expected]
                .map(|text| text.as_bytes().to_vec())
                .to_vec(),
        )
    }

    /// The row itself. Behind the last column of one that is broken as a whole stands all of it, as it was: with that
    /// it is refused again, unless somebody mends the row and takes it away.
    fn data(&mut self, row: &Row, places: &[Column]) {
        self.0.extend(places.iter().map(|place| bounded(row.bytes(*place)).to_vec()));
        if row.flaw.is_some() {
            let whole = row.cells.iter().collect::<Vec<_>>().join(&b","[..]);
            self.0.push(bounded(&whole).to_vec());
        }
    }

    fn cells(&self) -> Vec<&[u8]> {
        self.0.iter().map(Vec::as_slice).collect()
    }
}

/// So much of a cell that it is still too long where it was.
fn bounded(cell: &[u8]) -> &[u8] {
    let mut end = cell.len().min(LONGEST_CELL);
    while end < cell.len() && end > 0 && cell[end] & 0xc0 == 0x80 && end + 4 > LONGEST_CELL {
        end -= 1;
    }
    &cell[..end]
}

fn put(out: &mut impl Write, cells: &[&[u8]]) -> Result<()> {
    let mut row = Vec::new();
    cells.iter().for_each(|cell| cells::write(&mut row, cell));
    row.push(b'\n');
    Ok(out.write_all(&row)?)
}
