use super::*;
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
    trace::v1::Span,
};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tonic::{Request, Response, Status, transport::Server};

/// Keeps what it is sent.
#[derive(Clone, Default)]
struct Collector {
    spans: Arc<Mutex<Vec<Span>>>,
    lines: Arc<Mutex<Vec<String>>>,
    metrics: Arc<Mutex<Vec<String>>>,
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let spans =
            request.into_inner().resource_spans.into_iter().flat_map(|r| r.scope_spans).flat_map(|s| s.spans);
        self.spans.lock().unwrap().extend(spans);
        Ok(Response::new(Default::default()))
    }
}

#[tonic::async_trait]
impl LogsService for Collector {
    async fn export(
        &self,
        request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        let records = request
            .into_inner()
            .resource_logs
            .into_iter()
            .flat_map(|r| r.scope_logs)
            .flat_map(|s| s.log_records);
        self.lines.lock().unwrap().extend(records.map(|record| format!("{record:?}")));
        Ok(Response::new(Default::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Collector {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        let metrics = request
            .into_inner()
            .resource_metrics
            .into_iter()
            .flat_map(|r| r.scope_metrics)
            .flat_map(|s| s.metrics);
        self.metrics.lock().unwrap().extend(metrics.map(|metric| metric.name));
        Ok(Response::new(Default::default()))
    }
}

async fn collect() -> (Collector, String) {
    let collector = Collector::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let server = Server::builder()
        .add_service(TraceServiceServer::new(collector.clone()))
        .add_service(LogsServiceServer::new(collector.clone()))
        .add_service(MetricsServiceServer::new(collector.clone()));
    tokio::spawn(server.serve_with_incoming(tonic::transport::server::TcpIncoming::from(listener)));
    (collector, endpoint)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_arrives_in_its_callers_trace_and_says_nothing_of_a_person() {
    let (collector, endpoint) = collect().await;
    let providers = Providers::new("desk", &endpoint).unwrap();
    // Lines are asked for from errors only; spans come all the same, and the exporter's own never do.
    let subscriber = providers.subscriber(EnvFilter::new("error"));
    tracing::subscriber::with_default(subscriber, || {
        let span = crate::porch::span_of_a_test();
        span.in_scope(|| tracing::info_span!("action").in_scope(|| tracing::error!("a line")));
        let statement = || {
            let message = "a row (zofia) was refused";
            tracing::info_span!(target: "sea_orm::database", "sql", db.system = "sqlite", exception.message = message)
        };
        span.in_scope(|| drop(statement()));
        drop(statement());
        tracing::info_span!(target: "h2", "own traffic")
            .in_scope(|| tracing::error!(target: "tonic", "own line"));
    });
    tokio::task::spawn_blocking(move || providers.flush()).await.unwrap();

    let spans = collector.spans.lock().unwrap();
    let find = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
    let rpc = find("example.v1.Desk/Do");
    assert_eq!(rpc.trace_id, 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes());
    assert_eq!(rpc.parent_span_id, 0x00f0_67aa_0ba9_02b7_u64.to_be_bytes());
    assert_eq!(rpc.kind, 2, "a server's");
    assert_eq!(find("action").parent_span_id, rpc.span_id);
    assert_eq!(find("sql").attributes.len(), 1, "no free text of a library's");
    assert_eq!(find("sql").parent_span_id, rpc.span_id);
    assert_eq!(spans.len(), 3, "a statement of the background is not told: {spans:?}");
    let lines = collector.lines.lock().unwrap();
    assert!(lines.len() == 1 && lines[0].contains("a line"), "{lines:?}");
    assert!(!format!("{spans:?}{lines:?}").contains("zofia"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_are_counted_by_method_and_status() {
    let (collector, endpoint) = collect().await;
    let providers = Providers::new("desk", &endpoint).unwrap();
    providers.count();
    let instruments = crate::telemetry::instruments().unwrap();
    instruments.call("example.v1.Desk/Do", tonic::Code::Ok, Duration::from_millis(3));
    instruments.token(admission::TokenFault::Signature);
    tokio::task::spawn_blocking(move || providers.flush()).await.unwrap();
    let metrics = collector.metrics.lock().unwrap();
    for name in ["rpc.server.duration", "practicum.tokens.refused"] {
        assert!(metrics.iter().any(|metric| metric == name), "{metrics:?}");
    }
}
