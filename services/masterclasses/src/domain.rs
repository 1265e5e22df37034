//! The nouns and their rules. Pure: it could be run on paper.

pub mod booking;
pub mod calendar;
pub mod learning_need;
pub mod masterclass;
pub mod names;
pub mod refusal;
pub mod room;
pub mod rules;
pub mod series;
pub mod session;

pub use booking::{Attendee, Booking, BookingState, Feedback, SeatAsk};
pub use learning_need::{LearningNeed, NeedState};
pub use masterclass::{Audience, Format, Lecturer, Masterclass, MasterclassEdit};
pub use names::{BookingName, MasterclassName, NeedName, SessionName};
pub use refusal::Refusal;
pub use room::{Room, Touch, Touched};
pub use rules::{RuleBook, Rules};
pub use series::Recurrence;
pub use session::{Fence, Session, SessionEdit, SessionPlan, SessionState, WaitlistPolicy};
