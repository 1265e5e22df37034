//! Practice educators: who teaches and assesses, for how many, and until when they may.

use super::{Day, EducatorName, Person, Refusal, person::PersonEdit};
use serde::{Deserialize, Serialize};
use vocabulary::{Instant, Revision};

/// What a practice educator may assess. A later one may all that an earlier one may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Qualification {
    InTraining,
    #[serde(rename = "stage_1")]
    Stage1,
    #[serde(rename = "stage_2")]
    Stage2,
}

impl Qualification {
    pub const fn words(self) -> &'static str {
        match self {
            Qualification::InTraining => "in training",
            Qualification::Stage1 => "stage 1",
            Qualification::Stage2 => "stage 2",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Educator {
    pub name: EducatorName,
    pub revision: Revision,
    pub person: Person,
    pub qualification: Qualification,
    /// The last day on which the qualification counts; without one it does not run out.
    pub current_until: Option<Day>,
    pub max_learners: u32,
    /// Accepted placements that have not ended.
    pub learners: u32,
    pub team: String,
    pub created: Instant,
    pub updated: Instant,
}

/// What a host says of somebody who teaches, beside who they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EducatorTerms {
    pub qualification: Qualification,
    pub current_until: Option<Day>,
    pub max_learners: u32,
    pub team: String,
}

/// The fields that an update may set; `None` leaves one as it is. A day that is given as `None` is taken away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EducatorEdit {
    pub person: PersonEdit,
    pub qualification: Option<Qualification>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_until: Option<Option<Day>>,
    pub max_learners: Option<u32>,
    pub team: Option<String>,
}

impl EducatorTerms {
    /// # Errors
    /// A qualification counts until some day; somebody in training has none.
    pub fn check(&self) -> Result<(), Refusal> {
        let why = match (self.qualification, self.current_until) {
            (Qualification::InTraining, Some(_)) => "must be empty for somebody in training",
            (Qualification::Stage1 | Qualification::Stage2, None) => {
                "is required: the day until which the qualification counts"
            }
            (Qualification::InTraining, None) | (_, Some(_)) => return Ok(()),
        };
        Err(Refusal::field("practice_educator.current_until", why))
    }
}

impl Educator {
    /// Somebody who teaches nobody yet.
    pub fn made(name: EducatorName, person: Person, terms: EducatorTerms, now: Instant) -> Self {
        Self {
            name,
            revision: Revision(0),
            person,
            qualification: terms.qualification,
            current_until: terms.current_until,
            max_learners: terms.max_learners,
            learners: 0,
            team: terms.team,
            created: now,
            updated: now,
        }
    }

    /// Learners that they could take on now.
    pub const fn free(&self) -> u32 {
        self.max_learners.saturating_sub(self.learners)
    }

    /// Whether the qualification lasts to the end of a day.
    pub fn current_on(&self, day: Day) -> bool {
        self.current_until.is_none_or(|until| day <= until)
    }

    /// One learner more.
    ///
    /// # Errors
    /// They have as many as they may.
    pub fn take_on(&mut self, now: Instant) -> Result<(), Refusal> {
        if self.free() == 0 {
            return Err(self.at_limit(self.max_learners));
        }
        self.learners += 1;
        self.updated = now;
        Ok(())
    }

    /// One learner less.
    pub fn let_go(&mut self, now: Instant) {
        self.learners = self.learners.saturating_sub(1);
        self.updated = now;
    }

    /// Sets what the edit names.
    ///
    /// # Errors
    /// They have more learners than they then could; the qualification and its day do not agree.
    pub fn edit(&mut self, edit: EducatorEdit, now: Instant) -> Result<(), Refusal> {
        let terms = EducatorTerms {
            qualification: edit.qualification.unwrap_or(self.qualification),
            current_until: edit.current_until.unwrap_or(self.current_until),
            max_learners: edit.max_learners.unwrap_or(self.max_learners),
            team: edit.team.unwrap_or_else(|| self.team.clone()),
        };
        terms.check()?;
        if terms.max_learners < self.learners {
            return Err(self.at_limit(terms.max_learners));
        }
        self.person.edit(edit.person);
        self.qualification = terms.qualification;
        self.current_until = terms.current_until;
        self.max_learners = terms.max_learners;
        self.team = terms.team;
        self.updated = now;
        Ok(())
    }

    const fn at_limit(&self, max_learners: u32) -> Refusal {
        Refusal::EducatorAtLimit { learners: self.learners, max_learners }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn educator(max_learners: u32) -> Educator {
        let said = |text: &str| vocabulary::Personal::new(text.to_owned());
        let person = Person {
            person: "partners/durham/people/pe".parse().unwrap(),
            display_name: said("Pat"),
            email: said(""),
            social_work_england_number: said("SW12"),
        };
        let terms = EducatorTerms {
            qualification: Qualification::Stage2,
            current_until: Some("2027-07-31".parse().unwrap()),
            max_learners,
            team: "North".into(),
        };
        let name = "partners/durham/practiceEducators/pat".parse().unwrap();
        Educator::made(name, person, terms, vocabulary::from_micros(0))
    }

    #[test]
    fn nobody_teaches_more_than_they_may_and_the_limit_does_not_fall_below_those_whom_they_teach() {
        let (mut pat, now) = (educator(2), vocabulary::from_micros(1));
        pat.take_on(now).unwrap();
        pat.take_on(now).unwrap();
        let full = |max_learners| Err(Refusal::EducatorAtLimit { learners: 2, max_learners });
        assert_eq!(pat.take_on(now), full(2));
        let limit = |n| EducatorEdit { max_learners: Some(n), ..EducatorEdit::default() };
        assert_eq!(pat.edit(limit(1), now), full(1));
        pat.let_go(now);
        assert_eq!((pat.edit(limit(1), now), pat.learners, pat.free()), (Ok(()), 1, 0));
    }

    #[test]
    fn a_qualification_counts_until_a_day_and_training_has_none() {
        let (mut pat, now) = (educator(1), vocabulary::from_micros(1));
        let day = |text: &str| text.parse::<Day>().unwrap();
        assert!(pat.current_on(day("2027-07-31")) && !pat.current_on(day("2027-08-01")));
        let edit = |qualification, current_until| EducatorEdit {
            qualification: Some(qualification),
            current_until,
            ..EducatorEdit::default()
        };
        for wrong in [edit(Qualification::InTraining, None), edit(Qualification::Stage1, Some(None))] {
            assert!(matches!(pat.edit(wrong, now), Err(Refusal::FieldsDisagree { .. })));
        }
        pat.edit(edit(Qualification::InTraining, Some(None)), now).unwrap();
        assert!(pat.current_on(day("2199-12-31")));
        pat.edit(edit(Qualification::Stage1, Some(Some(day("2028-07-31")))), now).unwrap();
        assert_eq!(pat.person.display_name.expose(), "Pat", "what an edit does not name stays");
    }
}
