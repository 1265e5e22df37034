//! Reviews, the educator's recommendation, and the university's decision.

use super::{By, Placement, PlacementEvent, PlacementState, Step};
use crate::domain::{Calendar, Day, Educator, Entry, Qualification, Refusal, Stage};
use serde::{Deserialize, Serialize};
use vocabulary::{PersonName, Personal};

/// The reviews of a placement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewKind {
    LearningAgreement,
    Midpoint,
    Final,
    Quality,
}

impl ReviewKind {
    pub const fn words(self) -> &'static str {
        match self {
            ReviewKind::LearningAgreement => "learning agreement",
            ReviewKind::Midpoint => "midpoint review",
            ReviewKind::Final => "final review",
            ReviewKind::Quality => "quality review",
        }
    }
}

/// One review meeting; one of a kind a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    pub kind: ReviewKind,
    pub date: Day,
    pub summary: Personal<String>,
    /// The student is where they should be by then.
    pub on_track: bool,
}

/// What whoever is responsible for the assessment recommends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendation {
    pub by: PersonName,
    pub pass: bool,
    pub report: Personal<String>,
}

/// What a university makes of a recommendation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Pass,
    Fail,
    /// Back to the placement, for so many further days.
    Refer(u32),
}

impl Decision {
    const fn step(self) -> Step {
        match self {
            Decision::Pass => Step::Pass,
            Decision::Fail => Step::Fail,
            Decision::Refer(_) => Step::Refer,
        }
    }
}

impl Placement {
    /// Adds a review, or corrects that of the same kind and day.
    ///
    /// # Errors
    /// It is not confirmed, or has ended: then only its quality is still reviewed; the day lies ahead, or before the
    /// first one.
    pub fn review(&mut self, review: Review, by: &By) -> Result<(), Refusal> {
        use PlacementState::{Confirmed, Failed, InProgress, Passed, Recommended, Suspended, Terminated};
        let reviewed = match self.state {
            InProgress | Suspended | Recommended => true,
            Confirmed => review.kind == ReviewKind::LearningAgreement,
            Passed | Failed | Terminated => review.kind == ReviewKind::Quality,
            _ => false,
        };
        if !reviewed {
            return Err(Refusal::TransitionNotAllowed { state: self.state });
        }
        if review.date > by.today {
            return Err(Refusal::field("review.date", "lies in the future"));
        }
        // What is to be learned may be agreed beforehand; everything else looks back.
        if review.kind != ReviewKind::LearningAgreement && review.date < self.start_date {
            let why = format!("is before the placement's start on {}", self.start_date);
            return Err(Refusal::field("review.date", why));
        }
        let key = |review: &Review| (review.date, review.kind);
        self.reviews.retain(|known| key(known) != key(&review));
        self.reviews.push(review);
        self.reviews.sort_by_key(key);
        self.updated = by.at;
        Ok(())
    }

    /// The person who answers for the assessment: the educator, where qualified for the stage; otherwise whoever
    /// ratifies, if anybody does.
    pub fn assessor<'e>(&self, educator: &'e Educator, ratifier: Option<&'e Educator>) -> &'e PersonName {
        let alone = match self.stage {
            Stage::First => educator.qualification > Qualification::InTraining,
            Stage::Final => educator.qualification == Qualification::Stage2,
        };
        let responsible = ratifier.filter(|_| !alone).unwrap_or(educator);
        &responsible.person.person
    }

    /// Where nobody teaches yet nobody answers for the assessment.
    ///
    /// # Errors
    /// It is not in progress; somebody else answers for the assessment; days or reviews are missing.
    pub fn recommend(
        &mut self,
        assessor: Option<&PersonName>,
        recommendation: Recommendation,
        by: &By,
    ) -> Result<PlacementEvent, Refusal> {
        let words = if recommendation.pass { "recommends a pass" } else { "recommends a fail" };
        let event = self.enter(Step::Recommend, words, by)?;
        if assessor != Some(&recommendation.by) {
            return Err(Refusal::NotTheAssessor);
        }
        if self.days_attended < self.days_required {
            return Err(Refusal::DaysNotServed { served: self.days_attended, required: self.days_required });
        }
        let missing = [ReviewKind::Midpoint, ReviewKind::Final]
            .into_iter()
            .find(|kind| !self.reviews.iter().any(|review| review.kind == *kind));
        if let Some(review) = missing {
            return Err(Refusal::ReviewMissing { review });
        }
        self.recommendation = Some(recommendation);
        Ok(event)
    }

    /// The university passes, fails, or sends the student back for further days. At the end the educator is free; the
    /// place stays taken: it was served.
    ///
    /// # Errors
    /// Nobody has recommended.
    pub fn decide(
        &mut self,
        (decision, reason): (Decision, String),
        educator: Option<&mut Educator>,
        (ledger, calendar): (&[Entry], &Calendar),
        by: &By,
    ) -> Result<PlacementEvent, Refusal> {
        let event = self.enter(decision.step(), &reason, by)?;
        self.reason = reason;
        if let Decision::Refer(further) = decision {
            self.days_required += further;
            self.project(ledger, calendar);
        } else {
            educator.into_iter().for_each(|educator| educator.let_go(by.at));
        }
        Ok(event)
    }
}
