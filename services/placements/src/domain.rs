//! The nouns and their rules. Pure: it could be run on paper.

pub mod educator;
pub mod interest;
pub mod location;
pub mod names;
pub mod need;
pub mod offer;
pub mod person;
pub mod setting;
pub mod stage;
pub mod weekdays;

pub use educator::{Educator, Qualification};
pub use interest::{HostingInterest, Interest};
pub use location::{Location, Point};
pub use names::{EducatorName, InterestName, MatchRunName, NeedName, OfferName, PlacementName};
pub use need::{EarlierPlacement, Need, NeedState, NeedTerms};
pub use offer::{Offer, OfferState, OfferTerms};
pub use person::Person;
pub use setting::Setting;
pub use stage::Stage;
pub use vocabulary::{AcademicYear, Day};
pub use weekdays::Weekdays;
