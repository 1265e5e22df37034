//! Whether a partner means to host.

use super::{InterestName, Refusal};
use serde::{Deserialize, Serialize};
use vocabulary::{Instant, Revision};

/// How far a partner means to host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interest {
    ActivelyLooking,
    Open,
    NotOpen,
    AlreadyArranged,
}

/// What a partner says about hosting in one academic year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostingInterest {
    pub name: InterestName,
    pub revision: Revision,
    pub interest: Interest,
    pub reasons_not_hosting: Vec<String>,
    pub places_expected: u32,
    pub updated: Instant,
}

impl HostingInterest {
    /// # Errors
    /// Reasons against hosting where the partner hosts.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.interest != Interest::NotOpen && !self.reasons_not_hosting.is_empty() {
            let why = "must be empty unless the interest is NOT_OPEN";
            return Err(Refusal::field("hosting_interest.reasons_not_hosting", why));
        }
        Ok(())
    }
}
