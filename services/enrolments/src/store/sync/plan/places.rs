//! Places of runs: never more taken than there are.

use super::{NOT_REFUSED, Refused};
use crate::domain::sync::{Code, Kind};
use crate::store::sync::kinds::{Tables, live};
use crate::store::sync::statement::Desk;
use ledger::Fault;

/// What a run of a course will have: places, and how many are taken before this sync.
const ROOM: &str = "(SELECT r.id, r.places_taken AS taken, \
     CASE WHEN u.n IS NULL OR r.held LIKE '%\"places\"%' THEN r.places ELSE u.places END AS places \
     FROM course_runs r LEFT JOIN staged_course_runs u ON u.run = :run AND u.id = r.id AND u.action = 'update' \
     WHERE r.partner = :partner \
     UNION ALL SELECT t.id, 0, t.places FROM staged_course_runs t WHERE t.run = :run AND t.action = 'create')";

/// Which of the enrolments that are there takes (1) or frees (-1) a place of which run.
fn moves_of_old() -> String {
    format!(
        "SELECT x.n, x.course_run AS run_id, CASE WHEN x.is_live THEN 1 ELSE -1 END AS d FROM sync_links x \
         WHERE x.run = :run AND x.is_live <> x.was_live {NOT_REFUSED}"
    )
}

impl Desk<'_> {
    /// Refuses a run's cut below what will be taken, and then whoever comes after the last place, in order of arrival.
    pub(super) async fn refuse_full(&self) -> Result<(), Fault> {
        let limited = format!("SELECT count(*) AS n FROM {ROOM} x WHERE x.places > 0");
        if self.count(&limited).await? == 0 {
            return Ok(());
        }
        let moves = self.moves();
        // What is new frees no place.
        let old = moves_of_old();
        let freed = format!("SELECT count(*) FROM ({old}) m WHERE m.run_id = r.id AND m.d = -1");
        let cut = Refused {
            field: "places",
            code: Code::RunFull,
            found: "CAST(s.places AS text)",
            expected: "'0 for no limit, or at least the places that are taken'",
        };
        let when = format!(
            "s.action = 'update' AND s.places > 0 AND EXISTS (SELECT 1 FROM course_runs r WHERE r.partner = :partner AND r.id = s.id \
             AND r.held NOT LIKE '%\"places\"%' AND s.places < r.places_taken AND s.places < r.places_taken - ({freed}))"
        );
        self.refuse(Tables::of(Kind::CourseRun), &when, &cut).await?;
        let full = Refused {
            field: "course_run_source_id",
            code: Code::RunFull,
            found: "s.course_run_source_id",
            expected: "'a run with a place left: raise its places, or send fewer enrolments'",
        };
        let when = format!(
            "s.n IN (SELECT x.n FROM (SELECT m.n, room.places - room.taken + COALESCE(f.freed, 0) AS free, \
             row_number() OVER (PARTITION BY room.id ORDER BY m.n) AS place FROM {moves} m \
             JOIN {ROOM} room ON room.id = m.run_id \
             LEFT JOIN (SELECT run_id, count(*) AS freed FROM ({old}) l WHERE l.d = -1 GROUP BY run_id) f \
             ON f.run_id = room.id WHERE m.d = 1 AND room.places > 0) x WHERE x.place > x.free)"
        );
        self.refuse(Tables::of(Kind::Enrolment), &when, &full).await?;
        Ok(())
    }

    /// Notes by how many places each run will be fuller.
    pub(super) async fn note_places(&self) -> Result<(), Fault> {
        let mut moves = format!("SELECT m.run_id, m.d FROM ({}) m", moves_of_old());
        if self.names.gauge.has(Kind::Enrolment, &["create"]) {
            // Counted by the names that they call their runs: a few names are looked up, and not each enrolment's.
            moves += &format!(
                " UNION ALL SELECT k.id, s.d FROM (SELECT s.course_run_source_id, count(*) AS d FROM staged_enrolments s \
                 WHERE s.run = :run AND s.action = 'create' AND {} GROUP BY s.course_run_source_id) s \
                 JOIN ({}) k ON k.source_id = s.course_run_source_id",
                live("s.state"),
                self.names.known(Kind::CourseRun, &["source_id", "id"])
            );
        }
        let sql = format!(
            "INSERT INTO sync_places (run, course_run, partner, delta) \
             SELECT :run, m.run_id, :partner, CAST(sum(m.d) AS bigint) FROM ({moves}) m GROUP BY m.run_id HAVING sum(m.d) <> 0"
        );
        self.run(&sql).await?;
        Ok(())
    }

    /// Which enrolment takes or frees a place of which run, new ones among them.
    fn moves(&self) -> String {
        if !self.names.gauge.has(Kind::Enrolment, &["create"]) {
            return format!("({})", moves_of_old());
        }
        format!(
            "({} UNION ALL SELECT s.n, k.id AS run_id, 1 AS d FROM staged_enrolments s \
             JOIN ({}) k ON k.source_id = s.course_run_source_id \
             WHERE s.run = :run AND s.action = 'create' AND {})",
            moves_of_old(),
            self.names.known(Kind::CourseRun, &["source_id", "id"]),
            live("s.state")
        )
    }
}
