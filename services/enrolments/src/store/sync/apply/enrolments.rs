//! Enrolments: drops first, then what ends, then what goes on, then what is new, so that one place is never held twice.

use super::{Work, Writer, numbered};
use crate::domain::sync::Kind;
use crate::store::sync::kinds::{Tables, live};
use crate::store::sync::writing::{entry, resource, row, touched};
use ledger::Fault;

/// Enrolments that get a sponsor, or another one: it hears of them for the first time.
pub const TOLD: &str = "(SELECT s.id, s.sponsor, row_number() OVER (ORDER BY s.n) AS place FROM staged_enrolments s \
     WHERE s.run = :run AND s.action IN ('update', 'reactivate') AND s.fields LIKE '%sponsor,%' \
     AND s.sponsor IS NOT NULL AND s.sponsor <> :partner)";

impl Writer<'_> {
    pub(super) async fn enrolments(&mut self, work: &Work) -> Result<(), Fault> {
        let tables = Tables::of(Kind::Enrolment);
        let own = self.hand.names.own_staged("b.id", tables);
        if work.dropped > 0 {
            let first = self.positions.take(work.dropped);
            let dropped = numbered(tables, "t.action = 'drop'");
            let sql = format!(
                "UPDATE enrolments AS b SET state = 'withdrawn', dropped = true, reason = :reason, hash = NULL, \
                 revision = :first + s.place, update_us = :now FROM {dropped} s \
                 WHERE {own} AND b.id = s.id"
            );
            self.hand.run(&sql, first).await?;
            self.hand.tell(&entry(&dropped, &row(&self.hand.names), "e.sponsor", "u"), first).await?;
        }
        if work.updated[3] + work.reactivated > 0 {
            self.change(&format!("NOT {}", live("t.state"))).await?;
            self.change(&live("t.state")).await?;
        }
        if work.created[3] > 0 {
            let first = self.positions.take(work.created[3]);
            self.make(first, work.created[3]).await?;
        }
        if work.touched > 0 {
            let first = self.positions.take(work.touched);
            // Told before they change: the set is of those that have not.
            let touched = touched(&self.hand.names);
            self.hand.tell(&entry(&touched, "", "s.sponsor", "u"), first).await?;
            let own = self.hand.names.own("b.id", &format!("SELECT k.id FROM {touched} k"));
            let sql = format!(
                "UPDATE enrolments AS b SET revision = :first + s.place, update_us = :now FROM {touched} s \
                 WHERE {own} AND b.id = s.id"
            );
            self.hand.run(&sql, first).await?;
        }
        if work.told > 0 {
            let first = self.positions.take(work.told);
            let told = format!(
                "SELECT :first + s.place AS seq, 'enrolments' AS collection, {} AS resource, 'c' AS kind, \
                 ' ' || s.sponsor || ' ' AS viewers FROM {TOLD} s",
                resource("enrolments", "s.id")
            );
            self.hand.tell(&told, first).await?;
            let sql = format!(
                "UPDATE enrolments AS b SET revision = :first + s.place FROM {TOLD} s \
                 WHERE {own} AND b.id = s.id"
            );
            self.hand.run(&sql, first).await?;
        }
        Ok(())
    }

    /// Changes those whose record `t` meets a condition.
    async fn change(&mut self, which: &str) -> Result<(), Fault> {
        let tables = Tables::of(Kind::Enrolment);
        let changed = numbered(tables, &format!("t.action IN ('update', 'reactivate') AND {which}"));
        let first = self.positions.next;
        // To the university, and to the sponsor that it had.
        let row = row(&self.hand.names);
        let told = self.hand.tell(&entry(&changed, &row, "e.sponsor", "u"), first).await?;
        self.positions.take(i64::try_from(told).unwrap_or_default());
        let sql = format!(
            "UPDATE enrolments AS b SET {}, hash = s.hash, dropped = false, \
             reason = CASE WHEN s.action = 'reactivate' THEN '' ELSE b.reason END, \
             revision = :first + s.place, update_us = :now FROM {changed} s \
             WHERE {} AND b.id = s.id",
            tables.sets(|field| field.taken("b")),
            self.hand.names.own_staged("b.id", tables)
        );
        self.hand.run(&sql, first).await?;
        Ok(())
    }

    async fn make(&mut self, first: i64, created: i64) -> Result<(), Fault> {
        let tables = Tables::of(Kind::Enrolment);
        let new = self.new_ones(tables, created).await?;
        // Whom and what they name is there by now, and no source id ever passes to another row.
        let sql = format!(
            "INSERT INTO enrolments (id, partner, person, run, revision, academic_year, {}, reason, outcome, dropped, \
             create_us, update_us, data_set, source_id, ordinal, hash) \
             SELECT s.id, s.partner, p.id, r.id, :first + s.place, r.academic_year, {}, '', '', false, \
             :now, :now, :set, s.source_id, :ordinal + s.place, s.hash FROM {} s \
             JOIN ({}) p ON p.source_id = s.learner_source_id JOIN ({}) r ON r.source_id = s.course_run_source_id \
             WHERE s.n >= :from AND s.n < :until",
            tables.columns(""),
            tables.columns("s."),
            new.set,
            self.hand.names.there(Kind::Learner, &["source_id", "id"]),
            self.hand.names.there(Kind::CourseRun, &["source_id", "id", "academic_year"])
        );
        let made = self.number_parts(&new, &sql, first).await?;
        // Whoever was named was looked for when it was planned, or had been sent: see domain/sync/named.rs.
        if i64::try_from(made).ok() != Some(created) {
            return Err(Fault::Constraint("a new enrolment names what is not there".into()));
        }
        self.hand.tell(&entry(&new.set, "", "s.sponsor", "c"), first).await?;
        Ok(())
    }
}
