//! OTLP over gRPC.

use anyhow::Context;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_otlp::{LogExporter, MetricExporter, SpanExporter};
use opentelemetry_sdk::{
    Resource, logs::SdkLoggerProvider, metrics::SdkMeterProvider, trace::SdkTracerProvider,
};
use std::time::Duration;
use tracing_subscriber::{EnvFilter, Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

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
/// For each kind, once it is flushed.
const LAST_WORD: Duration = Duration::from_secs(2);

#[derive(Clone, Debug)]
pub(crate) struct Providers {
    traces: SdkTracerProvider,
    metrics: SdkMeterProvider,
    logs: SdkLoggerProvider,
}

/// Whether there is anywhere to send to.
#[allow(clippy::disallowed_methods, reason = "the variable is OpenTelemetry's, not a setting of ours")]
pub(crate) fn endpoint() -> bool {
    std::env::var_os("OTEL_EXPORTER_OTLP_ENDPOINT").is_some_and(|endpoint| !endpoint.is_empty())
}

impl Providers {
    pub fn new(service_name: &str) -> anyhow::Result<Self> {
        let resource = Resource::builder().with_service_name(service_name.to_owned()).build();
        let spans = SpanExporter::builder().with_tonic().build().context("OTLP traces")?;
        let points = MetricExporter::builder().with_tonic().build().context("OTLP metrics")?;
        let lines = LogExporter::builder().with_tonic().build().context("OTLP logs")?;
        let metrics = SdkMeterProvider::builder()
            .with_resource(resource.clone())
            .with_periodic_exporter(points)
            .build();
        opentelemetry::global::set_meter_provider(metrics.clone());
        super::instruments::enable();
        Ok(Self {
            traces: SdkTracerProvider::builder()
                .with_resource(resource.clone())
                .with_batch_exporter(spans)
                .build(),
            metrics,
            logs: SdkLoggerProvider::builder().with_resource(resource).with_batch_exporter(lines).build(),
        })
    }

    pub fn subscribe(&self, filter: EnvFilter) {
        let foreign = || {
            OWN_TRAFFIC.iter().fold(Targets::new().with_default(tracing::Level::TRACE), |targets, own| {
                targets.with_target(*own, tracing::level_filters::LevelFilter::OFF)
            })
        };
        let spans = tracing_opentelemetry::layer()
            .with_tracer(self.traces.tracer("practicum"))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false);
        let subscriber = tracing_subscriber::registry()
            .with(filter)
            .with(spans.with_filter(foreign()))
            .with(OpenTelemetryTracingBridge::new(&self.logs).with_filter(foreign()));
        let _ = subscriber.try_init();
        super::keep_panics_short();
    }

    /// Sends the rest and ends. Blocks.
    pub fn flush(&self) {
        // A collector that does not answer must not keep the process; there is nowhere left to say so.
        let _ = self.traces.shutdown_with_timeout(LAST_WORD);
        let _ = self.metrics.shutdown_with_timeout(LAST_WORD);
        let _ = self.logs.shutdown_with_timeout(LAST_WORD);
    }
}
