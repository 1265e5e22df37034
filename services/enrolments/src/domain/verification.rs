//! Whether somebody is enrolled on a day, and how long that may be relied upon.

use super::{AcademicYear, CourseKind, Day, Rules};
use vocabulary::Instant;

/// An enrolment that is active now, as far as the question goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub kind: CourseKind,
    pub academic_year: AcademicYear,
    pub start_date: Day,
    pub end_date: Day,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// What they are enrolled on, where they are.
    pub enrolled: Option<(CourseKind, AcademicYear)>,
    pub valid_until: Instant,
}

impl Verification {
    /// Of several enrolments that cover the day the one that lasts longest answers. No answer about a day that is
    /// not over outlasts the enrolment.
    pub fn of(candidates: &[Candidate], day: Day, now: Instant, rules: &Rules) -> Self {
        let covers = |one: &&Candidate| (one.start_date..=one.end_date).contains(&day);
        let best = candidates.iter().filter(covers).max_by_key(|one| (one.end_date, one.academic_year));
        let hours = if best.is_some() { rules.verified_hours } else { rules.unverified_hours };
        let usual = now + chrono::Duration::hours(hours.into());
        let ends = best.map(|one| one.end_date.ends(&rules.time_zone)).filter(|ends| *ends > now);
        Self {
            enrolled: best.map(|one| (one.kind, one.academic_year)),
            valid_until: ends.map_or(usual, |ends| ends.min(usual)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        Rules { verified_hours: 24, unverified_hours: 1, ..Rules::example() }
    }

    fn candidate(start: &str, end: &str, year: &str) -> Candidate {
        Candidate {
            kind: CourseKind::Undergraduate,
            academic_year: year.parse().unwrap(),
            start_date: start.parse().unwrap(),
            end_date: end.parse().unwrap(),
        }
    }

    #[test]
    fn somebody_is_enrolled_from_the_first_day_to_the_last_and_on_no_other() {
        let one = [candidate("2026-09-21", "2027-07-02", "2026/27")];
        let now = "2026-10-01T12:00:00Z".parse().unwrap();
        for (day, enrolled) in
            [("2026-09-20", false), ("2026-09-21", true), ("2027-07-02", true), ("2027-07-03", false)]
        {
            let answer = Verification::of(&one, day.parse().unwrap(), now, &rules());
            assert_eq!(answer.enrolled.is_some(), enrolled, "{day}");
            let hours = if enrolled { 24 } else { 1 };
            assert_eq!(answer.valid_until, now + chrono::Duration::hours(hours));
        }
    }

    #[test]
    fn an_answer_does_not_outlast_the_enrolment_and_the_longest_one_answers() {
        let both = [
            candidate("2026-09-21", "2026-10-01", "2025/26"),
            candidate("2026-09-21", "2026-10-02", "2026/27"),
        ];
        let now = "2026-10-01T20:00:00Z".parse().unwrap();
        let today = "2026-10-01".parse().unwrap();
        let answer = Verification::of(&both, today, now, &rules());
        assert_eq!(answer.enrolled, Some((CourseKind::Undergraduate, "2026/27".parse().unwrap())));
        let answer = Verification::of(&both[..1], today, now, &rules());
        assert_eq!(answer.valid_until, "2026-10-01T23:00:00Z".parse::<Instant>().unwrap());
    }
}
