//! Pages of offers.

use super::{Binds, read};
use crate::domain::{AcademicYear, Offer, Setting, Stage};
use crate::store::tables::{offer::stages_text, word};
use ledger::{Fault, Tx};
use vocabulary::{Instant, PartnerId, micros};

/// Whose offers a caller sees in a list.
#[derive(Clone, Debug)]
pub enum Seen {
    /// A host's own, in every state.
    Own(PartnerId),
    /// The open ones of every host.
    Open,
}

/// Which offers to list, by key.
#[derive(Clone, Debug)]
pub struct Filter {
    pub seen: Seen,
    /// `None` is every host.
    pub host: Option<PartnerId>,
    pub academic_year: Option<AcademicYear>,
    pub stage: Option<Stage>,
    pub setting: Option<Setting>,
    /// With a free place.
    pub available: bool,
    /// Open and not reaffirmed since.
    pub stale_before: Option<Instant>,
    pub after: Option<String>,
}

impl Filter {
    /// All that are seen.
    pub fn of(seen: Seen) -> Self {
        Self {
            seen,
            host: None,
            academic_year: None,
            stage: None,
            setting: None,
            available: false,
            stale_before: None,
            after: None,
        }
    }
}

/// A page. A host's own are walked by key, open ones by key or by year and key: each index ends where the last page did.
pub async fn list(tx: &Tx, filter: &Filter, limit: u64) -> Result<Vec<Offer>, Fault> {
    let mut binds = Binds::default();
    let mut sql = String::from("SELECT * FROM placement_offers WHERE ");
    sql += &match &filter.seen {
        Seen::Own(host) => binds.under("id", host.as_str()),
        Seen::Open => "state = 'open'".into(),
    };
    if let Some(host) = &filter.host {
        sql += &format!(" AND {}", binds.under("id", host.as_str()));
    }
    if let Some(year) = filter.academic_year {
        sql += &format!(" AND academic_year = {}", binds.add(year.to_string()));
    }
    if let Some(stage) = filter.stage {
        let (one, both) = (stages_text(&[stage]), stages_text(&[Stage::First, Stage::Final]));
        sql += &format!(" AND stages IN ({}, {})", binds.add(one), binds.add(both));
    }
    if let Some(setting) = filter.setting {
        sql += &format!(" AND setting = {}", binds.add(word(&setting)));
    }
    if filter.available {
        sql += " AND state = 'open' AND places_held + places_taken < places";
    }
    if let Some(before) = filter.stale_before {
        sql += &format!(" AND state = 'open' AND reaffirm_us <= {}", binds.add(micros(before)));
    }
    if let Some(after) = &filter.after {
        sql += &format!(" AND id > {}", binds.add(after.as_str()));
    }
    sql += &format!(" ORDER BY id LIMIT {limit}");
    read(&tx.all(&sql, binds.0).await?)
}
