//! A peer that takes syncs as the contract says, breaks off where it is told to, and remembers what it was sent.

use contracts::enrolments::v1::{
    ApplySyncRunRequest, DiscardSyncRunRequest, GetSyncRunRequest, ListSyncChangesRequest,
    ListSyncChangesResponse, ListSyncRejectsRequest, ListSyncRejectsResponse, ListSyncRunsRequest,
    ListSyncRunsResponse, RestoreSyncRunRequest, SyncBatch, SyncBatchAccepted, SyncChange, SyncCounts,
    SyncEnrolmentsRequest, SyncEnrolmentsResponse, SyncOpen, SyncOpened, SyncProgress, SyncRecord,
    SyncReject, SyncRun,
    enrolment_sync_service_server::{EnrolmentSyncService, EnrolmentSyncServiceServer},
    sync_change::Action,
    sync_enrolments_request::Message as Ask,
    sync_enrolments_response::Message as Answer,
    sync_run::State,
};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, runtime::Runtime, sync::mpsc};
use tokio_stream::wrappers::{ReceiverStream, TcpListenerStream};
use tonic::{Code, Request, Response, Result, Status, Streaming, transport::Server};
use tonic_types::{ErrorDetails, StatusExt};

/// How a stream is broken off.
#[derive(Debug, Clone, Copy)]
pub enum Break {
    /// Before the batch is stored.
    Before(i64),
    /// Stored, and not acknowledged.
    Stored(i64),
    /// Acknowledged, and then the answers just end.
    Ends(i64),
    /// After the finish, whose run is applied and not answered.
    Finished,
    /// After the finish, while the run is planned: nobody may open it, and asking says that it is not over, this often.
    Planning(usize),
}

#[derive(Default)]
pub struct Memory {
    pub opens: Vec<SyncOpen>,
    pub batches: BTreeMap<i64, SyncBatch>,
    /// Batches that came again, and were other ones.
    pub differing: usize,
    /// Batches that came, again or not.
    pub received: usize,
    pub finishes: Vec<i64>,
    /// What is done with streams yet to come, the first first.
    pub breaks: Vec<Break>,
    /// Refused with this reason.
    pub refuses: Option<&'static str>,
    pub rejects: Vec<SyncReject>,
    /// How a run ends.
    pub ends: State,
    pub guards: Vec<String>,
    /// How often the run is still being planned.
    pub planning: usize,
    /// No run may be opened any more.
    pub closed: bool,
    pub run: Option<SyncRun>,
    pub bearers: Vec<String>,
    /// What was called, besides the stream.
    pub calls: Vec<String>,
}

impl Memory {
    pub fn records(&self) -> Vec<SyncRecord> {
        self.batches.values().flat_map(|batch| batch.records.clone()).collect()
    }

    fn finish(&mut self, records: i64) -> SyncRun {
        self.finishes.push(records);
        let open = self.opens.last().unwrap();
        let counts = SyncCounts { received: records, created: records, ..SyncCounts::default() };
        let run = SyncRun {
            name: open.name.clone(),
            data_set: open.data_set.clone(),
            mode: open.mode,
            academic_years: open.academic_years.clone(),
            state: self.ends.into(),
            guards: self.guards.clone(),
            enrolments: Some(SyncCounts { rejected: i64::try_from(self.rejects.len()).unwrap(), ..counts }),
            create_time: Some(prost_types::Timestamp { seconds: 1_800_000_000, nanos: 0 }),
            ..SyncRun::default()
        };
        self.run = Some(run.clone());
        run
    }
}

#[derive(Clone, Default)]
struct Fake(Arc<Mutex<Memory>>);

/// A running peer.
pub struct Peer {
    pub address: String,
    fake: Fake,
    _runtime: Runtime,
}

impl Peer {
    pub fn start() -> Peer {
        let runtime = Runtime::new().unwrap();
        let fake = Fake::default();
        fake.0.lock().unwrap().ends = State::Applied;
        let local = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = runtime.block_on(TcpListener::bind(local)).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let service = EnrolmentSyncServiceServer::new(fake.clone());
        let server =
            Server::builder().add_service(service).serve_with_incoming(TcpListenerStream::new(listener));
        runtime.spawn(server);
        Peer { address, fake, _runtime: runtime }
    }

    pub fn memory<T>(&self, with: impl FnOnce(&mut Memory) -> T) -> T {
        with(&mut self.fake.0.lock().unwrap())
    }
}

impl Fake {
    fn call<T>(&self, request: &Request<T>, what: &str) -> Result<()> {
        let mut memory = self.0.lock().unwrap();
        let bearer = request.metadata().get("authorization").unwrap().to_str().unwrap().to_owned();
        memory.bearers.push(bearer);
        memory.calls.push(what.to_owned());
        let planning = memory.closed && what == "sync";
        match memory.refuses.or(planning.then_some("RUN_NOT_RECEIVING")) {
            Some(reason) => {
                let details = ErrorDetails::with_error_info(reason, "practicum", []);
                Err(Status::with_error_details(Code::FailedPrecondition, "no", details))
            }
            None => Ok(()),
        }
    }

    fn answer(&self, state: State) -> Result<Response<SyncRun>> {
        let mut memory = self.0.lock().unwrap();
        let run = memory.run.as_mut().unwrap();
        run.state = state.into();
        Ok(Response::new(run.clone()))
    }
}

type Out = mpsc::Sender<Result<SyncEnrolmentsResponse>>;

async fn say(out: &Out, answer: Answer) {
    let _ = out.send(Ok(SyncEnrolmentsResponse { message: Some(answer) })).await;
}

async fn gone(out: &Out) {
    let _ = out.send(Err(Status::unavailable("the server is going away"))).await;
}

async fn stream(memory: Arc<Mutex<Memory>>, mut asks: Streaming<SyncEnrolmentsRequest>, out: Out) {
    let mut planned = None;
    while let Ok(Some(SyncEnrolmentsRequest { message: Some(ask) })) = asks.message().await {
        match ask {
            Ask::Open(open) => {
                let (name, next_sequence) = {
                    let mut memory = memory.lock().unwrap();
                    planned = (!memory.breaks.is_empty()).then(|| memory.breaks.remove(0));
                    memory.opens.push(open.clone());
                    (open.name, memory.batches.keys().last().map_or(0, |last| last + 1))
                };
                say(&out, Answer::Opened(SyncOpened { name, next_sequence })).await;
            }
            Ask::Batch(batch) => {
                let sequence = batch.sequence;
                if matches!(planned, Some(Break::Before(at)) if at == sequence) {
                    return gone(&out).await;
                }
                let records_stored = {
                    let mut memory = memory.lock().unwrap();
                    memory.received += 1;
                    let before = memory.batches.insert(sequence, batch.clone());
                    memory.differing += usize::from(before.is_some_and(|before| before != batch));
                    i64::try_from(memory.records().len()).unwrap()
                };
                if matches!(planned, Some(Break::Stored(at)) if at == sequence) {
                    return gone(&out).await;
                }
                say(&out, Answer::Accepted(SyncBatchAccepted { sequence, records_stored })).await;
                if matches!(planned, Some(Break::Ends(at)) if at == sequence) {
                    return;
                }
            }
            Ask::Finish(finish) => {
                let run = memory.lock().unwrap().finish(finish.record_count);
                if let Some(Break::Planning(times)) = planned {
                    let mut memory = memory.lock().unwrap();
                    (memory.planning, memory.closed) = (times, true);
                }
                if matches!(planned, Some(Break::Finished | Break::Planning(_))) {
                    return gone(&out).await;
                }
                let progress = SyncProgress { phase: "planning".into(), done: 1, total: 2 };
                say(&out, Answer::Progress(progress)).await;
                say(&out, Answer::Finished(run)).await;
            }
        }
    }
}

#[tonic::async_trait]
impl EnrolmentSyncService for Fake {
    type SyncEnrolmentsStream = ReceiverStream<Result<SyncEnrolmentsResponse>>;

    async fn sync_enrolments(
        &self,
        request: Request<Streaming<SyncEnrolmentsRequest>>,
    ) -> Result<Response<Self::SyncEnrolmentsStream>> {
        self.call(&request, "sync")?;
        let (out, answers) = mpsc::channel(8);
        tokio::spawn(stream(self.0.clone(), request.into_inner(), out));
        Ok(Response::new(ReceiverStream::new(answers)))
    }

    async fn get_sync_run(&self, request: Request<GetSyncRunRequest>) -> Result<Response<SyncRun>> {
        self.call(&request, &format!("get {}", request.get_ref().name))?;
        let mut memory = self.0.lock().unwrap();
        let mut run = memory.run.clone();
        if let (Some(run), true) = (&mut run, memory.planning > 0) {
            memory.planning -= 1;
            run.set_state(State::Receiving);
        }
        run.map(Response::new).ok_or_else(|| Status::not_found("no such run"))
    }

    async fn list_sync_runs(
        &self,
        request: Request<ListSyncRunsRequest>,
    ) -> Result<Response<ListSyncRunsResponse>> {
        self.call(&request, &format!("list {}", request.get_ref().parent))?;
        let sync_runs = self.0.lock().unwrap().run.iter().cloned().collect();
        Ok(Response::new(ListSyncRunsResponse { sync_runs, next_page_token: String::new() }))
    }

    async fn list_sync_changes(
        &self,
        request: Request<ListSyncChangesRequest>,
    ) -> Result<Response<ListSyncChangesResponse>> {
        self.call(&request, "changes")?;
        let mut change =
            SyncChange { source_id: "e1".into(), kind: "enrolment".into(), ..SyncChange::default() };
        change.set_action(Action::Drop);
        Ok(Response::new(ListSyncChangesResponse { changes: vec![change], next_page_token: String::new() }))
    }

    /// One a page.
    async fn list_sync_rejects(
        &self,
        request: Request<ListSyncRejectsRequest>,
    ) -> Result<Response<ListSyncRejectsResponse>> {
        self.call(&request, "rejects")?;
        let at: usize = request.get_ref().page_token.parse().unwrap_or(0);
        let all = self.0.lock().unwrap().rejects.clone();
        let more = at + 1 < all.len();
        let next_page_token = if more { (at + 1).to_string() } else { String::new() };
        Ok(Response::new(ListSyncRejectsResponse {
            rejects: all.into_iter().skip(at).take(1).collect(),
            next_page_token,
        }))
    }

    async fn apply_sync_run(&self, request: Request<ApplySyncRunRequest>) -> Result<Response<SyncRun>> {
        self.call(&request, &format!("apply {}", request.get_ref().name))?;
        self.answer(State::Applied)
    }

    async fn discard_sync_run(&self, request: Request<DiscardSyncRunRequest>) -> Result<Response<SyncRun>> {
        self.call(&request, &format!("discard {}", request.get_ref().name))?;
        self.answer(State::Discarded)
    }

    async fn restore_sync_run(&self, request: Request<RestoreSyncRunRequest>) -> Result<Response<SyncRun>> {
        self.call(&request, &format!("restore {}", request.get_ref().name))?;
        self.answer(State::Restored)
    }
}
