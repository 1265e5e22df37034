//! One sending of a data set, from its first batch to its end.

use super::{Kind, LimitsAsked};
use crate::domain::Refusal;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use vocabulary::{Instant, NameError, PartnerId, ResourceId, Revision};

/// `partners/{partner}/syncRuns/{sync_run}`
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SyncRunName {
    pub partner: PartnerId,
    pub id: ResourceId,
}

impl SyncRunName {
    /// `{partner}/{sync_run}`: how the store keys it.
    pub fn key(&self) -> String {
        format!("{}/{}", self.partner, self.id)
    }

    pub fn from_key(key: &str) -> Result<Self, NameError> {
        let (partner, id) = key.split_once('/').ok_or(NameError("a sync run's key"))?;
        Ok(Self { partner: partner.parse()?, id: id.parse()? })
    }
}

impl FromStr for SyncRunName {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        const EXPECTED: NameError = NameError("\"partners/{partner}/syncRuns/{sync_run}\"");
        let rest = text.strip_prefix("partners/").ok_or(EXPECTED)?;
        let (partner, id) = rest.split_once("/syncRuns/").ok_or(EXPECTED)?;
        let bad = |_| EXPECTED;
        Ok(Self { partner: partner.parse().map_err(bad)?, id: id.parse().map_err(bad)? })
    }
}

impl fmt::Display for SyncRunName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "partners/{}/syncRuns/{}", self.partner, self.id)
    }
}

impl TryFrom<String> for SyncRunName {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<SyncRunName> for String {
    fn from(name: SyncRunName) -> String {
        name.to_string()
    }
}

/// What a record's absence means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Snapshot,
    Delta,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    Receiving,
    Planned,
    AwaitingApproval,
    Applied,
    Discarded,
    Failed,
    Restored,
}

impl RunState {
    pub fn words(self) -> &'static str {
        match self {
            Self::Receiving => "being received",
            Self::Planned => "planned",
            Self::AwaitingApproval => "waiting for approval",
            Self::Applied => "applied",
            Self::Discarded => "discarded",
            Self::Failed => "failed",
            Self::Restored => "restored",
        }
    }

    /// Whether it has a plan that may be applied.
    pub fn has_plan(self) -> bool {
        matches!(self, Self::Planned | Self::AwaitingApproval)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Create,
    Update,
    Reactivate,
    Drop,
}

/// What a plan does with one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub n: i64,
    pub source_id: String,
    pub kind: Kind,
    pub action: Action,
    pub fields: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub received: i64,
    pub created: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub reactivated: i64,
    pub dropped: i64,
    pub rejected: i64,
}

/// By kind, in the order of [`Kind::ALL`].
pub type CountsByKind = [Counts; 4];

/// How a run is opened; whoever opens it again says the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    pub data_set: String,
    pub mode: Mode,
    pub academic_years: Vec<String>,
    pub limits: LimitsAsked,
    pub dry_run: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SyncRun {
    pub name: SyncRunName,
    pub revision: Revision,
    pub opening: Opening,
    pub state: RunState,
    pub guards: Vec<String>,
    pub counts: CountsByKind,
    /// Whoever sent a part of it.
    pub senders: Vec<String>,
    /// Rises with each opening: only the latest stream may store anything.
    pub epoch: i64,
    pub records: i64,
    pub next_sequence: i64,
    /// The finish message was believed: what is left is to plan.
    pub complete: bool,
    /// The run of the data set that was the last to be applied when this one was planned; empty for none.
    pub base: String,
    pub created: Instant,
    pub finished: Option<Instant>,
    pub expires: Option<Instant>,
}

impl SyncRun {
    /// Whether a person may apply it now.
    ///
    /// # Errors
    /// They sent it; it has no plan; the plan is too old.
    pub fn may_apply(&self, who: &[&str], now: Instant) -> Result<(), Refusal> {
        if self.senders.iter().any(|sender| who.contains(&sender.as_str())) {
            return Err(Refusal::ApproverSentIt);
        }
        if self.state == RunState::Discarded && self.expires.is_some_and(|expires| expires <= now) {
            return Err(Refusal::PlanExpired);
        }
        if !self.state.has_plan() {
            return Err(Refusal::RunNotPlanned { state: self.state });
        }
        if self.expires.is_some_and(|expires| expires <= now) {
            return Err(Refusal::PlanExpired);
        }
        Ok(())
    }

    /// # Errors
    /// It is over.
    pub fn may_discard(&self) -> Result<(), Refusal> {
        if self.state.has_plan() || self.state == RunState::Receiving {
            Ok(())
        } else {
            Err(Refusal::RunNotPlanned { state: self.state })
        }
    }
}
