//! Whether a service is ready, asked as an orchestrator would.

use crate::{client, suite::Service};
use anyhow::{Result, bail};
use std::{path::Path, time::Duration};
use tonic::transport::Channel;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

const TRIES: u32 = 50;
const BETWEEN: Duration = Duration::from_millis(100);

/// Returns when every gRPC service of it, and it as a whole, answers SERVING.
///
/// # Errors
/// It has not within about five seconds.
pub async fn serving(address: &str, ca: Option<&Path>, service: &Service) -> Result<()> {
    let mut health = HealthClient::new(client::connect(address, ca).await?);
    for _ in 0..TRIES {
        if all_serve(&mut health, service).await? {
            return Ok(());
        }
        tokio::time::sleep(BETWEEN).await;
    }
    bail!("{} stands at {address} and does not say that it serves", service.name)
}

async fn all_serve(health: &mut HealthClient<Channel>, service: &Service) -> Result<bool> {
    for name in service.grpc_services.iter().copied().chain([""]) {
        let answer = health.check(HealthCheckRequest { service: name.to_owned() }).await?.into_inner();
        if answer.status() != ServingStatus::Serving {
            return Ok(false);
        }
    }
    Ok(true)
}
