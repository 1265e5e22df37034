//! Where the files of an export are: a folder, a zip, or a sheet of rows to send again.

use super::{
    notes::Notes,
    row::{Row, key},
    rows::Rows,
    table::Table,
};
use crate::{columns::shown, failure::Usage};
use anyhow::{Context, Result, bail};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};
use zip::ZipArchive;

/// The columns of a sheet before those of the source.
pub const REASONS: [&str; 8] = ["file", "row", "source_id", "kind", "field", "code", "found", "expected"];
const BUFFER: usize = 1 << 16;

/// An export. Files go by their names without `.csv`, in lower case.
#[derive(Debug)]
pub struct Package {
    path: PathBuf,
    form: Form,
    /// The name, and the file as it is called where it lies.
    files: BTreeMap<String, String>,
    /// What lies there that is no CSV.
    others: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Folder,
    Zip,
    /// What `--rejects` wrote: rows of any file, each with its file's name.
    Sheet,
}

impl Package {
    /// # Errors
    /// There is nothing that could be an export.
    pub fn open(path: &Path) -> Result<Self> {
        let about = || path.display().to_string();
        let meta = std::fs::metadata(path).with_context(about)?;
        let is = |end: &str| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(end));
        let (form, names) = if meta.is_dir() {
            (Form::Folder, folder(path).with_context(about)?)
        } else if is("csv") {
            (Form::Sheet, sheet(path).with_context(about)?)
        } else {
            (Form::Zip, archive(path).and_then(|zip| members(&zip)).with_context(about)?)
        };
        let (mut files, mut others) = (BTreeMap::new(), Vec::new());
        for name in names {
            let base = name.rsplit('/').next().unwrap_or(&name).to_owned();
            if base.is_empty() || base.starts_with('.') || name.starts_with("__MACOSX/") {
                continue;
            }
            match base.to_ascii_lowercase().strip_suffix(".csv") {
                None => others.push(base),
                Some(stem) => {
                    if let Some(other) = files.insert(stem.to_owned(), name.clone()) {
                        bail!("{}: {other} and {name} are the same file: which is meant?", about());
                    }
                }
            }
        }
        Ok(Self { path: path.to_owned(), form, files, others })
    }

    /// Whether this is a sheet of rejects, sent again.
    pub fn is_sheet(&self) -> bool {
        self.form == Form::Sheet
    }

    pub fn has(&self, table: &str) -> bool {
        self.files.contains_key(&table.to_ascii_lowercase())
    }

    /// Files that are none of these.
    pub fn strangers(&self, known: &[&str]) -> Vec<String> {
        let other = |stem: &&String| !known.iter().any(|known| known.eq_ignore_ascii_case(stem));
        let files = self.files.keys().filter(other).map(|stem| format!("{stem}.csv"));
        files.chain(self.others.iter().cloned()).collect()
    }

    /// The file that rows are reported under.
    pub fn origin(&self, table: &str) -> String {
        let name = match self.form {
            Form::Sheet => self.path.file_name().map(|name| name.to_string_lossy().into_owned()),
            _ => self
                .files
                .get(&table.to_ascii_lowercase())
                .and_then(|name| name.rsplit('/').next())
                .map(str::to_owned),
        };
        name.unwrap_or_else(|| format!("{table}.csv"))
    }

    /// Hands the rows of a file to `read`.
    ///
    /// # Errors
    /// The file is not there or not to be read, or `read` fails.
    pub fn read<T>(&self, table: &str, read: impl FnOnce(&mut Rows) -> Result<T>) -> Result<T> {
        let stem = table.to_ascii_lowercase();
        let Some(name) = self.files.get(&stem) else {
            bail!("there is no {table}.csv in {}", self.path.display())
        };
        let about = || format!("{table}.csv in {}", self.path.display());
        let run = |input: &mut dyn BufRead| {
            let mut rows = Rows::new(input)?;
            if self.form == Form::Sheet {
                rows.only(0, &format!("{stem}.csv"), REASONS.len());
            }
            read(&mut rows)
        };
        match self.form {
            Form::Folder => run(&mut buffered(File::open(self.path.join(name)).with_context(about)?)),
            Form::Sheet => run(&mut buffered(File::open(&self.path).with_context(about)?)),
            Form::Zip => {
                let mut zip = archive(&self.path)?;
                let member = zip.by_name(name).with_context(about)?;
                run(&mut buffered(member))
            }
        }
        .with_context(about)
    }

    /// As [`Package::read`], where the columns without which no row says anything must be there, and those that nobody
    /// knows are noted.
    ///
    /// # Errors
    /// As [`Package::read`], and where such a column is missing.
    pub fn table<T>(
        &self,
        table: &Table,
        notes: &mut Notes,
        read: impl FnOnce(&mut Rows, &mut Notes) -> Result<T>,
    ) -> Result<T> {
        self.read(table.name, |rows| {
            if let Some(missing) = table.needed.iter().find(|name| rows.header().find(name).is_none()) {
                let found = rows.header().names.join(", ");
                bail!("there is no column {missing}; there are {}", shown(&found));
            }
            if !self.is_sheet() {
                let known = |name: &&String| table.known.iter().any(|known| key(known) == key(name));
                let header = rows.header().names.iter().filter(|name| !name.is_empty());
                let strange: Vec<_> = header.filter(|name| !known(name)).map(|name| shown(name)).collect();
                if !strange.is_empty() {
                    notes.say(format!(
                        "{}: columns not understood, and not read: {}",
                        self.origin(table.name),
                        strange.join(", ")
                    ));
                }
            }
            read(rows, notes)
        })
    }

    /// Whether a sheet's row is there as this kind.
    pub fn was<'k>(&self, rows: &Rows, kind: &'k str) -> impl Fn(&Row) -> bool + use<'k> {
        let column = if self.is_sheet() { rows.header().find("kind") } else { None };
        move |row| row.says(column, kind)
    }
}

fn buffered<'a>(input: impl std::io::Read + 'a) -> BufReader<impl std::io::Read + 'a> {
    BufReader::with_capacity(BUFFER, input)
}

fn folder(path: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        if entry.metadata().is_ok_and(|meta| meta.is_file()) {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

fn archive(path: &Path) -> Result<ZipArchive<BufReader<File>>> {
    let file = BufReader::new(File::open(path)?);
    ZipArchive::new(file).map_err(|error| {
        Usage(format!(
            "{}: expected a folder, a zip, or a .csv that --rejects wrote ({error})",
            path.display()
        ))
        .into()
    })
}

fn members(zip: &ZipArchive<BufReader<File>>) -> Result<Vec<String>> {
    Ok(zip.file_names().map(|name| name.map(Cow::into_owned)).collect::<Result<_, _>>()?)
}

/// The files that a sheet has rows of.
fn sheet(path: &Path) -> Result<Vec<String>> {
    let mut input = buffered(File::open(path)?);
    let mut rows = Rows::new(&mut input)?;
    if rows.header().names.iter().zip(REASONS).filter(|(name, reason)| key(name) == key(reason)).count()
        < REASONS.len()
    {
        bail!("a single file must be one that --rejects wrote, beginning with {}", REASONS.join(","));
    }
    let mut names = BTreeSet::new();
    while let Some(row) = rows.next()? {
        if !row.is_blank(REASONS.len()) {
            names.insert(row.text(Some(0)).to_ascii_lowercase());
        }
    }
    Ok(names.into_iter().collect())
}
