//! Reading the rule book, and choosing the edition in force.

use super::{House, Numbers, Rule, Severity};
use crate::domain::{Calendar, Day, HolidayChange};
use serde::{Deserialize, de::DeserializeOwned};
use std::{collections::BTreeSet, sync::Arc};

/// What the book says of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleRow {
    pub rule: Rule,
    pub title: Arc<str>,
    pub severity: Severity,
    pub waivable: bool,
    /// For each unit by which it is off, where it is soft.
    pub cost: u64,
}

/// The rules and figures in force from a day on.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    pub effective_from: Day,
    /// One for each, in the order of `Rule::ALL`.
    rows: Vec<RuleRow>,
    pub numbers: Numbers,
    pub calendar: Arc<Calendar>,
}

impl Rules {
    /// Every rule, in order.
    pub fn rows(&self) -> &[RuleRow] {
        &self.rows
    }

    pub fn row(&self, rule: Rule) -> &RuleRow {
        &self.rows[rule.index()]
    }
}

/// Every edition of every rule, and the bank holidays.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleBook {
    /// By the day from which they are in force; never empty.
    editions: Vec<Rules>,
    calendar: Arc<Calendar>,
}

/// Why a text is no rule book. It names the row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("rule book: {0}")]
pub struct RuleBookError(pub String);

impl RuleBook {
    /// # Errors
    /// A row is not what it should be, or a rule has none.
    pub fn parse(text: &str) -> Result<Self, RuleBookError> {
        read(text).map_err(RuleBookError)
    }

    /// The rules in force on a day: of each rule the latest edition that had begun, or the earliest there is.
    pub fn on(&self, day: Day) -> &Rules {
        let begun = self.editions.partition_point(|edition| edition.effective_from <= day);
        &self.editions[begun.saturating_sub(1)]
    }

    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    #[serde(default)]
    rules: Vec<toml::Table>,
    #[serde(default)]
    numbers: Vec<toml::Table>,
    #[serde(default)]
    bank_holidays: Vec<toml::Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowText {
    id: String,
    title: String,
    severity: Severity,
    #[serde(default)]
    waivable: bool,
    #[serde(default)]
    cost: u64,
    effective_from: Day,
    #[serde(default)]
    parameters: toml::Table,
}

/// A row of the file that has been read, and what to call it.
struct Edition {
    from: Day,
    row: RuleRow,
    parameters: toml::Table,
}

fn read(text: &str) -> Result<RuleBook, String> {
    let text: Text = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
    let rules = text.rules.into_iter().map(edition).collect::<Result<Vec<_>, _>>()?;
    let house = text.numbers.into_iter().map(house).collect::<Result<Vec<_>, _>>()?;
    let changes = text.bank_holidays.into_iter().map(|row| from(row, "bank_holidays"));
    let changes: Vec<HolidayChange> = changes.collect::<Result<_, _>>()?;
    let calendar = Calendar::new(&changes).map_err(|problem| format!("bank_holidays: {problem}"))?;
    let calendar = Arc::new(calendar);
    let days: BTreeSet<Day> =
        rules.iter().map(|edition| edition.from).chain(house.iter().map(|(from, _)| *from)).collect();
    let in_force = |day| in_force(day, &rules, &house, &calendar);
    let editions = days.into_iter().map(in_force).collect::<Result<Vec<_>, _>>()?;
    if editions.is_empty() {
        return Err("it has no rules".into());
    }
    Ok(RuleBook { editions, calendar })
}

/// What a table says, or what is wrong with the row of that name.
fn from<T: DeserializeOwned>(row: toml::Table, name: &str) -> Result<T, String> {
    let said = row.get("title").or(row.get("effective_from")).map(|value| format!(" ({value})"));
    row.try_into::<T>().map_err(|error| {
        format!("{name}{}: {}", said.unwrap_or_default(), error.to_string().trim_end().replace('\n', ", "))
    })
}

fn edition(row: toml::Table) -> Result<Edition, String> {
    let id = row.get("id").and_then(toml::Value::as_str).unwrap_or("a rule without an id").to_owned();
    let RowText { id, title, severity, waivable, cost, effective_from, parameters } = from(row, &id)?;
    let rule = Rule::find(&id).ok_or(format!("{id} ({title:?}): no such rule is known"))?;
    if waivable && severity != Severity::Hard {
        return Err(format!("{id} ({title:?}): only a hard rule can be waived"));
    }
    let row = RuleRow { rule, title: title.into(), severity, waivable, cost };
    Ok(Edition { from: effective_from, row, parameters })
}

fn house(mut row: toml::Table) -> Result<(Day, House), String> {
    let begins = row.remove("effective_from").ok_or("numbers: missing field `effective_from`")?;
    let begins = begins.try_into().map_err(|error| format!("numbers: effective_from: {error}"))?;
    Ok((begins, from(row, &format!("numbers from {begins}"))?))
}

/// Of what has several editions, the latest that had begun, or the earliest there is.
fn latest<'a, T>(editions: impl Iterator<Item = (Day, &'a T)> + Clone, day: Day) -> Option<&'a T> {
    let begun = editions.clone().filter(|(from, _)| *from <= day).max_by_key(|(from, _)| *from);
    begun.or_else(|| editions.min_by_key(|(from, _)| *from)).map(|(_, edition)| edition)
}

fn in_force(
    day: Day,
    rules: &[Edition],
    house: &[(Day, House)],
    calendar: &Arc<Calendar>,
) -> Result<Rules, String> {
    let house = latest(house.iter().map(|(from, house)| (*from, house)), day);
    let house = house.ok_or("numbers: at least one row is needed")?.clone();
    let mut numbers = Numbers { house, ..Numbers::default() };
    let mut rows = Vec::with_capacity(Rule::COUNT);
    for rule in Rule::ALL {
        let of = rules.iter().filter(|edition| edition.row.rule == *rule);
        if of.clone().any(|one| of.clone().filter(|other| other.from == one.from).count() > 1) {
            return Err(format!("{rule}: two rows begin on the same day"));
        }
        let edition = latest(of.map(|edition| (edition.from, edition)), day);
        let edition = edition.ok_or(format!("{rule}: it has no row"))?;
        let name = format!("{rule} from {}", edition.from);
        take(&mut numbers, *rule, edition.parameters.clone(), &name)?;
        rows.push(edition.row.clone());
    }
    match numbers.problem() {
        Some(problem) => Err(format!("{problem} (in force on {day})")),
        None => Ok(Rules { effective_from: day, rows, numbers, calendar: calendar.clone() }),
    }
}

/// Reads a rule's figures into the place that they have.
fn take(numbers: &mut Numbers, rule: Rule, parameters: toml::Table, name: &str) -> Result<(), String> {
    match rule {
        Rule::P1 => numbers.days = from(parameters, name)?,
        Rule::P5 => numbers.supervision = from(parameters, name)?,
        Rule::P6 => numbers.agreement = from(parameters, name)?,
        Rule::P9 => numbers.travel = from(parameters, name)?,
        Rule::P11 => numbers.fees = from(parameters, name)?,
        Rule::C2 => numbers.preference = from(parameters, name)?,
        Rule::C3 => numbers.contrast = from(parameters, name)?,
        Rule::C5 => numbers.stale = from(parameters, name)?,
        _ if parameters.is_empty() => {}
        _ => return Err(format!("{name}: this rule has no parameters")),
    }
    Ok(())
}

#[cfg(test)]
mod tests;
