//! EnrolmentSyncService.

mod conversation;

use super::{Door, parse, reply::sync as reply, status::status};
use crate::actions::{ListSyncChanges, ListSyncRejects};
use chassis::open;
use contracts::enrolments::v1::{
    ApplySyncRunRequest, DiscardSyncRunRequest, GetSyncRunRequest, ListSyncChangesRequest,
    ListSyncChangesResponse, ListSyncRejectsRequest, ListSyncRejectsResponse, ListSyncRunsRequest,
    ListSyncRunsResponse, RestoreSyncRunRequest, SyncEnrolmentsRequest, SyncEnrolmentsResponse, SyncRun,
    enrolment_sync_service_server::EnrolmentSyncService,
};
use futures_util::Stream;
use std::pin::Pin;
use tonic::{Request, Response, Status, Streaming};

#[tonic::async_trait]
impl EnrolmentSyncService for Door {
    type SyncEnrolmentsStream = Pin<Box<dyn Stream<Item = Result<SyncEnrolmentsResponse, Status>> + Send>>;

    async fn sync_enrolments(
        &self,
        mut request: Request<Streaming<SyncEnrolmentsRequest>>,
    ) -> Result<Response<Self::SyncEnrolmentsStream>, Status> {
        let draining = request.extensions_mut().remove().unwrap_or_default();
        let (call, asked) = open(request)?;
        Ok(Response::new(Box::pin(conversation::begin(self.app.clone(), call, asked, draining))))
    }

    async fn get_sync_run(&self, request: Request<GetSyncRunRequest>) -> Result<Response<SyncRun>, Status> {
        let (call, request) = open(request)?;
        let name = parse::sync_run_name(&request, &request.name)?;
        let seen = self.app.ledger.seen(&call);
        let run = self.app.get_sync_run(&call, &name).await.map_err(status)?;
        Ok(chassis::reply(reply::sync_run(&run), seen))
    }

    async fn list_sync_runs(
        &self,
        request: Request<ListSyncRunsRequest>,
    ) -> Result<Response<ListSyncRunsResponse>, Status> {
        let (call, request) = open(request)?;
        let mut ask = parse::list_sync_runs(&request)?;
        let question = format!("{} {}", request.parent, request.data_set);
        let place = self.tokens.place(&call, &question, &request.page_token)?;
        ask.filter.after = place.as_deref().and_then(parse::run_place);
        let seen = self.app.ledger.seen(&call);
        let page = self.app.list_sync_runs(&call, ask).await.map_err(status)?;
        let answer = ListSyncRunsResponse {
            sync_runs: page.rows.iter().map(reply::sync_run).collect(),
            next_page_token: self.tokens.page(&call, &question, page.next),
        };
        Ok(chassis::reply(answer, seen))
    }

    async fn list_sync_changes(
        &self,
        request: Request<ListSyncChangesRequest>,
    ) -> Result<Response<ListSyncChangesResponse>, Status> {
        let (call, request) = open(request)?;
        let (run, action, size) = parse::list_sync_changes(&request)?;
        let question = format!("{} {}", request.parent, request.action);
        let place = self.tokens.place(&call, &question, &request.page_token)?;
        let after = place.as_deref().and_then(parse::change_place);
        let seen = self.app.ledger.seen(&call);
        let ask = ListSyncChanges { run, action, after, size };
        let page = self.app.list_sync_changes(&call, ask).await.map_err(status)?;
        let answer = ListSyncChangesResponse {
            changes: page.rows.into_iter().map(reply::change).collect(),
            next_page_token: self.tokens.page(&call, &question, page.next),
        };
        Ok(chassis::reply(answer, seen))
    }

    async fn list_sync_rejects(
        &self,
        request: Request<ListSyncRejectsRequest>,
    ) -> Result<Response<ListSyncRejectsResponse>, Status> {
        let (call, request) = open(request)?;
        let (run, size) = parse::list_sync_rejects(&request)?;
        let place = self.tokens.place(&call, &request.parent, &request.page_token)?;
        let after = place.and_then(|place| place.parse().ok());
        let seen = self.app.ledger.seen(&call);
        let page =
            self.app.list_sync_rejects(&call, ListSyncRejects { run, after, size }).await.map_err(status)?;
        let answer = ListSyncRejectsResponse {
            rejects: page.rows.into_iter().map(reply::reject).collect(),
            next_page_token: self.tokens.page(&call, &request.parent, page.next),
        };
        Ok(chassis::reply(answer, seen))
    }

    async fn apply_sync_run(
        &self,
        request: Request<ApplySyncRunRequest>,
    ) -> Result<Response<SyncRun>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::apply_sync_run(&request)?;
        let done = self.app.apply_sync_run(&call, ask).await.map_err(status)?;
        Ok(chassis::reply(reply::sync_run(&done.value), done.revision))
    }

    async fn discard_sync_run(
        &self,
        request: Request<DiscardSyncRunRequest>,
    ) -> Result<Response<SyncRun>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::discard_sync_run(&request)?;
        let done = self.app.discard_sync_run(&call, ask).await.map_err(status)?;
        Ok(chassis::reply(reply::sync_run(&done.value), done.revision))
    }

    async fn restore_sync_run(
        &self,
        request: Request<RestoreSyncRunRequest>,
    ) -> Result<Response<SyncRun>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::restore_sync_run(&request)?;
        let done = self.app.restore_sync_run(&call, ask).await.map_err(status)?;
        Ok(chassis::reply(reply::sync_run(&done.value), done.revision))
    }
}
