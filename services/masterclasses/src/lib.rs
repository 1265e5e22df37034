//! Masterclasses: what a workforce needs taught, who teaches it and when, and who has a seat.

pub mod actions;
mod changes;
pub mod rpc;
pub mod domain;
pub mod error;
pub mod store;

use cache::Shelf;
use domain::{Masterclass, RuleBook, Session};
use ledger::{Ledger, Plant};
use std::sync::Arc;
use vocabulary::{Ids, ResourceId};

/// The service: what its actions work with. Cheap to clone.
#[derive(Clone)]
pub struct Masterclasses {
    pub ledger: Ledger,
    pub desk: actions::desk::Desk,
    pub sessions: Shelf<Session>,
    pub masterclasses: Shelf<Masterclass>,
    pub rules: Arc<RuleBook>,
    meters: Arc<Meters>,
    ids: Ids,
    plant: Plant,
}

struct Meters {
    desk_batch: opentelemetry::metrics::Histogram<u64>,
}

impl Masterclasses {
    /// An id for something new. It sorts by the time of making.
    fn new_id(&self) -> ResourceId {
        let id = self.ids.next();
        // 32 hexadecimal digits are an id by the rules of names.
        id.parse().unwrap_or_else(|_| unreachable!("made ids are well-formed"))
    }
}
