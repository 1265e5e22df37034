//! People. Nobody is told of a person: what changes of them shows in their enrolments.

use super::{Work, Writer, numbered};
use crate::domain::sync::Kind;
use crate::store::sync::kinds::Tables;
use ledger::Fault;

impl Writer<'_> {
    pub(super) async fn learners(&mut self, work: &Work) -> Result<(), Fault> {
        let tables = Tables::of(Kind::Learner);
        if work.updated[2] > 0 {
            let own = self.hand.names.own_staged("b.id", tables);
            // Those who were entered by hand become the data set's first, and get a number of it.
            let adopted = numbered(tables, "t.action = 'update' AND t.ordinal IS NULL");
            let sql = format!(
                "UPDATE people AS b SET data_set = :set, source_id = s.source_id, ordinal = :ordinal + s.place \
                 FROM {adopted} s WHERE {own} AND b.id = s.id"
            );
            self.number(&sql, 0).await?;
            let sql = format!(
                "UPDATE people AS b SET {}, hash = s.hash, revision = :last FROM staged_people AS s \
                 WHERE s.run = :run AND s.action = 'update' AND {own} AND b.id = s.id",
                tables.sets(|field| field.taken("b"))
            );
            self.hand.run(&sql, 0).await?;
        }
        if work.created[2] > 0 {
            let new = self.new_ones(tables, work.created[2]).await?;
            let sql = format!(
                "INSERT INTO people (id, partner, revision, {}, data_set, source_id, ordinal, hash) \
                 SELECT s.id, s.partner, :last, {}, :set, s.source_id, :ordinal + s.place, s.hash FROM {} s",
                tables.columns(""),
                tables.columns("s."),
                new.set
            );
            self.number(&sql, 0).await?;
        }
        Ok(())
    }
}
