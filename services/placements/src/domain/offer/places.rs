//! An offer's places: free, held for a proposal, taken by a placement, and free again. Held and taken together are
//! never more than there are.

use super::{Offer, OfferState};
use crate::domain::Refusal;
use vocabulary::Instant;

impl Offer {
    /// Places that are held or taken.
    pub const fn in_use(&self) -> u32 {
        self.places_held + self.places_taken
    }

    /// Places that nobody holds or has taken.
    pub const fn free(&self) -> u32 {
        self.terms.places.saturating_sub(self.in_use())
    }

    /// Holds a place for a proposal.
    ///
    /// # Errors
    /// It is not open; no place is free.
    pub fn hold(&mut self, now: Instant) -> Result<(), Refusal> {
        self.must_be(&[OfferState::Open])?;
        if self.free() == 0 {
            return Err(Refusal::NoFreePlace { in_use: self.in_use(), places: self.terms.places });
        }
        self.places_held += 1;
        self.updated = now;
        Ok(())
    }

    /// The host accepted: a held place is taken. What was held before the offer ended may still be.
    pub fn take_held(&mut self, now: Instant) {
        if self.places_held > 0 {
            self.places_held -= 1;
            self.places_taken += 1;
        }
        self.updated = now;
    }

    /// A held place is free again.
    pub fn free_held(&mut self, now: Instant) {
        self.give_up(|offer| &mut offer.places_held, now);
    }

    /// A taken place is free again.
    pub fn free_taken(&mut self, now: Instant) {
        self.give_up(|offer| &mut offer.places_taken, now);
    }

    /// Of a withdrawn offer the host takes back what it gets back.
    fn give_up(&mut self, kind: impl Fn(&mut Self) -> &mut u32, now: Instant) {
        let count = kind(self);
        *count = count.saturating_sub(1);
        if self.state == OfferState::Withdrawn {
            self.terms.places = self.in_use();
        }
        self.updated = now;
    }
}
