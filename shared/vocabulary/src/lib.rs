//! The words that all four services say alike. Pure: no I/O, no async, no protobuf.
//!
//! Everything here is a value that has been checked once, at its constructor, so that the rooms
//! further in never check it again.

mod call;
mod caller;
mod clock;
mod dates;
mod ids;
mod names;
mod page;
mod personal;

pub use call::{Call, Deadline};
pub use caller::{Caller, PartnerKind, Role, Roles, Scope};
pub use clock::{Clock, Instant, from_micros, micros};
pub use dates::{AcademicYear, DateError, Day, is_time_zone};
pub use ids::Ids;
pub use names::{
    NameError, PartnerId, PersonName, ResourceId, is_person_id, is_resource_id, person_from_key, person_key,
    segments,
};
pub use page::{Page, PageSize, RequestId, Revision};
pub use personal::Personal;
