//! A person of a partner: a student, or a practice educator.

use serde::{Deserialize, Serialize};
use vocabulary::{PersonName, Personal};

/// What identifies them is never printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub person: PersonName,
    pub display_name: Personal<String>,
    pub email: Personal<String>,
    pub social_work_england_number: Personal<String>,
}

/// What an update says of a person; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonEdit {
    pub display_name: Option<Personal<String>>,
    pub email: Option<Personal<String>>,
    pub social_work_england_number: Option<Personal<String>>,
}

impl Person {
    pub fn edit(&mut self, edit: PersonEdit) {
        let fields = [
            (&mut self.display_name, edit.display_name),
            (&mut self.email, edit.email),
            (&mut self.social_work_england_number, edit.social_work_england_number),
        ];
        for (field, value) in fields {
            if let Some(value) = value {
                *field = value;
            }
        }
    }
}
