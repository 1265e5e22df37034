//! What a span may tell. Libraries put free text into attributes: a database's message quotes the row that it refused.

use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{SpanData, SpanExporter},
};
use std::time::Duration;

/// Beginnings of names of attributes. Everything else stays here.
const TOLD: &[&str] = &["practicum.", "rpc.", "db.system", "db.operation", "db.statement", "code."];

/// Exports spans with the attributes that may leave the house, and no others.
#[derive(Debug)]
pub(super) struct Discreet<E>(pub E);

impl<E: SpanExporter> SpanExporter for Discreet<E> {
    async fn export(&self, mut batch: Vec<SpanData>) -> OTelSdkResult {
        for span in &mut batch {
            span.attributes.retain(|attribute| {
                let name = attribute.key.as_str();
                TOLD.iter().any(|told| name.starts_with(told))
            });
        }
        self.0.export(batch).await
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}
