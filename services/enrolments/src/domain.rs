//! The nouns and their rules. Pure: it could be run on paper.

pub mod course;
pub mod course_run;
pub mod enrolment;
pub mod held;
pub mod learner;
pub mod learning;
pub mod names;
pub mod refusal;
pub mod rules;
pub mod sync;
pub mod verification;

pub use course::{Course, CourseDetails, CourseEdit, CourseKind};
pub use course_run::{CourseRun, RunEdit, RunPlan};
pub use enrolment::{Enrolment, EnrolmentEdit, EnrolmentState, Funding, StudyMode};
pub use held::Held;
pub use learner::{Learner, LearnerEdit};
pub use names::{CourseName, EnrolmentName, RunName};
pub use refusal::Refusal;
pub use rules::{RuleBook, Rules};
pub use verification::{Candidate, Verification};
pub use vocabulary::{AcademicYear, Day};
