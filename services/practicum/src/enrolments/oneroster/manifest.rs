//! manifest.csv: which files there are, and how each is meant.

use super::columns::{FILES, TABLES};
use crate::{
    enrolments::{notes::Notes, package::Package, row::key},
    failure::Usage,
};
use anyhow::{Result, bail};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    Absent,
    Bulk,
    Delta,
}

/// Files by their names, lower case. Without a manifest there is none.
#[derive(Debug, Default)]
pub struct Manifest(Option<BTreeMap<String, Sort>>);

impl Manifest {
    /// # Errors
    /// It says something else than what is there.
    pub fn read(package: &Package, notes: &mut Notes) -> Result<Self> {
        if package.is_sheet() {
            return Ok(Self::default());
        }
        for stranger in package.strangers(&FILES) {
            notes.say(format!("{stranger}: not a file of OneRoster, and not read"));
        }
        if !package.has("manifest") {
            notes.say("manifest.csv is missing: every file is taken for what it is called");
            return Ok(Self::default());
        }
        let sorts = package.read("manifest", |rows| {
            let [name, value] = rows.columns(["propertyName", "value"]);
            if name.is_none() || value.is_none() {
                bail!("expected the columns propertyName and value");
            }
            let mut sorts = BTreeMap::new();
            while let Some(row) = rows.next()? {
                let (name, value) = (row.text(name), row.text(value));
                if key(&name) == "onerosterversion" && !matches!(value.as_str(), "1.0" | "1.1" | "1.2") {
                    notes.say(format!(
                        "manifest.csv: version {} is not known, and read as 1.2",
                        crate::columns::shown(&value)
                    ));
                }
                if let Some(file) = name.to_ascii_lowercase().strip_prefix("file.") {
                    sorts.insert(file.to_owned(), sort(&name, &value)?);
                }
            }
            Ok(sorts)
        })?;
        let manifest = Self(Some(sorts));
        manifest.check(package, notes)?;
        Ok(manifest)
    }

    fn check(&self, package: &Package, notes: &mut Notes) -> Result<()> {
        let Some(sorts) = &self.0 else { return Ok(()) };
        for (file, sort) in sorts {
            let name = FILES
                .iter()
                .find(|name| name.eq_ignore_ascii_case(file))
                .unwrap_or(&file.as_str())
                .to_owned();
            match (sort, package.has(file)) {
                (Sort::Absent, true) => bail!("manifest.csv says that {name}.csv is absent, and it is there"),
                (Sort::Bulk | Sort::Delta, false) => {
                    bail!("manifest.csv lists {name}.csv, and it is missing")
                }
                _ => {}
            }
        }
        for table in TABLES.iter().map(|table| table.name).chain(["roles"]) {
            if package.has(table) && !sorts.contains_key(&table.to_ascii_lowercase()) {
                notes.say(format!("{table}.csv is not in manifest.csv, and is read all the same"));
            }
        }
        Ok(())
    }

    /// Whether this is a snapshot.
    ///
    /// # Errors
    /// Nothing says so, or what is asked for cannot be.
    pub fn mode(&self, package: &Package, asked: Option<bool>) -> Result<bool> {
        if package.is_sheet() {
            if asked == Some(true) {
                bail!(Usage("a sheet of rejects is never a snapshot: leave out --snapshot".into()));
            }
            return Ok(false);
        }
        let bulk =
            ["courses", "classes", "users", "enrollments"].map(|name| (name, self.sort(package, name)));
        if asked == Some(true) {
            if let Some((name, sort)) = bulk.into_iter().find(|(_, sort)| *sort != Some(Sort::Bulk)) {
                let found = if sort.is_none() { "there is none" } else { "manifest.csv says that it is not" };
                bail!(Usage(format!("a snapshot needs {name}.csv in bulk, and {found}: give --delta")));
            }
            return Ok(true);
        }
        match asked {
            Some(delta) => Ok(delta),
            None if self.0.is_none() => {
                bail!(Usage("there is no manifest.csv to say so: give --snapshot or --delta".into()))
            }
            None => Ok(bulk.iter().all(|(_, sort)| *sort == Some(Sort::Bulk))),
        }
    }

    fn sort(&self, package: &Package, name: &str) -> Option<Sort> {
        let listed = self.0.as_ref().and_then(|sorts| sorts.get(&name.to_ascii_lowercase()).copied());
        listed.or(Some(Sort::Bulk)).filter(|sort| *sort != Sort::Absent && package.has(name))
    }
}

fn sort(name: &str, value: &str) -> Result<Sort> {
    match value.to_ascii_lowercase().as_str() {
        "absent" => Ok(Sort::Absent),
        "bulk" => Ok(Sort::Bulk),
        "delta" => Ok(Sort::Delta),
        _ => {
            bail!("{name}: expected absent, bulk or delta, found {}", crate::columns::shown(value))
        }
    }
}
