//! What an orchestrator may ask without a token, and the contract for whoever asks for it.

use crate::Service;
use anyhow::Context;
use tonic::service::Routes;
use tonic_health::{ServingStatus, server::HealthReporter};

pub(crate) struct Health {
    reporter: HealthReporter,
    services: Vec<&'static str>,
}

impl Health {
    /// The routes of `service`, with those of health, and of reflection (v1 and v1alpha) if wanted.
    pub async fn of(service: &Service, reflection: bool) -> anyhow::Result<(Self, Routes)> {
        let (reporter, server) = tonic_health::server::health_reporter();
        let health = Self { reporter, services: service.grpc_services.clone() };
        health.set(ServingStatus::Serving).await;
        let mut routes = service.routes.clone().add_service(server);
        if reflection {
            let contract = || {
                let files = tonic_reflection::server::Builder::configure()
                    .register_encoded_file_descriptor_set(service.descriptors);
                service.grpc_services.iter().fold(files, |files, name| files.with_service_name(*name))
            };
            routes = routes
                .add_service(contract().build_v1().context("the descriptors of the contract")?)
                .add_service(contract().build_v1alpha().context("the descriptors of the contract")?);
        }
        Ok((health, routes))
    }

    /// Whoever balances load sees this before connections are told to go.
    pub async fn not_serving(&self) {
        self.set(ServingStatus::NotServing).await;
    }

    async fn set(&self, status: ServingStatus) {
        for service in self.services.iter().copied().chain([""]) {
            self.reporter.set_service_status(service, status).await;
        }
    }
}
