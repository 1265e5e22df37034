//! A masterclass: what is taught, by whom, for whom.

use super::NeedName;
use super::names::MasterclassName;
use serde::{Deserialize, Serialize};
use vocabulary::{Instant, PartnerId, Revision};

/// Who a masterclass is for, or what an attendee comes as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    SocialWorker,
    NewlyQualified,
    Student,
    PracticeEducator,
    Manager,
    EarlyHelp,
    AgencyWorker,
    InternationalRecruit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Masterclass,
    Seminar,
    LunchAndLearn,
    DevelopmentDay,
    Networking,
}

/// A guest needs no account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lecturer {
    pub display_name: String,
    pub organisation: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Masterclass {
    pub name: MasterclassName,
    pub revision: Revision,
    pub host: PartnerId,
    pub title: String,
    pub description: String,
    pub format: Format,
    pub lecturers: Vec<Lecturer>,
    /// Empty means everybody.
    pub audiences: Vec<Audience>,
    /// A decimal number of hours as text, exact: "6.5". Empty where none are credited.
    pub cpd_hours: String,
    pub learning_needs: Vec<NeedName>,
    pub created: Instant,
    pub updated: Instant,
}

/// The fields of a masterclass that an update may set; `None` leaves one as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MasterclassEdit {
    pub title: Option<String>,
    pub description: Option<String>,
    pub format: Option<Format>,
    pub lecturers: Option<Vec<Lecturer>>,
    pub audiences: Option<Vec<Audience>>,
    pub cpd_hours: Option<String>,
    pub learning_needs: Option<Vec<NeedName>>,
}

impl Masterclass {
    /// Whether somebody who comes as `audience` is admitted.
    pub fn admits(audiences: &[Audience], audience: Option<Audience>) -> bool {
        audiences.is_empty() || audience.is_some_and(|audience| audiences.contains(&audience))
    }

    pub fn edit(&mut self, edit: MasterclassEdit, now: Instant) {
        fn set<T>(field: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *field = value;
            }
        }
        set(&mut self.title, edit.title);
        set(&mut self.description, edit.description);
        set(&mut self.format, edit.format);
        set(&mut self.lecturers, edit.lecturers);
        set(&mut self.audiences, edit.audiences);
        set(&mut self.cpd_hours, edit.cpd_hours);
        set(&mut self.learning_needs, edit.learning_needs);
        self.updated = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masterclass_that_names_no_audience_admits_everybody() {
        assert!(Masterclass::admits(&[], None));
        assert!(Masterclass::admits(&[Audience::Student], Some(Audience::Student)));
        assert!(!Masterclass::admits(&[Audience::Manager], Some(Audience::Student)));
    }
}
