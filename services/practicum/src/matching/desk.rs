//! What a partnership coordinator asks of placements.

use super::options::Match;
use crate::{cli::Target, client::bearer_of};
use anyhow::Result;
use contracts::placements::v1::{
    ApplyMatchRunRequest, ApplyMatchRunResponse, GetMatchRunRequest, ListMatchesRequest,
    ListPlacementOffersRequest, Match as Found, MatchPlacementsRequest, MatchRun, Stage,
    hosting_service_client::HostingServiceClient, matching_service_client::MatchingServiceClient,
};
use std::collections::BTreeMap;
use tonic::{Request, transport::Channel};

/// The largest page that the contract allows.
const PAGE: i32 = 1_000;

/// By the offer's name.
pub type Teams = BTreeMap<String, String>;

pub struct Desk {
    matching: MatchingServiceClient<Channel>,
    hosting: HostingServiceClient<Channel>,
    target: Target,
}

impl Desk {
    /// # Errors
    /// Nobody answers, or nobody is known to ask.
    pub async fn open(options: &Match) -> Result<Self> {
        let target = options.target()?;
        // Before anything is looked for: whoever cannot ask should hear that, and not where nobody answers.
        target.bearer()?;
        let channel = target.connect("placements").await?;
        let matching = MatchingServiceClient::new(channel.clone());
        Ok(Self { matching, hosting: HostingServiceClient::new(channel), target })
    }

    /// # Errors
    /// The service refuses, here and below.
    pub async fn make(&mut self, options: &Match) -> Result<MatchRun> {
        let ask = MatchPlacementsRequest {
            academic_year: options.year.map(|year| year.to_string()).unwrap_or_default(),
            stage: options.stage.map_or(Stage::Unspecified, Stage::from).into(),
            // Nothing is asked twice here: whoever wonders asks for another run.
            request_id: String::new(),
        };
        Ok(self.matching.match_placements(self.request(ask)?).await?.into_inner())
    }

    pub async fn run(&mut self, name: &str) -> Result<MatchRun> {
        let request = self.request(GetMatchRunRequest { name: name.into() })?;
        Ok(self.matching.get_match_run(request).await?.into_inner())
    }

    /// All that the caller may see, in the order of the students.
    pub async fn matches(&mut self, run: &str) -> Result<Vec<Found>> {
        let (mut all, mut page_token) = (Vec::new(), String::new());
        loop {
            let (parent, page_size) = (run.to_owned(), PAGE);
            let ask = ListMatchesRequest { parent, page_size, page_token, unmatched: false };
            let answer = self.matching.list_matches(self.request(ask)?).await?.into_inner();
            all.extend(answer.matches);
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                return Ok(all);
            }
        }
    }

    /// What the teams are called whose offers the caller sees.
    pub async fn teams(&mut self, run: &MatchRun) -> Result<Teams> {
        let (mut all, mut page_token) = (Teams::new(), String::new());
        loop {
            let ask = ListPlacementOffersRequest {
                parent: "partners/-".into(),
                page_size: PAGE,
                page_token,
                academic_year: run.academic_year.clone(),
                stage: run.stage,
                ..ListPlacementOffersRequest::default()
            };
            let answer = self.hosting.list_placement_offers(self.request(ask)?).await?.into_inner();
            all.extend(answer.placement_offers.into_iter().map(|offer| (offer.name, offer.team)));
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                return Ok(all);
            }
        }
    }

    pub async fn apply(&mut self, run: &str) -> Result<ApplyMatchRunResponse> {
        let ask = ApplyMatchRunRequest { name: run.into(), request_id: String::new() };
        Ok(self.matching.apply_match_run(self.request(ask)?).await?.into_inner())
    }

    fn request<T>(&self, message: T) -> Result<Request<T>> {
        bearer_of(&self.target, message)
    }
}
