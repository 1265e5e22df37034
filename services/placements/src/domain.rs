//! The nouns and their rules. Pure: it could be run on paper.

pub mod calendar;
pub mod educator;
pub mod interest;
pub mod ledger;
pub mod location;
pub mod matching;
pub mod names;
pub mod need;
pub mod offer;
pub mod outcodes;
pub mod pattern;
pub mod person;
pub mod placement;
pub mod refusal;
pub mod setting;
pub mod stage;
pub mod travel;
pub mod weekdays;

pub use calendar::{Calendar, HolidayChange};
pub use educator::{Educator, Qualification};
pub use interest::{HostingInterest, Interest};
pub use ledger::{DayKind, Entry, Unrecordable, projected_end, unrecordable};
pub use location::{Location, Place, Point};
pub use names::{EducatorName, InterestName, MatchRunName, NeedName, OfferName, PlacementName};
pub use need::{EarlierPlacement, Need, NeedState, NeedTerms};
pub use offer::{Offer, OfferState, OfferTerms};
pub use outcodes::{OutcodeError, Outcodes};
pub use pattern::{Pattern, Suspension};
pub use person::Person;
pub use placement::PlacementState;
pub use refusal::{Breach, Refusal};
pub use setting::Setting;
pub use stage::Stage;
pub use travel::{Travel, great_circle_km};
pub use vocabulary::{AcademicYear, Day};
pub use weekdays::Weekdays;
