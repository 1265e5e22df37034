//! Callers of placements: whoever coordinates them at a host or a university.

use crate::{Client, people::Bearer};
use contracts::placements::v1::{
    hosting_service_client::HostingServiceClient, matching_service_client::MatchingServiceClient,
    placement_service_client::PlacementServiceClient,
};
use tonic::{service::interceptor::InterceptedService, transport::Channel};

/// Somebody who calls.
#[derive(Clone)]
pub struct Coordinator {
    pub partner: String,
    pub hosting: HostingServiceClient<Client>,
    pub matching: MatchingServiceClient<Client>,
    pub placements: PlacementServiceClient<Client>,
}

impl Coordinator {
    pub fn new(partner: &str, channel: Channel, token: &str) -> Self {
        let bearer = Bearer(format!("Bearer {token}").parse().expect("a token is ASCII"));
        let client = InterceptedService::new(channel, bearer);
        Self {
            partner: partner.into(),
            hosting: HostingServiceClient::new(client.clone()),
            matching: MatchingServiceClient::new(client.clone()),
            placements: PlacementServiceClient::new(client),
        }
    }

    /// `partners/{partner}`
    pub fn parent(&self) -> String {
        format!("partners/{}", self.partner)
    }
}
