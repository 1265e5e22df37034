//! An enrolment: one learner on one run of a course.

use super::held::{Held, set};
use super::{AcademicYear, CourseRun, Day, EnrolmentName, Learner, LearnerEdit, Refusal, RunName};
use serde::{Deserialize, Serialize};
use vocabulary::{Instant, PartnerId, Revision};

/// Where an enrolment stands. Each step takes the state and gives the next, or says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentState {
    Pending,
    Active,
    Interrupted,
    Withdrawn,
    Completed,
}

impl EnrolmentState {
    /// Whether it takes a place, and stands in the way of another enrolment of the learner on the run.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Pending | Self::Active | Self::Interrupted)
    }

    /// As a refusal says it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Interrupted => "interrupted",
            Self::Withdrawn => "withdrawn",
            Self::Completed => "completed",
        }
    }

    /// # Errors
    /// [`Refusal::TransitionNotAllowed`], as of all that follow.
    pub fn interrupt(self) -> Result<Self, Refusal> {
        self.step(&[Self::Active], Self::Interrupted)
    }

    pub fn resume(self) -> Result<Self, Refusal> {
        self.step(&[Self::Interrupted], Self::Active)
    }

    pub fn withdraw(self) -> Result<Self, Refusal> {
        self.step(&[Self::Active, Self::Interrupted], Self::Withdrawn)
    }

    pub fn complete(self) -> Result<Self, Refusal> {
        self.step(&[Self::Active, Self::Interrupted], Self::Completed)
    }

    fn step(self, from: &[Self], to: Self) -> Result<Self, Refusal> {
        if from.contains(&self) { Ok(to) } else { Err(Refusal::TransitionNotAllowed { state: self }) }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StudyMode {
    FullTime,
    PartTime,
}

/// Who pays the fees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Funding {
    SelfFunded,
    Employer,
    ApprenticeshipLevy,
    Bursary,
    Grant,
}

/// How somebody studies, from when to when, and who pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The run's, where it is not set.
    pub start_date: Option<Day>,
    /// The run's, where it is not set.
    pub end_date: Option<Day>,
    pub study_mode: StudyMode,
    pub sponsor: Option<PartnerId>,
    pub funding: Option<Funding>,
}

impl Terms {
    /// # Errors
    /// It would end before it starts.
    pub fn check(&self, run: &CourseRun) -> Result<(), Refusal> {
        let start = self.start_date.unwrap_or(run.plan.start_date);
        if self.end_date.unwrap_or(run.plan.end_date) < start {
            let field = if self.end_date.is_some() { "enrolment.end_date" } else { "enrolment.start_date" };
            return Err(Refusal::dates(field, "it would end before it starts; an empty date is the run's"));
        }
        Ok(())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    pub name: EnrolmentName,
    pub revision: Revision,
    pub learner: Learner,
    pub run: RunName,
    /// Of its run.
    pub academic_year: AcademicYear,
    pub state: EnrolmentState,
    pub terms: Terms,
    /// The data set that feeds it; empty when made by hand.
    pub data_set: String,
    pub held: Held,
    pub reason: String,
    pub outcome: String,
    /// Withdrawn because the data set no longer had it, which alone may bring it back.
    pub dropped: bool,
    pub created: Instant,
    pub updated: Instant,
}

/// The fields of an enrolment that an update may set; `None` leaves one as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolmentEdit {
    pub learner: LearnerEdit,
    pub start_date: Option<Option<Day>>,
    pub end_date: Option<Option<Day>>,
    pub study_mode: Option<StudyMode>,
    pub sponsor: Option<Option<PartnerId>>,
    pub funding: Option<Option<Funding>>,
}

impl Enrolment {
    /// An enrolment as somebody makes it by hand: pending while its start is to come, active from that day on.
    pub fn made(
        name: EnrolmentName,
        learner: Learner,
        run: &CourseRun,
        terms: Terms,
        (now, today): (Instant, Day),
    ) -> Self {
        let begun = terms.start_date.unwrap_or(run.plan.start_date) <= today;
        Self {
            name,
            revision: Revision(0),
            learner,
            run: run.name.clone(),
            academic_year: run.plan.academic_year,
            state: if begun { EnrolmentState::Active } else { EnrolmentState::Pending },
            terms,
            data_set: String::new(),
            held: Held::default(),
            reason: String::new(),
            outcome: String::new(),
            dropped: false,
            created: now,
            updated: now,
        }
    }

    /// Whether a partner may see it.
    pub fn is_party(&self, partner: &PartnerId) -> bool {
        self.name.partner == *partner || self.terms.sponsor.as_ref() == Some(partner)
    }

    /// Sets what the edit names, and holds it. What it says of the learner is for [`Learner::edit`].
    pub fn edit(&mut self, edit: EnrolmentEdit, now: Instant) {
        let (terms, mut edited) = (&mut self.terms, Vec::new());
        set(&mut terms.start_date, edit.start_date, "start_date", &mut edited);
        set(&mut terms.end_date, edit.end_date, "end_date", &mut edited);
        set(&mut terms.study_mode, edit.study_mode, "study_mode", &mut edited);
        set(&mut terms.sponsor, edit.sponsor, "sponsor", &mut edited);
        set(&mut terms.funding, edit.funding, "funding", &mut edited);
        self.held.hold(&self.data_set, &edited);
        self.updated = now;
    }

    /// Enters the state that a person led it to, and holds it there.
    pub fn enter(&mut self, state: EnrolmentState, now: Instant) {
        self.state = state;
        self.held.hold(&self.data_set, &["state"]);
        self.updated = now;
    }

    /// Every field that is held against a data set, the learner's among them.
    pub fn held_fields(&self) -> Vec<String> {
        let both = self.held.iter().chain(self.learner.held.iter());
        both.map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::EnrolmentState::{Active, Completed, Interrupted, Pending, Withdrawn};
    use super::*;

    #[test]
    fn a_state_leads_on_only_as_the_contract_says() {
        type Step = fn(EnrolmentState) -> Result<EnrolmentState, Refusal>;
        let steps: [(Step, &[EnrolmentState], EnrolmentState); 4] = [
            (EnrolmentState::interrupt, &[Active], Interrupted),
            (EnrolmentState::resume, &[Interrupted], Active),
            (EnrolmentState::withdraw, &[Active, Interrupted], Withdrawn),
            (EnrolmentState::complete, &[Active, Interrupted], Completed),
        ];
        for (step, from, to) in steps {
            for state in [Pending, Active, Interrupted, Withdrawn, Completed] {
                let expected =
                    if from.contains(&state) { Ok(to) } else { Err(Refusal::TransitionNotAllowed { state }) };
                assert_eq!(step(state), expected);
            }
        }
    }
}
