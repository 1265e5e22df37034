//! Pages of needs, and all that take part in a match.

use super::{read, select};
use crate::domain::{AcademicYear, Need, NeedState, Stage};
use crate::store::{Binds, tables::word};
use ledger::{Fault, Tx};
use vocabulary::PartnerId;

/// Which needs to list, by key.
#[derive(Clone, Debug)]
pub struct Filter {
    pub university: PartnerId,
    pub academic_year: Option<AcademicYear>,
    pub stage: Option<Stage>,
    pub state: Option<NeedState>,
    pub after: Option<String>,
}

/// A page of what a university's students need. Keys begin with the university, so that each index is walked from the
/// place where the last page ended.
pub async fn list(tx: &Tx, filter: &Filter, limit: u64) -> Result<Vec<Need>, Fault> {
    let mut binds = Binds::default();
    let mut sql = format!(
        "SELECT n.id FROM placement_needs n WHERE {}",
        binds.under("n.id", filter.university.as_str())
    );
    if let Some(year) = filter.academic_year {
        sql += &format!(" AND n.academic_year = {}", binds.add(year.to_string()));
    }
    if let Some(stage) = filter.stage {
        sql += &format!(" AND n.stage = {}", binds.add(word(&stage)));
    }
    if let Some(state) = filter.state {
        // Spelt out, so that an index of the open ones serves.
        sql += &format!(" AND n.state = '{}'", word(&state));
    }
    if let Some(after) = &filter.after {
        sql += &format!(" AND n.id > {}", binds.add(after.as_str()));
    }
    sql += &format!(" ORDER BY n.id LIMIT {limit}");
    read(&tx.all(&format!("{} WHERE n.id IN ({sql}) ORDER BY n.id", select()), binds.0).await?)
}

/// Every open need of a year and stage, by key: what a match run works with.
pub async fn open_for(tx: &Tx, year: AcademicYear, stage: Stage) -> Result<Vec<Need>, Fault> {
    let sql = format!(
        "{} WHERE n.state = 'open' AND n.academic_year = $1 AND n.stage = $2 ORDER BY n.id",
        select()
    );
    read(&tx.all(&sql, vec![year.to_string().into(), word(&stage).into()]).await?)
}
