//! For whoever sits at a terminal.

use std::io::IsTerminal;
use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, filter_fn},
    fmt::{self, MakeWriter},
    layer::SubscriberExt,
};

/// Events only. A span that nobody keeps must cost nothing: with this filter its callsite is off, and
/// making one is a comparison.
pub(crate) fn subscriber<W>(filter: EnvFilter, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let events = filter_fn(|metadata| metadata.is_event());
    let lines = fmt::layer().with_writer(writer).with_ansi(std::io::stderr().is_terminal());
    tracing_subscriber::registry().with(lines.with_filter(filter.and(events)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Page {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn whatever_is_to_be_written_a_span_costs_nothing() {
        let console = subscriber(EnvFilter::new("trace"), std::io::sink);
        tracing::subscriber::with_default(console, || {
            assert!(tracing::info_span!("book_seats").is_disabled());
            assert!(tracing::info_span!(target: "sea_orm::database", "sea_orm.execute").is_disabled());
        });
    }

    #[test]
    fn the_console_shows_lines_and_keeps_no_spans() {
        let page = Page::default();
        let writer = page.clone();
        let console = subscriber(EnvFilter::new(super::super::QUIET), move || writer.clone());
        tracing::subscriber::with_default(console, || {
            assert!(tracing::info_span!("rpc").is_disabled());
            tracing::info!("ours");
            tracing::info!(target: "h2::proto", "a library's");
        });
        let text = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
        assert!(text.contains("ours") && !text.contains("a library's"), "{text}");
    }
}
