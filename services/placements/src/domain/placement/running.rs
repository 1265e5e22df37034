//! From the university's word to the end of the days: confirm, start, suspend, resume, terminate.

use super::{By, EnrolmentCheck, Placement, PlacementEvent, Step, proposal::overlaps};
use crate::domain::{
    Breach, Calendar, Day, Educator, Entry, Refusal, Suspension,
    rules::{Check, PastPlacement, RuleResult},
};
use vocabulary::PersonName;

/// What came of asking a student's university whether they are enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnrolmentAnswer {
    Verified,
    Refused,
    Unreachable,
}

impl Check {
    /// # Errors
    /// A hard rule is broken and not waived; each of them is named.
    pub fn pass(&self) -> Result<(), Refusal> {
        let said = |broken: &RuleResult| Breach {
            rule: broken.rule.to_string(),
            explanation: broken.explanation.clone(),
        };
        let breaches: Vec<Breach> = self.breaches().map(said).collect();
        if breaches.is_empty() { Ok(()) } else { Err(Refusal::RuleBreached { breaches }) }
    }
}

impl Placement {
    /// The university commits, as far as its enrolments let it: without their answer it stays accepted, and `person`'s
    /// intent is kept; an enrolment that is refused is written down, and nothing else happens.
    ///
    /// # Errors
    /// It is not accepted; a hard rule is broken and not waived.
    pub fn confirm(
        &mut self,
        check: Check,
        answer: EnrolmentAnswer,
        person: &PersonName,
        by: &By,
    ) -> Result<Option<PlacementEvent>, Refusal> {
        Step::Confirm.from(self.state)?;
        check.pass()?;
        self.updated = by.at;
        self.confirming = None;
        match answer {
            EnrolmentAnswer::Unreachable => {
                self.enrolment_check = Some(EnrolmentCheck::Pending);
                self.confirming = Some(person.clone());
                Ok(None)
            }
            EnrolmentAnswer::Refused => {
                self.enrolment_check = Some(EnrolmentCheck::Refused);
                Ok(None)
            }
            EnrolmentAnswer::Verified => {
                self.enrolment_check = Some(EnrolmentCheck::Verified);
                self.rules = check.rules;
                self.enter(Step::Confirm, "", by).map(Some)
            }
        }
    }

    /// The university has answered at last, but meanwhile a hard rule is broken: it has to decide again. Nothing changes
    /// where it has not.
    pub fn answered_in_vain(&mut self, answer: EnrolmentAnswer, by: &By) {
        let check = match answer {
            EnrolmentAnswer::Verified => EnrolmentCheck::Verified,
            EnrolmentAnswer::Refused => EnrolmentCheck::Refused,
            EnrolmentAnswer::Unreachable => return,
        };
        self.enrolment_check = Some(check);
        self.confirming = None;
        self.updated = by.at;
    }

    /// The ledger opens, on the first day as it was.
    ///
    /// # Errors
    /// It is not confirmed; the planned or the given day lies ahead, or the given one before the planned; by that day the
    /// student would be on two placements at once.
    pub fn start(
        &mut self,
        date: Option<Day>,
        (history, calendar): (&[PastPlacement], &Calendar),
        by: &By,
    ) -> Result<PlacementEvent, Refusal> {
        let event = self.enter(Step::Start, "", by)?;
        let date = date.unwrap_or(by.today);
        if let Some(start) = [date, self.start_date].into_iter().find(|day| *day > by.today) {
            return Err(Refusal::StartDateNotReached { start });
        }
        // The university verified the enrolment for the planned day, and the rules were judged by it.
        if date < self.start_date {
            let why = format!("is before the planned first day, {}", self.start_date);
            return Err(Refusal::field("start_date", why));
        }
        self.start_date = date;
        self.project(&[], calendar);
        let others = history.iter().filter(|past| past.name != self.name);
        overlaps(others, (self.start_date, self.projected_end)).map(|()| event)
    }

    /// No days are served from today until it resumes.
    ///
    /// # Errors
    /// It is not in progress.
    pub fn suspend(&mut self, reason: String, by: &By) -> Result<PlacementEvent, Refusal> {
        let event = self.enter(Step::Suspend, &reason, by)?;
        self.reason = reason;
        self.suspensions.push(Suspension { from: by.today, back: None });
        Ok(event)
    }

    /// The first day back is `date`, or today; the end is projected again.
    ///
    /// # Errors
    /// It is not suspended; the day lies ahead, or before the suspension.
    pub fn resume(
        &mut self,
        date: Option<Day>,
        ledger: &[Entry],
        calendar: &Calendar,
        by: &By,
    ) -> Result<PlacementEvent, Refusal> {
        let event = self.enter(Step::Resume, "", by)?;
        let back = date.unwrap_or(by.today);
        if back > by.today {
            return Err(Refusal::field("date", "lies in the future: resume it on the day"));
        }
        let paused = self.suspensions.iter_mut().find(|suspension| suspension.back.is_none());
        if let Some(suspension) = paused {
            if back < suspension.from {
                let why = format!("is before the suspension, which began on {}", suspension.from);
                return Err(Refusal::field("date", why));
            }
            suspension.back = Some(back);
        }
        self.project(ledger, calendar);
        Ok(event)
    }

    /// Ends it today, with the days that count; the educator is free, and the place stays taken: it was served.
    ///
    /// # Errors
    /// It is neither in progress nor suspended; more days would be credited than were attended.
    pub fn terminate(
        &mut self,
        educator: Option<&mut Educator>,
        (reason, credited): (String, u32),
        by: &By,
    ) -> Result<PlacementEvent, Refusal> {
        let event = self.enter(Step::Terminate, &reason, by)?;
        if credited > self.days_attended {
            return Err(Refusal::CreditExceedsAttended { credited, attended: self.days_attended });
        }
        self.reason = reason;
        self.days_credited = Some(credited);
        self.projected_end = by.today.max(self.start_date);
        educator.into_iter().for_each(|educator| educator.let_go(by.at));
        Ok(event)
    }
}
