//! An OTLP receiver that keeps what it is sent.

use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::{
            ExportLogsServiceRequest, ExportLogsServiceResponse,
            logs_service_server::{LogsService, LogsServiceServer},
        },
        metrics::v1::{
            ExportMetricsServiceRequest, ExportMetricsServiceResponse,
            metrics_service_server::{MetricsService, MetricsServiceServer},
        },
        trace::v1::{
            ExportTraceServiceRequest, ExportTraceServiceResponse,
            trace_service_server::{TraceService, TraceServiceServer},
        },
    },
    common::v1::{KeyValue, any_value::Value},
    logs::v1::LogRecord,
    metrics::v1::Metric,
    trace::v1::Span,
};
use prost::Message;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::net::TcpListener;
use tonic::{
    Request, Response, Status,
    transport::{Server, server::TcpIncoming},
};

#[derive(Default)]
pub struct Kept {
    pub spans: Vec<Span>,
    pub metrics: Vec<Metric>,
    pub lines: Vec<LogRecord>,
    /// Every request as it came, to be searched.
    pub raw: Vec<u8>,
}

#[derive(Clone, Default)]
pub struct Collector {
    kept: Arc<Mutex<Kept>>,
    pub endpoint: String,
}

impl Collector {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("it listens"));
        let collector = Self { endpoint, ..Self::default() };
        let most = 64 << 20;
        let server = Server::builder()
            .add_service(TraceServiceServer::new(collector.clone()).max_decoding_message_size(most))
            .add_service(MetricsServiceServer::new(collector.clone()).max_decoding_message_size(most))
            .add_service(LogsServiceServer::new(collector.clone()).max_decoding_message_size(most));
        tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
        collector
    }

    pub fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap()
    }

    fn keep(&self, request: &impl Message) -> MutexGuard<'_, Kept> {
        let mut kept = self.kept();
        request.encode(&mut kept.raw).expect("a vector grows");
        kept
    }
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let request = request.into_inner();
        let mut kept = self.keep(&request);
        let scopes = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
        kept.spans.extend(scopes.flat_map(|scope| scope.spans));
        Ok(Response::new(Default::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Collector {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        let request = request.into_inner();
        let mut kept = self.keep(&request);
        let scopes = request.resource_metrics.into_iter().flat_map(|resource| resource.scope_metrics);
        kept.metrics.extend(scopes.flat_map(|scope| scope.metrics));
        Ok(Response::new(Default::default()))
    }
}

#[tonic::async_trait]
impl LogsService for Collector {
    async fn export(
        &self,
        request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        let request = request.into_inner();
        let mut kept = self.keep(&request);
        let scopes = request.resource_logs.into_iter().flat_map(|resource| resource.scope_logs);
        kept.lines.extend(scopes.flat_map(|scope| scope.log_records));
        Ok(Response::new(Default::default()))
    }
}

/// The text of an attribute, whatever its type; empty where there is none.
pub fn attribute(attributes: &[KeyValue], key: &str) -> String {
    let found = attributes.iter().find(|attribute| attribute.key == key);
    match found.and_then(|attribute| attribute.value.as_ref()?.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(number)) => number.to_string(),
        Some(Value::BoolValue(yes)) => yes.to_string(),
        Some(other) => format!("{other:?}"),
        None => String::new(),
    }
}
