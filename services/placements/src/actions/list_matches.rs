//! ListMatches.

use crate::{
    Placements,
    domain::match_run::Found,
    error::Error,
    store::{self, match_runs::Filter},
};
use vocabulary::{Call, Page, PageSize, Role, Scope};

pub use store::match_runs::Filter as MatchFilter;

/// Which matches, in the order of needs, after a place.
#[derive(Clone, Debug)]
pub struct ListMatches {
    pub filter: Filter,
    pub size: PageSize,
}

impl Placements {
    /// What a run found: all of it for partnership coordinators, its own students for a university, and nothing for
    /// anybody else.
    ///
    /// # Errors
    /// A run that is absent; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn list_matches(&self, call: &Call, ask: ListMatches) -> Result<Page<Found>, Error> {
        self.ledger.reached(call).await?;
        let whole = call.caller.has(Role::PartnershipCoordinator);
        let scope = if whole { Scope::Service } else { call.scope() };
        let tx = self.ledger.database.read(&scope, Some(call.deadline)).await?;
        let run = store::match_runs::get(&tx, &ask.filter.run).await?;
        let rows = store::match_runs::list(&tx, &ask.filter, ask.size.rows() + 1).await?;
        tx.commit().await?;
        run.ok_or_else(|| Error::not_found(&ask.filter.run))?;
        let Page { rows, next } = Page::of(rows, ask.size, |row| row.ordinal.to_string());
        Ok(Page { rows: rows.into_iter().map(|row| row.found).collect(), next })
    }
}
