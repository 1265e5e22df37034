//! The trace that a request belongs to (W3C Trace Context).

use http::HeaderMap;
use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState},
};
use std::sync::Arc;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

const HEADER: &str = "traceparent";

/// Takes out what must not cross from one organisation to another, and reads what may.
pub(crate) fn take(headers: &mut HeaderMap) -> Option<SpanContext> {
    headers.remove("tracestate");
    headers.remove("baggage");
    let mut values = headers.get_all(HEADER).iter();
    match (values.next(), values.next()) {
        (Some(only), None) => parse(only.to_str().ok()?),
        _ => None,
    }
}

/// `00-{trace id}-{span id}-{flags}` in lower-case hexadecimal. A later version may have more after it.
fn parse(text: &str) -> Option<SpanContext> {
    let mut parts = text.split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if (version.len(), trace.len(), span.len(), flags.len()) != (2, 32, 16, 2) || version == "ff" {
        return None;
    }
    if version == "00" && parts.next().is_some() {
        return None;
    }
    let hex = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if ![version, trace, span, flags].into_iter().all(hex) {
        return None;
    }
    let sampled = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED;
    let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
    Some(SpanContext::new(trace, span, sampled, true, TraceState::NONE)).filter(SpanContext::is_valid)
}

/// Makes `span` a part of the caller's trace, and says which trace it is in.
pub(crate) fn join(span: &Span, remote: Option<SpanContext>) -> Option<Arc<str>> {
    if span.is_disabled() {
        return remote.map(|context| context.trace_id().to_string().into());
    }
    if let Some(remote) = remote {
        // Fails only where no layer keeps traces, and then there is nothing to join.
        let _ = span.set_parent(Context::new().with_remote_span_context(remote));
    }
    let context = span.context().span().span_context().clone();
    context.is_valid().then(|| context.trace_id().to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_trace_is_continued_and_what_goes_with_it_is_dropped() {
        let mut headers = HeaderMap::new();
        for (name, value) in [("traceparent", GOOD), ("tracestate", "a=b"), ("baggage", "person=zofia")] {
            headers.insert(name, value.parse().unwrap());
        }
        let context = take(&mut headers).unwrap();
        assert_eq!(context.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert!(context.is_sampled() && context.is_remote());
        assert!(!headers.contains_key("tracestate") && !headers.contains_key("baggage"));
        headers.append("traceparent", GOOD.parse().unwrap());
        assert!(take(&mut headers).is_none(), "two traces are none");
    }

    #[test]
    fn what_is_not_a_trace_is_ignored() {
        assert!(
            parse(&GOOD.replace("00-", "01-")).is_some()
                && parse(&format!("{}-more", GOOD.replace("00-4", "01-4"))).is_some()
        );
        for bad in [
            "",
            "00",
            &GOOD.to_uppercase(),
            &GOOD.replace("00-4", "ff-4"),
            &format!("{GOOD}-more"),
            &GOOD[..54],
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473é-00f067aa0ba902b7-01",
        ] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }
}
