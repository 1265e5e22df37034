//! Which services there are, and on which port each of them answers.

/// A service of the suite.
pub struct Service {
    /// As partners.toml and the contract's packages call it.
    pub name: &'static str,
    /// What is added to `--base-port`.
    pub offset: u16,
    /// Its gRPC services; empty while it is not built.
    pub grpc_services: &'static [&'static str],
}

/// In the order of their ports.
pub const SERVICES: &[Service] = &[
    Service { name: "placements", offset: 0, grpc_services: &placements::rpc::SERVICES },
    Service { name: "masterclasses", offset: 1, grpc_services: &masterclasses::rpc::SERVICES },
    Service { name: "enrolments", offset: 2, grpc_services: &enrolments::rpc::SERVICES },
    Service { name: "recruitment", offset: 3, grpc_services: &[] },
];

/// Placements' port; the others' follow.
pub const BASE_PORT: u16 = 7401;

/// The services that `serve` stands up.
pub fn built() -> impl Iterator<Item = &'static Service> {
    SERVICES.iter().filter(|service| !service.grpc_services.is_empty())
}
