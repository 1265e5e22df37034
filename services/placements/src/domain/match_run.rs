//! Match runs: what was found for whom, and how each university fared. A run says nothing of anybody's person.

mod judged;
mod market;
mod teachers;

pub use market::{Findings, Market, Unfinished};
pub use teachers::Teachers;

use super::{
    AcademicYear, EducatorName, MatchRunName, Need, NeedName, Offer, OfferName, Stage, rules::RuleResult,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vocabulary::{Instant, PartnerId, Revision};

/// One search for the best allocation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchRun {
    pub name: MatchRunName,
    /// Whose coordinator made it.
    pub partner: PartnerId,
    pub revision: Revision,
    pub academic_year: AcademicYear,
    pub stage: Stage,
    pub needs: u64,
    pub places: u64,
    pub eligible_pairs: u64,
    pub matched: u64,
    pub total_cost: u64,
    /// By partner.
    pub shares: Vec<Share>,
    pub created: Instant,
    pub applied: Option<Instant>,
}

/// How one university fared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub partner: PartnerId,
    pub needs: u64,
    pub matched: u64,
    /// In the setting that stands first on the student's list.
    pub first_preference: u64,
}

/// What a run found for one student.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub need: NeedName,
    /// Of which the run knew.
    pub need_revision: Revision,
    /// Nothing where the student is left out.
    pub place: Option<FoundPlace>,
    /// Every rule as it stands for the place; for a student who is left out, what stood in the way most often.
    pub rules: Vec<RuleResult>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPlace {
    pub offer: OfferName,
    pub offer_revision: Revision,
    pub educator: Option<EducatorName>,
    pub cost: u64,
}

/// What came of applying a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    pub proposed: u64,
    /// In the order of needs.
    pub skipped: Vec<Skipped>,
}

/// A match that was passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    pub need: NeedName,
    /// As refusals call it.
    pub reason: String,
}

/// Counts by university, of needs and where each was placed.
fn shares<'a>(placed: impl Iterator<Item = (&'a Need, Option<&'a Offer>)>) -> Vec<Share> {
    let mut shares: BTreeMap<&PartnerId, (u64, u64, u64)> = BTreeMap::new();
    for (need, offer) in placed {
        let share = shares.entry(&need.name.partner).or_default();
        let wished = need.terms.preferred_settings.first();
        let first = offer.is_some_and(|offer| wished == Some(&offer.terms.setting));
        share.0 += 1;
        share.1 += u64::from(offer.is_some());
        share.2 += u64::from(first);
    }
    shares
        .into_iter()
        .map(|(partner, (needs, matched, first_preference))| Share {
            partner: partner.clone(),
            needs,
            matched,
            first_preference,
        })
        .collect()
}

#[cfg(test)]
mod tests;
