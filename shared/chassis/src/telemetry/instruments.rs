//! What is counted of every call. Only where metrics go somewhere: otherwise nothing is even timed.

use admission::TokenFault;
use opentelemetry::{
    KeyValue, global,
    metrics::{Counter, Histogram},
};
use std::{
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tonic::Code;

static ENABLED: AtomicBool = AtomicBool::new(false);
static INSTRUMENTS: OnceLock<Instruments> = OnceLock::new();

/// Seconds; from a cached read to a report.
const BOUNDS: &[f64] =
    &[0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

pub(crate) struct Instruments {
    calls: Histogram<f64>,
    tokens: Counter<u64>,
}

pub(crate) fn enable() {
    ENABLED.store(true, Ordering::Relaxed);
}

/// `None` where nobody collects metrics.
pub(crate) fn instruments() -> Option<&'static Instruments> {
    ENABLED.load(Ordering::Relaxed).then(|| INSTRUMENTS.get_or_init(Instruments::new))
}

impl Instruments {
    fn new() -> Self {
        let meter = global::meter("practicum");
        Self {
            calls: meter
                .f64_histogram("rpc.server.duration")
                .with_unit("s")
                .with_description("Calls by method and status: rate, errors, duration.")
                .with_boundaries(BOUNDS.to_vec())
                .build(),
            tokens: meter
                .u64_counter("practicum.tokens.refused")
                .with_description(
                    "Tokens that were not accepted, by the exact cause, which no caller learns.",
                )
                .build(),
        }
    }

    pub fn call(&self, method: &'static str, code: Code, took: Duration) {
        let (service, rpc) = method.split_once('/').unwrap_or((method, ""));
        self.calls.record(
            took.as_secs_f64(),
            &[
                KeyValue::new("rpc.system", "grpc"),
                KeyValue::new("rpc.service", service),
                KeyValue::new("rpc.method", rpc),
                KeyValue::new("rpc.grpc.status_code", code as i64),
            ],
        );
    }

    pub fn token(&self, fault: TokenFault) {
        self.tokens.add(1, &[KeyValue::new("fault", fault.as_str())]);
    }
}
