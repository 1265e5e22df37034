//! MatchingService.

use super::{Door, parse, reply, status::status};
use crate::actions::{ListMatches, ListPlacementNeeds};
use chassis::open;
use contracts::placements::v1::{
    ApplyMatchRunRequest, ApplyMatchRunResponse, CheckPlacementRequest, CheckPlacementResponse,
    CreatePlacementNeedRequest, GetMatchRunRequest, GetPlacementNeedRequest, ListMatchesRequest,
    ListMatchesResponse, ListPlacementNeedsRequest, ListPlacementNeedsResponse, MatchPlacementsRequest,
    MatchRun, PlacementNeed, UpdatePlacementNeedRequest, WithdrawPlacementNeedRequest,
    matching_service_server::MatchingService,
};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl MatchingService for Door {
    async fn create_placement_need(
        &self,
        request: Request<CreatePlacementNeedRequest>,
    ) -> Result<Response<PlacementNeed>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::create_placement_need(&call.caller, request)?;
        let done = self.app.create_placement_need(&call, ask).await.map_err(status)?;
        Ok(chassis::done(&done, reply::placement_need))
    }

    async fn get_placement_need(
        &self,
        request: Request<GetPlacementNeedRequest>,
    ) -> Result<Response<PlacementNeed>, Status> {
        let (call, request) = open(request)?;
        let name = parse::placement_need_name(&request, &request.name)?;
        let need = self.app.get_placement_need(&call, &name).await.map_err(status)?;
        Ok(chassis::reply(reply::placement_need(&need), need.revision))
    }

    async fn list_placement_needs(
        &self,
        request: Request<ListPlacementNeedsRequest>,
    ) -> Result<Response<ListPlacementNeedsResponse>, Status> {
        let (call, request) = open(request)?;
        let (mut filter, size) = parse::list_placement_needs(&request)?;
        let narrowed = (&request.academic_year, request.stage, request.state);
        let question = format!("{} {narrowed:?}", request.parent);
        filter.after = self.tokens.place(&call, &question, &request.page_token)?;
        let seen = self.app.ledger.seen(&call);
        let ask = ListPlacementNeeds { filter, size };
        let page = self.app.list_placement_needs(&call, ask).await.map_err(status)?;
        let answer = ListPlacementNeedsResponse {
            placement_needs: page.rows.iter().map(reply::placement_need).collect(),
            next_page_token: self.tokens.page(&call, &question, page.next),
        };
        Ok(chassis::reply(answer, seen))
    }

    async fn update_placement_need(
        &self,
        request: Request<UpdatePlacementNeedRequest>,
    ) -> Result<Response<PlacementNeed>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::update_placement_need(request)?;
        let done = self.app.update_placement_need(&call, ask).await.map_err(status)?;
        Ok(chassis::done(&done, reply::placement_need))
    }

    async fn withdraw_placement_need(
        &self,
        request: Request<WithdrawPlacementNeedRequest>,
    ) -> Result<Response<PlacementNeed>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::withdraw_placement_need(request)?;
        let done = self.app.withdraw_placement_need(&call, ask).await.map_err(status)?;
        Ok(chassis::done(&done, reply::placement_need))
    }

    async fn check_placement(
        &self,
        request: Request<CheckPlacementRequest>,
    ) -> Result<Response<CheckPlacementResponse>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::check_placement(&request)?;
        let seen = self.app.ledger.seen(&call);
        let check = self.app.check_placement(&call, ask).await.map_err(status)?;
        Ok(chassis::reply(reply::check(&check), seen))
    }

    async fn match_placements(
        &self,
        request: Request<MatchPlacementsRequest>,
    ) -> Result<Response<MatchRun>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::match_placements(&request)?;
        let done = self.app.match_placements(&call, ask).await.map_err(status)?;
        Ok(chassis::done(&done, reply::match_run))
    }

    async fn get_match_run(
        &self,
        request: Request<GetMatchRunRequest>,
    ) -> Result<Response<MatchRun>, Status> {
        let (call, request) = open(request)?;
        let name = parse::match_run_name(&request, &request.name)?;
        let run = self.app.get_match_run(&call, &name).await.map_err(status)?;
        Ok(chassis::reply(reply::match_run(&run), run.revision))
    }

    async fn list_matches(
        &self,
        request: Request<ListMatchesRequest>,
    ) -> Result<Response<ListMatchesResponse>, Status> {
        let (call, request) = open(request)?;
        let (mut filter, size) = parse::list_matches(&request)?;
        let question = format!("{} {}", request.parent, request.unmatched);
        let place = self.tokens.place(&call, &question, &request.page_token)?;
        filter.after = place.and_then(|place| place.parse().ok());
        let seen = self.app.ledger.seen(&call);
        let page = self.app.list_matches(&call, ListMatches { filter, size }).await.map_err(status)?;
        let answer = ListMatchesResponse {
            matches: page.rows.iter().map(reply::found).collect(),
            next_page_token: self.tokens.page(&call, &question, page.next),
        };
        Ok(chassis::reply(answer, seen))
    }

    async fn apply_match_run(
        &self,
        request: Request<ApplyMatchRunRequest>,
    ) -> Result<Response<ApplyMatchRunResponse>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::apply_match_run(&request)?;
        let done = self.app.apply_match_run(&call, ask).await.map_err(status)?;
        Ok(chassis::done(&done, reply::applied))
    }
}
