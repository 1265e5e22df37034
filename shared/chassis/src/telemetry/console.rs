//! For whoever sits at a terminal.

use std::io::IsTerminal;
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, filter_fn},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// Events only. A span that nobody keeps must cost nothing: with this filter its callsite is off, and
/// making one is a comparison.
pub(crate) fn subscribe(filter: EnvFilter) {
    let events = filter_fn(|metadata| metadata.is_event());
    let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    let subscriber = tracing_subscriber::registry().with(lines.with_filter(filter.and(events)));
    // A test may have set one of its own; then that one stays.
    let _ = subscriber.try_init();
    super::keep_panics_short();
}
