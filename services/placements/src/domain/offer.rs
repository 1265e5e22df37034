//! Placement offers: the places that a team of a host has in one academic year.

mod places;
mod terms;

pub use terms::{OfferEdit, OfferTerms};

use super::{Day, OfferName, Refusal};
use serde::{Deserialize, Serialize};
use vocabulary::{Instant, Revision};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferState {
    Draft,
    Open,
    Withdrawn,
    Lapsed,
}

impl OfferState {
    pub const fn words(self) -> &'static str {
        match self {
            OfferState::Draft => "a draft",
            OfferState::Open => "open",
            OfferState::Withdrawn => "withdrawn",
            OfferState::Lapsed => "lapsed",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    pub name: OfferName,
    pub revision: Revision,
    pub terms: OfferTerms,
    /// Kept for proposals that wait for an answer.
    pub places_held: u32,
    /// In use by accepted placements.
    pub places_taken: u32,
    pub state: OfferState,
    /// When the host last said that it is still true; not before it is published.
    pub reaffirmed: Option<Instant>,
    pub withdraw_reason: String,
    pub created: Instant,
    pub updated: Instant,
}

impl Offer {
    /// A draft: its host alone sees it.
    pub fn drafted(name: OfferName, terms: OfferTerms, now: Instant) -> Self {
        Self {
            name,
            revision: Revision(0),
            terms,
            places_held: 0,
            places_taken: 0,
            state: OfferState::Draft,
            reaffirmed: None,
            withdraw_reason: String::new(),
            created: now,
            updated: now,
        }
    }

    /// Whether universities were ever shown it.
    pub const fn was_published(&self) -> bool {
        self.reaffirmed.is_some()
    }

    /// Shows a draft to the universities.
    ///
    /// # Errors
    /// It is no draft; its window has passed.
    pub fn publish(&mut self, today: Day, now: Instant) -> Result<(), Refusal> {
        if self.state != OfferState::Draft {
            return Err(Refusal::OfferNotDraft { state: self.state });
        }
        if self.terms.has_passed(today) {
            let why = "has passed: give a later one, or none, before you publish";
            return Err(Refusal::field(terms::LATEST_END_DATE, why));
        }
        self.state = OfferState::Open;
        self.reaffirmed = Some(now);
        self.updated = now;
        Ok(())
    }

    /// The host says that it is still true.
    ///
    /// # Errors
    /// It is not open.
    pub fn reaffirm(&mut self, now: Instant) -> Result<(), Refusal> {
        self.must_be(&[OfferState::Open])?;
        self.reaffirmed = Some(now);
        self.updated = now;
        Ok(())
    }

    /// Takes back the places that are not in use. Placements that are stay, and a place that they free later is taken
    /// back too.
    ///
    /// # Errors
    /// It is withdrawn already, or has lapsed.
    pub fn withdraw(&mut self, reason: String, now: Instant) -> Result<(), Refusal> {
        self.must_be(&[OfferState::Open, OfferState::Draft])?;
        self.state = OfferState::Withdrawn;
        self.terms.places = self.in_use();
        self.withdraw_reason = reason;
        self.updated = now;
        Ok(())
    }

    /// Ends an open offer whose window has passed. Says whether it did.
    pub fn lapse(&mut self, today: Day, now: Instant) -> bool {
        let due = self.state == OfferState::Open && self.terms.has_passed(today);
        if due {
            self.state = OfferState::Lapsed;
            self.updated = now;
        }
        due
    }

    /// Whether it is open and its host has said nothing of it since `before`.
    pub fn is_stale(&self, before: Instant) -> bool {
        self.state == OfferState::Open && self.reaffirmed.is_none_or(|reaffirmed| reaffirmed <= before)
    }

    /// Sets what the edit names. Once published, everything may change but what placements rely on: that stays as it is
    /// while places are held or taken.
    ///
    /// # Errors
    /// It is withdrawn or lapsed; fewer places than are in use; placements rely on what would change; the terms do not
    /// agree.
    pub fn edit(&mut self, edit: OfferEdit, now: Instant) -> Result<(), Refusal> {
        self.must_be(&[OfferState::Draft, OfferState::Open])?;
        let (mut terms, in_use) = (self.terms.clone(), self.in_use());
        terms.edit(edit);
        terms.check(&self.name)?;
        if terms.places < in_use {
            return Err(Refusal::PlacesBelowUse { in_use, places: terms.places });
        }
        let fields = self.terms.relied_on(&terms);
        if in_use > 0 && !fields.is_empty() {
            return Err(Refusal::OfferInUse { in_use, fields });
        }
        self.terms = terms;
        self.updated = now;
        Ok(())
    }

    fn must_be(&self, states: &[OfferState]) -> Result<(), Refusal> {
        if states.contains(&self.state) { Ok(()) } else { Err(Refusal::OfferNotOpen { state: self.state }) }
    }
}

#[cfg(test)]
mod tests;
