//! Something that is wrong on a placement.

use super::{By, Placement};
use crate::domain::Refusal;
use serde::{Deserialize, Serialize};
use vocabulary::{Instant, Personal};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concern {
    /// "1" for the first.
    pub id: String,
    pub raised_by: String,
    pub description: Personal<String>,
    pub raised: Instant,
    /// What was done, and when.
    pub resolved: Option<(Personal<String>, Instant)>,
}

impl Placement {
    /// Says that something is wrong.
    ///
    /// # Errors
    /// It has ended.
    pub fn raise(&mut self, description: Personal<String>, by: &By) -> Result<(), Refusal> {
        let state = self.state_at(by.at);
        if !state.is_live() {
            return Err(Refusal::TransitionNotAllowed { state });
        }
        self.concerns.push(Concern {
            id: (self.concerns.len() + 1).to_string(),
            raised_by: by.actor.clone(),
            description,
            raised: by.at,
            resolved: None,
        });
        self.updated = by.at;
        Ok(())
    }

    /// Whether somebody has said just that, and nothing has been done about it.
    pub fn is_concerned(&self, description: &str) -> bool {
        let open = self.concerns.iter().filter(|concern| concern.resolved.is_none());
        open.into_iter().any(|concern| concern.description.expose() == description)
    }

    /// Closes a concern, be it after the end.
    ///
    /// # Errors
    /// There is no such concern, or it is resolved.
    pub fn resolve(&mut self, id: &str, resolution: Personal<String>, by: &By) -> Result<(), Refusal> {
        let absent = || Refusal::not_found(&format!("{}/concerns/{id}", self.name));
        let Some(at) = self.concerns.iter().position(|concern| concern.id == id) else {
            return Err(absent());
        };
        let concern = &mut self.concerns[at];
        if concern.resolved.is_some() {
            return Err(Refusal::ConcernAlreadyResolved);
        }
        concern.resolved = Some((resolution, by.at));
        self.updated = by.at;
        Ok(())
    }
}
