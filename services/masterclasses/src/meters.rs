//! What is measured of the service besides what the chassis measures of every one. Where nobody collects metrics
//! this is empty: nothing is registered, and recording does nothing.

use opentelemetry::{global, metrics::Histogram};

/// Asks in a batch; the last is the desk's own limit.
const BATCHES: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

pub(crate) struct Meters {
    pub desk_batch: Histogram<u64>,
}

impl Meters {
    pub fn new() -> Self {
        let desk_batch = global::meter("masterclasses")
            .u64_histogram("practicum.desk.batch_size")
            .with_unit("{ask}")
            .with_description("Asks that the booking desk served in one transaction.")
            .with_boundaries(BATCHES.to_vec())
            .build();
        Self { desk_batch }
    }
}
