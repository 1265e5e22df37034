//! HostingService.

use super::{Door, parse, reply, status::status};
use crate::{
    actions::{ListHostingInterests, ListPlacementOffers, ListPracticeEducators},
    domain::Offer,
    error::Error,
};
use chassis::open;
use contracts::placements::v1::{
    CreatePlacementOfferRequest, CreatePracticeEducatorRequest, GetPlacementOfferRequest,
    GetPracticeEducatorRequest, HostingInterest, ListHostingInterestsRequest, ListHostingInterestsResponse,
    ListPlacementOffersRequest, ListPlacementOffersResponse, ListPracticeEducatorsRequest,
    ListPracticeEducatorsResponse, PlacementOffer, PracticeEducator, PublishPlacementOfferRequest,
    ReaffirmPlacementOfferRequest, SetHostingInterestRequest, UpdatePlacementOfferRequest,
    UpdatePracticeEducatorRequest, WithdrawPlacementOfferRequest, hosting_service_server::HostingService,
};
use ledger::Done;
use tonic::{Request, Response, Status};

impl Door {
    /// An offer as it is told, now.
    fn offer(&self, offer: &Offer) -> PlacementOffer {
        reply::placement_offer(offer, self.app.is_stale(offer))
    }

    /// The one offer that a write on one answers.
    #[allow(clippy::result_large_err, reason = "tonic's own error type")]
    fn written(&self, done: Result<Done<Offer>, Error>) -> Result<Response<PlacementOffer>, Status> {
        let done = done.map_err(status)?;
        Ok(chassis::done(&done, |offer| self.offer(offer)))
    }
}

#[tonic::async_trait]
impl HostingService for Door {
    async fn set_hosting_interest(
        &self,
        request: Request<SetHostingInterestRequest>,
    ) -> Result<Response<HostingInterest>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::set_hosting_interest(request)?;
        let done = self.app.set_hosting_interest(&call, ask).await.map_err(status)?;
        Ok(chassis::done(&done, reply::hosting_interest))
    }

    async fn list_hosting_interests(
        &self,
        request: Request<ListHostingInterestsRequest>,
    ) -> Result<Response<ListHostingInterestsResponse>, Status> {
        let (call, request) = open(request)?;
        let (mut filter, size) = parse::list_hosting_interests(&request)?;
        let question = format!("{} {}", request.parent, request.academic_year);
        filter.after = self.tokens.place(&call, &question, &request.page_token)?;
        let seen = self.app.ledger.seen(&call);
        let ask = ListHostingInterests { filter, size };
        let page = self.app.list_hosting_interests(&call, ask).await.map_err(status)?;
        let answer = ListHostingInterestsResponse {
            hosting_interests: page.rows.iter().map(reply::hosting_interest).collect(),
            next_page_token: self.tokens.page(&call, &question, page.next),
        };
        Ok(chassis::reply(answer, seen))
    }

    async fn create_practice_educator(
        &self,
        request: Request<CreatePracticeEducatorRequest>,
    ) -> Result<Response<PracticeEducator>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::create_practice_educator(&call.caller, request)?;
        let done = self.app.create_practice_educator(&call, ask).await.map_err(status)?;
        Ok(chassis::done(&done, reply::practice_educator))
    }

    async fn get_practice_educator(
        &self,
        request: Request<GetPracticeEducatorRequest>,
    ) -> Result<Response<PracticeEducator>, Status> {
        let (call, request) = open(request)?;
        let name = parse::educator_name(&request, &request.name)?;
        let educator = self.app.get_practice_educator(&call, &name).await.map_err(status)?;
        Ok(chassis::reply(reply::practice_educator(&educator), educator.revision))
    }

    async fn list_practice_educators(
        &self,
        request: Request<ListPracticeEducatorsRequest>,
    ) -> Result<Response<ListPracticeEducatorsResponse>, Status> {
        let (call, request) = open(request)?;
        let (mut filter, size) = parse::list_practice_educators(&request)?;
        let question = format!("{} {} {}", request.parent, request.qualification, request.with_free_capacity);
        filter.after = self.tokens.place(&call, &question, &request.page_token)?;
        let seen = self.app.ledger.seen(&call);
        let ask = ListPracticeEducators { filter, size };
        let page = self.app.list_practice_educators(&call, ask).await.map_err(status)?;
        let answer = ListPracticeEducatorsResponse {
            practice_educators: page.rows.iter().map(reply::practice_educator).collect(),
            next_page_token: self.tokens.page(&call, &question, page.next),
        };
        Ok(chassis::reply(answer, seen))
    }

    async fn update_practice_educator(
        &self,
        request: Request<UpdatePracticeEducatorRequest>,
    ) -> Result<Response<PracticeEducator>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::update_practice_educator(request)?;
        let done = self.app.update_practice_educator(&call, ask).await.map_err(status)?;
        Ok(chassis::done(&done, reply::practice_educator))
    }

    async fn create_placement_offer(
        &self,
        request: Request<CreatePlacementOfferRequest>,
    ) -> Result<Response<PlacementOffer>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::create_placement_offer(&call.caller, request)?;
        self.written(self.app.create_placement_offer(&call, ask).await)
    }

    async fn get_placement_offer(
        &self,
        request: Request<GetPlacementOfferRequest>,
    ) -> Result<Response<PlacementOffer>, Status> {
        let (call, request) = open(request)?;
        let name = parse::offer_name(&request, &request.name)?;
        let found = self.app.get_placement_offer(&call, &name).await.map_err(status)?;
        Ok(chassis::reply(self.offer(&found.value), found.revision))
    }

    async fn list_placement_offers(
        &self,
        request: Request<ListPlacementOffersRequest>,
    ) -> Result<Response<ListPlacementOffersResponse>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::list_placement_offers(&request)?;
        let narrowed = (request.stage, request.setting, request.available, request.stale);
        let question = format!("{} {} {narrowed:?}", request.parent, request.academic_year);
        let after = self.tokens.place(&call, &question, &request.page_token)?;
        let seen = self.app.ledger.seen(&call);
        let ask = ListPlacementOffers { after, ..ask };
        let page = self.app.list_placement_offers(&call, ask).await.map_err(status)?;
        let answer = ListPlacementOffersResponse {
            placement_offers: page.rows.iter().map(|offer| self.offer(offer)).collect(),
            next_page_token: self.tokens.page(&call, &question, page.next),
        };
        Ok(chassis::reply(answer, seen))
    }

    async fn update_placement_offer(
        &self,
        request: Request<UpdatePlacementOfferRequest>,
    ) -> Result<Response<PlacementOffer>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::update_placement_offer(request)?;
        self.written(self.app.update_placement_offer(&call, ask).await)
    }

    async fn publish_placement_offer(
        &self,
        request: Request<PublishPlacementOfferRequest>,
    ) -> Result<Response<PlacementOffer>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::publish_placement_offer(&request)?;
        self.written(self.app.publish_placement_offer(&call, ask).await)
    }

    async fn reaffirm_placement_offer(
        &self,
        request: Request<ReaffirmPlacementOfferRequest>,
    ) -> Result<Response<PlacementOffer>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::reaffirm_placement_offer(&request)?;
        self.written(self.app.reaffirm_placement_offer(&call, ask).await)
    }

    async fn withdraw_placement_offer(
        &self,
        request: Request<WithdrawPlacementOfferRequest>,
    ) -> Result<Response<PlacementOffer>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::withdraw_placement_offer(request)?;
        self.written(self.app.withdraw_placement_offer(&call, ask).await)
    }
}
