//! Pages of placements.

use super::{Binds, read, select_from};
use crate::domain::{EducatorName, Placement, PlacementState};
use crate::store::tables::word;
use ledger::{Fault, Tx};
use vocabulary::{PartnerId, PersonName, person_key};

/// On which side of its placements a partner stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Host,
    University,
}

impl Side {
    const fn column(self) -> &'static str {
        match self {
            Side::Host => "host",
            Side::University => "university",
        }
    }
}

/// Which placements to list, by id.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub host: Option<PartnerId>,
    pub university: Option<PartnerId>,
    pub student: Option<PersonName>,
    pub educator: Option<EducatorName>,
    /// Empty for all.
    pub states: Vec<PlacementState>,
    pub after: Option<String>,
}

/// A page of what the caller's partner hosts, or sends. Each kind of question walks an index from the place where the
/// last page ended; for several states each has its own walk, which stops at a page. Students are looked up for that
/// page alone.
pub async fn list(
    tx: &Tx,
    (caller, side): (&PartnerId, Side),
    filter: &Filter,
    limit: u64,
) -> Result<Vec<Placement>, Fault> {
    let mut binds = Binds::default();
    let page = page(&mut binds, (caller, side), filter, limit);
    let sql = format!("WITH page AS MATERIALIZED ({page}) {} ORDER BY p.id", select_from("page"));
    read(&tx.all(&sql, binds.0).await?)
}

fn page(binds: &mut Binds, (caller, side): (&PartnerId, Side), filter: &Filter, limit: u64) -> String {
    let mut which = format!("{} = {}", side.column(), binds.add(caller.as_str()));
    let mut narrow = |column: &str, value: String| which += &format!(" AND {column} = {}", binds.add(value));
    if let Some(host) = filter.host.as_ref().filter(|_| side != Side::Host) {
        narrow("host", host.to_string());
    }
    if let Some(university) = filter.university.as_ref().filter(|_| side != Side::University) {
        narrow("university", university.to_string());
    }
    if let Some(student) = &filter.student {
        narrow("student", person_key(student));
    }
    if let Some(educator) = &filter.educator {
        narrow("practice_educator", educator.key());
    }
    if let Some(after) = &filter.after {
        which += &format!(" AND id > {}", binds.add(after.as_str()));
    }
    let walk = |which: &str| format!("SELECT * FROM placements WHERE {which} ORDER BY id LIMIT {limit}");
    if filter.states.is_empty() {
        return walk(&which);
    }
    let states = filter.states.iter().enumerate().map(|(i, state)| {
        let walk = walk(&format!("{which} AND state = '{}'", word(state)));
        format!("SELECT * FROM ({walk}) AS s{i}")
    });
    let states = states.collect::<Vec<_>>().join(" UNION ALL ");
    format!("SELECT * FROM ({states}) AS u ORDER BY id LIMIT {limit}")
}
