//! OTLP over gRPC.

mod discreet;

use anyhow::Context;
use discreet::Discreet;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_otlp::{LogExporter, MetricExporter, SpanExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource, logs::SdkLoggerProvider, metrics::SdkMeterProvider, trace::SdkTracerProvider,
};
use std::time::Duration;
use tracing::{Level, Metadata, Subscriber, level_filters::LevelFilter, subscriber::Interest};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, Targets, dynamic_filter_fn},
    layer::SubscriberExt,
};

/// Never exported: what the exporter's own connection says would be exported in turn, without end.
const OWN_TRAFFIC: &[&str] = &[
    "h2",
    "hyper",
    "hyper_util",
    "opentelemetry",
    "opentelemetry_sdk",
    "opentelemetry_otlp",
    "tonic",
    "tower",
];
/// Links that a span holds: as many as a batch has asks.
const LINKS: u32 = 512;
/// For each kind, once it is flushed.
const LAST_WORD: Duration = Duration::from_secs(2);

#[derive(Clone, Debug)]
pub(crate) struct Providers {
    traces: SdkTracerProvider,
    metrics: SdkMeterProvider,
    logs: SdkLoggerProvider,
}

/// Where to send to, if anywhere.
#[allow(clippy::disallowed_methods, reason = "the variable is OpenTelemetry's, not a setting of ours")]
pub(crate) fn endpoint() -> Option<String> {
    std::env::var("OTEL_EXPORTER_OTLP_ENDPOINT").ok().filter(|endpoint| !endpoint.is_empty())
}

impl Providers {
    pub fn new(service_name: &str, endpoint: &str) -> anyhow::Result<Self> {
        let resource = Resource::builder().with_service_name(service_name.to_owned()).build();
        let spans =
            SpanExporter::builder().with_tonic().with_endpoint(endpoint).build().context("OTLP traces")?;
        let points =
            MetricExporter::builder().with_tonic().with_endpoint(endpoint).build().context("OTLP metrics")?;
        let lines =
            LogExporter::builder().with_tonic().with_endpoint(endpoint).build().context("OTLP logs")?;
        Ok(Self {
            traces: SdkTracerProvider::builder()
                .with_resource(resource.clone())
                .with_max_links_per_span(LINKS)
                .with_batch_exporter(Discreet(spans))
                .build(),
            metrics: SdkMeterProvider::builder()
                .with_resource(resource.clone())
                .with_periodic_exporter(points)
                .build(),
            logs: SdkLoggerProvider::builder().with_resource(resource).with_batch_exporter(lines).build(),
        })
    }

    /// Lets everybody who counts count here.
    pub fn count(&self) {
        opentelemetry::global::set_meter_provider(self.metrics.clone());
        super::instruments::enable();
    }

    /// Spans from info, whatever `RUST_LOG` says of lines. Statements only within something that somebody asked for:
    /// those of the background, several a second, would each be a trace of their own.
    pub fn subscriber(&self, filter: EnvFilter) -> impl Subscriber + Send + Sync + use<> {
        let foreign = |level: Level| {
            OWN_TRAFFIC.iter().fold(Targets::new().with_default(level), |targets, own| {
                targets.with_target(*own, LevelFilter::OFF)
            })
        };
        let spans = tracing_opentelemetry::layer()
            .with_tracer(self.traces.tracer("practicum"))
            .with_location(false)
            .with_target(false)
            .with_threads(false)
            .with_tracked_inactivity(false);
        let asked_for = dynamic_filter_fn(|metadata, context| {
            !is_statement(metadata) || context.lookup_current().is_some()
        });
        let asked_for = asked_for.with_max_level_hint(Level::INFO).with_callsite_filter(|metadata| {
            if is_statement(metadata) { Interest::sometimes() } else { Interest::always() }
        });
        let lines = OpenTelemetryTracingBridge::new(&self.logs);
        tracing_subscriber::registry()
            .with(spans.with_filter(foreign(Level::INFO).and(asked_for)))
            .with(lines.with_filter(filter.and(foreign(Level::TRACE))))
    }

    /// Sends the rest and ends. Blocks.
    pub fn flush(&self) {
        // A collector that does not answer must not keep the process; there is nowhere left to say so.
        let _ = self.traces.shutdown_with_timeout(LAST_WORD);
        let _ = self.metrics.shutdown_with_timeout(LAST_WORD);
        let _ = self.logs.shutdown_with_timeout(LAST_WORD);
    }
}

fn is_statement(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && metadata.target().starts_with("sea_orm")
}

#[cfg(test)]
mod tests;
