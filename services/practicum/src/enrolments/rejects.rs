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

/// Writes the sheet anew; with its header alone where nothing was refused.
///
/// # Errors
/// The source cannot be read again, or the sheet cannot be written.
pub fn write(path: &Path, source: &Source, rejects: Vec<SyncReject>) -> Result<()> {
    // It holds people's data: nobody else is to read it.
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    let out = BufWriter::new(file.with_context(|| format!("{}", path.display()))?);
    let mut runs = false;
    let mut by_row = ByRow::new();
    for reject in rejects {
        runs |= reject.kind == COURSE_RUN;
        let (file, line) = reject.origin.rsplit_once(':').unwrap_or((&reject.origin, "0"));
        let rows = by_row.entry(file.to_owned()).or_default();
        rows.entry(line.parse().unwrap_or(0)).or_default().push(reject);
    }
    let mut sheet = Sheet { source, rejects: by_row, columns: Vec::new(), out };
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
                            let mut line = Line::new(table, row, reason, &header);
                            if n == 0 {
                                line.data(row, &places);
                            }
                            put(out, &line.cells())?;
                        }
                    }
                    None if needed => {
                        let context = SyncReject { kind: CONTEXT.into(), ..SyncReject::default() };
                        let mut line = Line::new(table, row, &context, &header);
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
    /// The reasons; where the row or the field could not be read at all, that and not what the service made of it.
    fn new(table: &Table, row: &Row, reject: &SyncReject, header: &Header) -> Self {
        let column = table.column(&reject.field);
        let place = column.and_then(|column| header.find(column));
        let status = super::notes::shown(&row.text(place));
        let (mut field, mut code) = (column.unwrap_or(&reject.field), reject.code.as_str());
        let (mut found, mut expected) = (reject.found.as_str(), reject.expected.as_str());
        if let Some(flaw) = row.flaw.filter(|_| reject.kind != CONTEXT) {
            (field, code, found, expected) = ("", flaw.code(), "", flaw.expected());
        } else if !code.is_empty() && std::str::from_utf8(row.bytes(place)).is_err() {
            (code, found, expected) = ("invalid_value", "", "text in UTF-8");
        } else if reject.field == "state" {
            (code, found, expected) = ("invalid_value", status.as_str(), table.statuses);
        } else if code == "invalid_date" && dates::date(&row.text(place)).is_none() {
            expected = "a calendar date: 2026-09-21 or 21/09/2026";
        }
        let (file, line) = (format!("{}.csv", table.name), row.line.to_string());
        let reasons = [&file, &line, &reject.source_id, &reject.kind, field, code, found, expected];
        Self(reasons.map(|reason| reason.as_bytes().to_vec()).to_vec())
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
