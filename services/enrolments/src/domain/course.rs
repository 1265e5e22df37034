//! A course: what a university teaches, whichever year.

use super::held::{Held, set};
use super::names::CourseName;
use serde::{Deserialize, Serialize};
use vocabulary::{Instant, Revision};

/// What a course leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CourseKind {
    Undergraduate,
    Postgraduate,
    DegreeApprenticeship,
    FastTrack,
    PracticeEducation,
    Leadership,
    Adaptation,
    ShortCourse,
}

/// What a university says of a course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseDetails {
    pub code: String,
    pub title: String,
    pub kind: CourseKind,
    /// A decimal number as text, exact: "30". Empty for a course without credits.
    pub credits: String,
    /// 4 to 8; 0 for none.
    pub fheq_level: u8,
    /// Empty where it is the university itself.
    pub awarding_body: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    pub name: CourseName,
    pub revision: Revision,
    pub details: CourseDetails,
    /// The data set that feeds it; empty when made by hand.
    pub data_set: String,
    pub held: Held,
    pub created: Instant,
    pub updated: Instant,
}

/// The fields of a course that an update may set; `None` leaves one as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseEdit {
    pub code: Option<String>,
    pub title: Option<String>,
    pub kind: Option<CourseKind>,
    pub credits: Option<String>,
    pub fheq_level: Option<u8>,
    pub awarding_body: Option<String>,
}

impl Course {
    /// A course as somebody makes it by hand.
    pub fn made(name: CourseName, details: CourseDetails, now: Instant) -> Self {
        Self {
            name,
            revision: Revision(0),
            details,
            data_set: String::new(),
            held: Held::default(),
            created: now,
            updated: now,
        }
    }

    /// Sets what the edit names, and holds it.
    pub fn edit(&mut self, edit: CourseEdit, now: Instant) {
        let (details, mut edited) = (&mut self.details, Vec::new());
        set(&mut details.code, edit.code, "code", &mut edited);
        set(&mut details.title, edit.title, "title", &mut edited);
        set(&mut details.kind, edit.kind, "kind", &mut edited);
        set(&mut details.credits, edit.credits, "credits", &mut edited);
        set(&mut details.fheq_level, edit.fheq_level, "fheq_level", &mut edited);
        set(&mut details.awarding_body, edit.awarding_body, "awarding_body", &mut edited);
        self.held.hold(&self.data_set, &edited);
        self.updated = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_edited_by_hand_is_held_against_the_data_set_that_feeds_the_course() {
        let details = CourseDetails {
            code: "SW1".into(),
            title: "Social work".into(),
            kind: CourseKind::Undergraduate,
            credits: "360".into(),
            fheq_level: 6,
            awarding_body: String::new(),
        };
        let now = vocabulary::from_micros(0);
        let mut course = Course::made("partners/teesside/courses/a".parse().unwrap(), details, now);
        let edit = || CourseEdit { title: Some("Social Work (BA)".into()), ..CourseEdit::default() };
        course.edit(edit(), now);
        assert_eq!((course.details.title.as_str(), course.held.holds("title")), ("Social Work (BA)", false));
        course.data_set = "sits".into();
        course.edit(edit(), now);
        assert!(course.held.holds("title") && !course.held.holds("code"));
    }
}
