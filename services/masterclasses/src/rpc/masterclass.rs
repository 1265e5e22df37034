//! MasterclassService.

use super::{Door, parse, reply, reply::learning_need, status::status};
use crate::actions::{ListLearningNeeds, ListMasterclasses};
use chassis::open;
use contracts::masterclasses::v1::{
    AgreeLearningNeedRequest, CancelSessionRequest, CreateLearningNeedRequest, CreateMasterclassRequest,
    CreateSessionsRequest, CreateSessionsResponse, ExportCalendarRequest, ExportCalendarResponse,
    GetMasterclassRequest, GetSessionRequest, LearningNeed, ListLearningNeedsRequest,
    ListLearningNeedsResponse, ListMasterclassesRequest, ListMasterclassesResponse, ListSessionsRequest,
    ListSessionsResponse, Masterclass, Session, UpdateMasterclassRequest, UpdateSessionRequest,
    masterclass_service_server::MasterclassService,
};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl MasterclassService for Door {
    async fn create_learning_need(
        &self,
        request: Request<CreateLearningNeedRequest>,
    ) -> Result<Response<LearningNeed>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::create_learning_need(&call.caller, request)?;
        let done = self.app.create_learning_need(&call, ask).await.map_err(status)?;
        Ok(chassis::reply(learning_need(&done.value), done.revision))
    }

    async fn list_learning_needs(
        &self,
        request: Request<ListLearningNeedsRequest>,
    ) -> Result<Response<ListLearningNeedsResponse>, Status> {
        let (call, request) = open(request)?;
        let (mut filter, size) = parse::list_learning_needs(&request)?;
        let question = format!("{} {}", request.parent, request.state);
        filter.after = self.tokens.place(&call, &question, &request.page_token)?;
        let seen = self.app.ledger.seen(&call);
        let page =
            self.app.list_learning_needs(&call, ListLearningNeeds { filter, size }).await.map_err(status)?;
        let answer = ListLearningNeedsResponse {
            learning_needs: page.rows.iter().map(learning_need).collect(),
            next_page_token: self.tokens.page(&call, &question, page.next),
        };
        Ok(chassis::reply(answer, seen))
    }

    async fn agree_learning_need(
        &self,
        request: Request<AgreeLearningNeedRequest>,
    ) -> Result<Response<LearningNeed>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::agree_learning_need(request)?;
        let done = self.app.agree_learning_need(&call, ask).await.map_err(status)?;
        Ok(chassis::reply(learning_need(&done.value), done.revision))
    }

    async fn create_masterclass(
        &self,
        request: Request<CreateMasterclassRequest>,
    ) -> Result<Response<Masterclass>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::create_masterclass(request)?;
        let done = self.app.create_masterclass(&call, ask).await.map_err(status)?;
        Ok(chassis::reply(reply::masterclass(&done.value), done.revision))
    }

    async fn get_masterclass(
        &self,
        request: Request<GetMasterclassRequest>,
    ) -> Result<Response<Masterclass>, Status> {
        let (call, request) = open(request)?;
        let name = parse::masterclass_name(&request, &request.name)?;
        let found = self.app.get_masterclass(&call, &name).await.map_err(status)?;
        Ok(chassis::reply(reply::masterclass(&found.value), found.revision))
    }

    async fn list_masterclasses(
        &self,
        request: Request<ListMasterclassesRequest>,
    ) -> Result<Response<ListMasterclassesResponse>, Status> {
        let (call, request) = open(request)?;
        let (mut filter, size) = parse::list_masterclasses(&request)?;
        let question = format!("{} {}", request.host, request.audience);
        filter.after = self.tokens.place(&call, &question, &request.page_token)?;
        let seen = self.app.ledger.seen(&call);
        let page =
            self.app.list_masterclasses(&call, ListMasterclasses { filter, size }).await.map_err(status)?;
        let answer = ListMasterclassesResponse {
            masterclasses: page.rows.iter().map(reply::masterclass).collect(),
            next_page_token: self.tokens.page(&call, &question, page.next),
        };
        Ok(chassis::reply(answer, seen))
    }

    async fn update_masterclass(
        &self,
        request: Request<UpdateMasterclassRequest>,
    ) -> Result<Response<Masterclass>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::update_masterclass(request)?;
        let done = self.app.update_masterclass(&call, ask).await.map_err(status)?;
        Ok(chassis::reply(reply::masterclass(&done.value), done.revision))
    }

    async fn create_sessions(
        &self,
        request: Request<CreateSessionsRequest>,
    ) -> Result<Response<CreateSessionsResponse>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::create_sessions(&self.app.rules, self.app.ledger.clock.now(), request)?;
        let done = self.app.create_sessions(&call, ask).await.map_err(status)?;
        let sessions = done.value.iter().map(reply::session).collect();
        Ok(chassis::reply(CreateSessionsResponse { sessions }, done.revision))
    }

    async fn get_session(&self, request: Request<GetSessionRequest>) -> Result<Response<Session>, Status> {
        let (call, request) = open(request)?;
        let name = parse::session_name(&request, &request.name)?;
        let found = self.app.get_session(&call, &name).await.map_err(status)?;
        Ok(chassis::reply(reply::session(&found.value), found.revision))
    }

    async fn list_sessions(
        &self,
        request: Request<ListSessionsRequest>,
    ) -> Result<Response<ListSessionsResponse>, Status> {
        let (call, request) = open(request)?;
        let times = (request.start_from, request.start_before);
        let question = format!("{} {times:?} {}", request.parent, request.bookable);
        let mut ask = parse::list_sessions(&request)?;
        ask.after =
            self.tokens.place(&call, &question, &request.page_token)?.as_deref().and_then(parse::place);
        let seen = self.app.ledger.seen(&call);
        let page = self.app.list_sessions(&call, ask).await.map_err(status)?;
        let answer = ListSessionsResponse {
            sessions: page.rows.iter().map(reply::session).collect(),
            next_page_token: self.tokens.page(&call, &question, page.next),
        };
        Ok(chassis::reply(answer, seen))
    }

    async fn update_session(
        &self,
        request: Request<UpdateSessionRequest>,
    ) -> Result<Response<Session>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::update_session(&self.app.rules, request)?;
        let done = self.app.update_session(&call, ask).await.map_err(status)?;
        Ok(chassis::reply(reply::session(&done.value), done.revision))
    }

    async fn cancel_session(
        &self,
        request: Request<CancelSessionRequest>,
    ) -> Result<Response<Session>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::cancel_session(request)?;
        let done = self.app.cancel_session(&call, ask).await.map_err(status)?;
        Ok(chassis::reply(reply::session(&done.value), done.revision))
    }

    async fn export_calendar(
        &self,
        request: Request<ExportCalendarRequest>,
    ) -> Result<Response<ExportCalendarResponse>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::export_calendar(&request)?;
        let seen = self.app.ledger.seen(&call);
        let icalendar = self.app.export_calendar(&call, ask).await.map_err(status)?;
        Ok(chassis::reply(ExportCalendarResponse { icalendar }, seen))
    }
}
