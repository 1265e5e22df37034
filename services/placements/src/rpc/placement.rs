//! PlacementService.

use super::{Door, parse, reply, status::status};
use crate::{
    actions::{ListDays, ListPlacementEvents, ListPlacements, WatchPlacements},
    error::Error,
};
use chassis::{Draining, open};
use contracts::placements::v1::{
    AcceptPlacementRequest, ConfirmPlacementRequest, DecideOutcomeRequest, DeclinePlacementRequest,
    GetPlacementRequest, ListDaysRequest, ListDaysResponse, ListPlacementEventsRequest,
    ListPlacementEventsResponse, ListPlacementsRequest, ListPlacementsResponse, Placement,
    ProposePlacementRequest, RaiseConcernRequest, RecommendOutcomeRequest, RecordDaysRequest,
    RecordReviewRequest, ResolveConcernRequest, ResumePlacementRequest, StartPlacementRequest,
    SuspendPlacementRequest, TerminatePlacementRequest, WatchPlacementsRequest, WatchPlacementsResponse,
    WithdrawPlacementRequest, placement_service_server::PlacementService,
};
use futures_util::{Stream, StreamExt};
use ledger::{Done, Seen};
use std::pin::Pin;
use tonic::{Request, Response, Status};
use vocabulary::Call;

/// The one placement that a write on one answers.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
fn written(done: Result<Done<crate::domain::Placement>, Error>) -> Result<Response<Placement>, Status> {
    let done = done.map_err(status)?;
    Ok(chassis::done(&done, reply::placement))
}

#[tonic::async_trait]
impl PlacementService for Door {
    async fn propose_placement(
        &self,
        request: Request<ProposePlacementRequest>,
    ) -> Result<Response<Placement>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::propose_placement(request)?;
        written(self.app.propose_placement(&call, ask).await)
    }

    async fn get_placement(
        &self,
        request: Request<GetPlacementRequest>,
    ) -> Result<Response<Placement>, Status> {
        let (call, request) = open(request)?;
        let name = parse::placement_name(&request, &request.name)?;
        let placement = self.app.get_placement(&call, &name).await.map_err(status)?;
        Ok(chassis::reply(reply::placement(&placement), placement.revision))
    }

    async fn list_placements(
        &self,
        request: Request<ListPlacementsRequest>,
    ) -> Result<Response<ListPlacementsResponse>, Status> {
        let (call, request) = open(request)?;
        let (mut filter, size) = parse::list_placements(&request)?;
        let who = (&request.host, &request.university, &request.student, &request.practice_educator);
        let question = format!("{who:?} {:?}", request.states);
        filter.after = self.tokens.place(&call, &question, &request.page_token)?;
        let seen = self.app.ledger.seen(&call);
        let page = self.app.list_placements(&call, ListPlacements { filter, size }).await.map_err(status)?;
        let answer = ListPlacementsResponse {
            placements: page.rows.iter().map(reply::placement).collect(),
            next_page_token: self.tokens.page(&call, &question, page.next),
        };
        Ok(chassis::reply(answer, seen))
    }

    async fn list_days(
        &self,
        request: Request<ListDaysRequest>,
    ) -> Result<Response<ListDaysResponse>, Status> {
        let (call, request) = open(request)?;
        let (placement, size) = parse::history(&request, &request.parent, request.page_size)?;
        let place = self.tokens.place(&call, &request.parent, &request.page_token)?;
        let after = place.and_then(|day| day.parse().ok());
        let seen = self.app.ledger.seen(&call);
        let page = self.app.list_days(&call, ListDays { placement, after, size }).await.map_err(status)?;
        let answer = ListDaysResponse {
            days: page.rows.iter().map(reply::day).collect(),
            next_page_token: self.tokens.page(&call, &request.parent, page.next),
        };
        Ok(chassis::reply(answer, seen))
    }

    async fn list_placement_events(
        &self,
        request: Request<ListPlacementEventsRequest>,
    ) -> Result<Response<ListPlacementEventsResponse>, Status> {
        let (call, request) = open(request)?;
        let (placement, size) = parse::history(&request, &request.parent, request.page_size)?;
        let place = self.tokens.place(&call, &request.parent, &request.page_token)?;
        let after = place.and_then(|ordinal| ordinal.parse().ok()).unwrap_or(0);
        let seen = self.app.ledger.seen(&call);
        let ask = ListPlacementEvents { placement, after, size };
        let page = self.app.list_placement_events(&call, ask).await.map_err(status)?;
        let answer = ListPlacementEventsResponse {
            events: page.rows.iter().map(reply::event).collect(),
            next_page_token: self.tokens.page(&call, &request.parent, page.next),
        };
        Ok(chassis::reply(answer, seen))
    }

    async fn accept_placement(
        &self,
        request: Request<AcceptPlacementRequest>,
    ) -> Result<Response<Placement>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::accept_placement(request)?;
        written(self.app.accept_placement(&call, ask).await)
    }

    async fn decline_placement(
        &self,
        request: Request<DeclinePlacementRequest>,
    ) -> Result<Response<Placement>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::decline_placement(request)?;
        written(self.app.decline_placement(&call, ask).await)
    }

    async fn confirm_placement(
        &self,
        request: Request<ConfirmPlacementRequest>,
    ) -> Result<Response<Placement>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::confirm_placement(request)?;
        written(self.app.confirm_placement(&call, ask).await)
    }

    async fn start_placement(
        &self,
        request: Request<StartPlacementRequest>,
    ) -> Result<Response<Placement>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::start_placement(request)?;
        written(self.app.start_placement(&call, ask).await)
    }

    async fn record_days(&self, request: Request<RecordDaysRequest>) -> Result<Response<Placement>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::record_days(request)?;
        written(self.app.record_days(&call, ask).await)
    }

    async fn record_review(
        &self,
        request: Request<RecordReviewRequest>,
    ) -> Result<Response<Placement>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::record_review(request)?;
        written(self.app.record_review(&call, ask).await)
    }

    async fn raise_concern(
        &self,
        request: Request<RaiseConcernRequest>,
    ) -> Result<Response<Placement>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::raise_concern(request)?;
        written(self.app.raise_concern(&call, ask).await)
    }

    async fn resolve_concern(
        &self,
        request: Request<ResolveConcernRequest>,
    ) -> Result<Response<Placement>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::resolve_concern(request)?;
        written(self.app.resolve_concern(&call, ask).await)
    }

    async fn suspend_placement(
        &self,
        request: Request<SuspendPlacementRequest>,
    ) -> Result<Response<Placement>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::suspend_placement(request)?;
        written(self.app.suspend_placement(&call, ask).await)
    }

    async fn resume_placement(
        &self,
        request: Request<ResumePlacementRequest>,
    ) -> Result<Response<Placement>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::resume_placement(request)?;
        written(self.app.resume_placement(&call, ask).await)
    }

    async fn recommend_outcome(
        &self,
        request: Request<RecommendOutcomeRequest>,
    ) -> Result<Response<Placement>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::recommend_outcome(request)?;
        written(self.app.recommend_outcome(&call, ask).await)
    }

    async fn decide_outcome(
        &self,
        request: Request<DecideOutcomeRequest>,
    ) -> Result<Response<Placement>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::decide_outcome(request)?;
        written(self.app.decide_outcome(&call, ask).await)
    }

    async fn withdraw_placement(
        &self,
        request: Request<WithdrawPlacementRequest>,
    ) -> Result<Response<Placement>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::withdraw_placement(request)?;
        written(self.app.withdraw_placement(&call, ask).await)
    }

    async fn terminate_placement(
        &self,
        request: Request<TerminatePlacementRequest>,
    ) -> Result<Response<Placement>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::terminate_placement(request)?;
        written(self.app.terminate_placement(&call, ask).await)
    }

    type WatchPlacementsStream = Pin<Box<dyn Stream<Item = Result<WatchPlacementsResponse, Status>> + Send>>;

    async fn watch_placements(
        &self,
        mut request: Request<WatchPlacementsRequest>,
    ) -> Result<Response<Self::WatchPlacementsStream>, Status> {
        let draining = request.extensions_mut().remove::<Draining>().unwrap_or_default();
        let (call, request) = open(request)?;
        let (host, university) = parse::watch_placements(&request)?;
        let question = format!("{} {}", request.host, request.university);
        let since = self.tokens.since(&call, &question, &request.resume_token)?;
        let seen = self.app.watch_placements(call.clone(), WatchPlacements { host, university, since });
        let door = self.clone();
        let told = seen.map(move |seen| match seen {
            Ok(seen) => Ok(door.placement_told(&call, &question, seen)),
            Err(error) => Err(status(error)),
        });
        // A drain ends the stream between two messages; the last one carried the token to resume with.
        let ending = futures_util::stream::once(async { Err(status(Error::ShuttingDown)) });
        Ok(Response::new(Box::pin(chassis::paced(told).take_until(draining.begun()).chain(ending))))
    }
}

impl Door {
    fn placement_told(
        &self,
        call: &Call,
        question: &str,
        seen: Seen<crate::domain::Placement>,
    ) -> WatchPlacementsResponse {
        match seen {
            Seen::Change(row, placement) => {
                let token = self.tokens.resume(call, question, row.revision());
                let gone = || Placement { name: row.resource.clone(), ..Placement::default() };
                let change = chassis::change(&row, placement.is_none(), token);
                let placement = placement.as_deref().map_or_else(gone, reply::placement);
                WatchPlacementsResponse { change: Some(change), placement: Some(placement) }
            }
            Seen::Checkpoint(revision) => {
                let token = self.tokens.resume(call, question, revision);
                let change = chassis::checkpoint(self.app.ledger.clock.now(), token);
                WatchPlacementsResponse { change: Some(change), placement: None }
            }
        }
    }
}
