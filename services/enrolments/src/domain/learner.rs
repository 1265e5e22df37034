//! A learner: a person as the university knows them.

use super::held::Held;
use serde::{Deserialize, Serialize};
use vocabulary::{PersonName, Personal, Revision};

/// Names of the fields that a person may edit, as a mask and `held_fields` of an enrolment spell them.
pub const DISPLAY_NAME: &str = "learner.display_name";
pub const EMAIL: &str = "learner.email";
pub const NUMBER: &str = "learner.social_work_england_number";

/// What identifies them is never printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learner {
    pub person: PersonName,
    pub revision: Revision,
    /// Empty for people with a single name, and where only the whole is known.
    pub given_name: Personal<String>,
    pub family_name: Personal<String>,
    pub email: Personal<String>,
    pub social_work_england_number: Personal<String>,
    /// The data set that feeds them; empty when made by hand.
    pub data_set: String,
    pub held: Held,
}

/// What an update, or an enrolment by hand, says of a learner; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LearnerEdit {
    pub display_name: Option<Personal<String>>,
    pub email: Option<Personal<String>>,
    pub social_work_england_number: Option<Personal<String>>,
}

impl LearnerEdit {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Learner {
    /// Somebody of whom nothing is known yet but their name.
    pub fn unknown(person: PersonName) -> Self {
        Self {
            person,
            revision: Revision(0),
            given_name: Personal::default(),
            family_name: Personal::default(),
            email: Personal::default(),
            social_work_england_number: Personal::default(),
            data_set: String::new(),
            held: Held::default(),
        }
    }

    /// As they are to be called.
    pub fn display_name(&self) -> String {
        let (given, family) = (self.given_name.expose(), self.family_name.expose());
        if given.is_empty() || family.is_empty() {
            format!("{given}{family}")
        } else {
            format!("{given} {family}")
        }
    }

    /// Sets what is given, and holds it. Says whether anything is different now.
    pub fn edit(&mut self, edit: LearnerEdit) -> bool {
        let (before, mut edited) = (self.clone(), Vec::new());
        if let Some(name) = edit.display_name {
            // Names do not say where they part: the whole is kept as it came.
            if *name.expose() != self.display_name() {
                (self.given_name, self.family_name) = (Personal::default(), name);
            }
            edited.push(DISPLAY_NAME);
        }
        super::held::set(&mut self.email, edit.email, EMAIL, &mut edited);
        let number = edit.social_work_england_number;
        super::held::set(&mut self.social_work_england_number, number, NUMBER, &mut edited);
        self.held.hold(&self.data_set, &edited);
        *self != before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_learner_is_called_by_both_names_or_by_the_one_they_have() {
        let mut learner = Learner::unknown("partners/teesside/people/q1".parse().unwrap());
        assert_eq!(learner.display_name(), "");
        learner.family_name = Personal::new("Suharto".into());
        assert_eq!(learner.display_name(), "Suharto");
        learner.given_name = Personal::new("Siân".into());
        assert_eq!(learner.display_name(), "Siân Suharto");
    }

    #[test]
    fn a_name_given_by_hand_is_kept_whole_and_held_and_the_same_name_keeps_its_parts() {
        let mut learner = Learner::unknown("partners/teesside/people/q1".parse().unwrap());
        (learner.given_name, learner.family_name) =
            (Personal::new("Ann".into()), Personal::new("Lee".into()));
        learner.data_set = "sits".into();
        let name = |name: &str| LearnerEdit {
            display_name: Some(Personal::new(name.into())),
            ..LearnerEdit::default()
        };
        assert!(learner.edit(name("Ann Lee")), "it is held from now on");
        assert_eq!(learner.given_name.expose(), "Ann");
        assert!(!learner.edit(name("Ann Lee")));
        assert!(learner.edit(name("Ann  O’Lee")));
        assert_eq!(learner.display_name(), "Ann  O’Lee");
        assert!(learner.held.holds(DISPLAY_NAME) && !learner.held.holds(EMAIL));
    }
}
