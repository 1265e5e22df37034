//! A run: one intake of a course, with its dates and its places.

use super::held::{Held, set};
use super::{AcademicYear, Day, Refusal, RunName};
use serde::{Deserialize, Serialize};
use vocabulary::{Instant, Revision};

/// What a university says of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPlan {
    pub academic_year: AcademicYear,
    pub start_date: Day,
    pub end_date: Day,
    /// Zero is without limit.
    pub places: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseRun {
    pub name: RunName,
    pub revision: Revision,
    pub plan: RunPlan,
    /// Enrolments that are pending, active or interrupted. It lives with the row that the lock protects.
    pub places_taken: u32,
    /// The data set that feeds it; empty when made by hand.
    pub data_set: String,
    pub held: Held,
    pub created: Instant,
    pub updated: Instant,
}

/// The fields of a run that an update may set; `None` leaves one as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunEdit {
    pub academic_year: Option<AcademicYear>,
    pub start_date: Option<Day>,
    pub end_date: Option<Day>,
    pub places: Option<u32>,
}

impl RunPlan {
    /// # Errors
    /// It ends before it starts.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.end_date < self.start_date {
            return Err(Refusal::dates("course_run.end_date", "must not be before start_date"));
        }
        Ok(())
    }
}

impl CourseRun {
    /// A run as somebody makes it by hand: nobody is on it.
    pub fn made(name: RunName, plan: RunPlan, now: Instant) -> Self {
        Self {
            name,
            revision: Revision(0),
            plan,
            places_taken: 0,
            data_set: String::new(),
            held: Held::default(),
            created: now,
            updated: now,
        }
    }

    /// Takes one place.
    ///
    /// # Errors
    /// [`Refusal::RunFull`].
    pub fn take_place(&mut self, now: Instant) -> Result<(), Refusal> {
        let (taken, places) = (self.places_taken, self.plan.places);
        if places > 0 && taken >= places {
            return Err(Refusal::RunFull { taken, places });
        }
        self.places_taken += 1;
        self.updated = now;
        Ok(())
    }

    /// Gives one place back.
    pub fn free_place(&mut self, now: Instant) {
        self.places_taken = self.places_taken.saturating_sub(1);
        self.updated = now;
    }

    /// Sets what the edit names, and holds it.
    ///
    /// # Errors
    /// Fewer places than are taken; an end before the start.
    pub fn edit(&mut self, edit: RunEdit, now: Instant) -> Result<(), Refusal> {
        let (mut plan, mut edited) = (self.plan.clone(), Vec::new());
        set(&mut plan.academic_year, edit.academic_year, "academic_year", &mut edited);
        set(&mut plan.start_date, edit.start_date, "start_date", &mut edited);
        set(&mut plan.end_date, edit.end_date, "end_date", &mut edited);
        set(&mut plan.places, edit.places, "places", &mut edited);
        plan.check()?;
        if plan.places > 0 && plan.places < self.places_taken {
            return Err(Refusal::PlacesBelowTaken { taken: self.places_taken, places: plan.places });
        }
        self.plan = plan;
        self.held.hold(&self.data_set, &edited);
        self.updated = now;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(places: u32) -> CourseRun {
        let plan = RunPlan {
            academic_year: "2026/27".parse().unwrap(),
            start_date: "2026-09-21".parse().unwrap(),
            end_date: "2027-07-02".parse().unwrap(),
            places,
        };
        CourseRun::made("partners/t/courses/a/runs/b".parse().unwrap(), plan, vocabulary::from_micros(0))
    }

    #[test]
    fn a_run_gives_out_as_many_places_as_it_has_and_one_without_limit_any_number() {
        let now = vocabulary::from_micros(0);
        let mut run_of_two = run(2);
        assert_eq!(run_of_two.take_place(now), Ok(()));
        assert_eq!(run_of_two.take_place(now), Ok(()));
        assert_eq!(run_of_two.take_place(now), Err(Refusal::RunFull { taken: 2, places: 2 }));
        run_of_two.free_place(now);
        assert_eq!(run_of_two.take_place(now), Ok(()));
        let mut endless = run(0);
        for _ in 0..500 {
            assert_eq!(endless.take_place(now), Ok(()));
        }
    }

    #[test]
    fn places_are_never_cut_below_what_is_taken_and_the_end_never_comes_first() {
        let now = vocabulary::from_micros(0);
        let mut run = run(0);
        (0..5).for_each(|_| run.take_place(now).unwrap());
        let places = |places| RunEdit { places: Some(places), ..RunEdit::default() };
        assert_eq!(run.edit(places(4), now), Err(Refusal::PlacesBelowTaken { taken: 5, places: 4 }));
        assert_eq!(run.edit(places(5), now), Ok(()));
        let early = RunEdit { end_date: Some("2026-09-20".parse().unwrap()), ..RunEdit::default() };
        assert!(matches!(run.edit(early, now), Err(Refusal::DatesDisagree { .. })));
        assert_eq!(run.plan.end_date.to_string(), "2027-07-02");
    }
}
