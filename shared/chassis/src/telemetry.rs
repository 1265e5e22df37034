//! Traces, metrics and logs: by OTLP where an endpoint is set, otherwise a readable console.
//!
//! Never personal data, and no log line for a request that went well: one costs most of an echo.

mod console;
mod instruments;
mod otlp;

pub(crate) use instruments::{Instruments, instruments};

use anyhow::Context;
use std::sync::OnceLock;
use tracing_subscriber::{EnvFilter, util::SubscriberInitExt};

/// What is said where `RUST_LOG` says nothing: ours from info, libraries from warnings.
const QUIET: &str = "info,aws_lc_rs=warn,h2=warn,hyper=warn,hyper_util=warn,opentelemetry=warn,opentelemetry_sdk=warn,\
     redis=warn,rustls=warn,sea_orm=warn,sea_orm_migration=warn,sea_query=warn,sqlx=warn,tokio_util=warn,tonic=warn,tower=warn";

static STARTED: OnceLock<Telemetry> = OnceLock::new();

/// The process's telemetry. There is one, however many services the process hosts.
#[derive(Clone, Debug)]
pub struct Telemetry(Option<otlp::Providers>);

impl Telemetry {
    /// Starts it once; later calls get the same, under the first name. To be called within a runtime.
    ///
    /// # Errors
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` or `RUST_LOG` cannot be used.
    pub fn start(service_name: &str) -> anyhow::Result<Self> {
        if let Some(started) = STARTED.get() {
            return Ok(started.clone());
        }
        let providers =
            otlp::endpoint().map(|endpoint| otlp::Providers::new(service_name, &endpoint)).transpose()?;
        let filter = filter().context("RUST_LOG")?;
        // A test may have set a subscriber of its own; then that one stays.
        let _ = match &providers {
            Some(providers) => {
                providers.count();
                providers.subscriber(filter).try_init()
            }
            None => console::subscriber(filter, std::io::stderr).try_init(),
        };
        keep_panics_short();
        Ok(STARTED.get_or_init(|| Self(providers)).clone())
    }

    /// Sends what has not been sent. The last thing that a process does.
    pub async fn flush(&self) {
        if let Some(providers) = self.0.clone() {
            // It blocks until the collector has answered, or not in time.
            let _ = tokio::task::spawn_blocking(move || providers.flush()).await;
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "RUST_LOG is everybody's, not a setting of ours")]
fn filter() -> anyhow::Result<EnvFilter> {
    let wanted = std::env::var(EnvFilter::DEFAULT_ENV).ok().filter(|wanted| !wanted.is_empty());
    Ok(EnvFilter::try_new(wanted.as_deref().unwrap_or(QUIET))?)
}

/// What a panic says may hold anything, a person's data too, so only its place is told.
fn keep_panics_short() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
}
