//! `practicum call --list`: what can be called.

use super::contract;
use crate::{failure::Usage, suite};
use anyhow::Result;
use prost_reflect::{MethodDescriptor, ServiceDescriptor};

/// A line a service and a line a method; those that nothing serves yet are said so.
///
/// # Errors
/// There is no such service.
pub fn services(only: Option<&str>) -> Result<String> {
    let services = only.map_or_else(contract::services, contract::named);
    if services.is_empty() {
        return Err(Usage(format!("there is no service {}", only.unwrap_or_default())).into());
    }
    Ok(services.iter().map(service).collect::<Vec<_>>().join("\n"))
}

fn service(service: &ServiceDescriptor) -> String {
    let served = suite::built().any(|built| built.grpc_services.contains(&service.full_name()));
    let mut lines = vec![format!("{}{}", service.full_name(), if served { "" } else { "  (not built yet)" })];
    lines.extend(service.methods().map(|method| line(&method)));
    lines.join("\n")
}

fn line(method: &MethodDescriptor) -> String {
    let stream = |yes: bool| if yes { "stream " } else { "" };
    let (input, output) = (method.input(), method.output());
    let (asks, answers) = (stream(method.is_client_streaming()), stream(method.is_server_streaming()));
    format!("  {}({asks}{}) → {answers}{}", method.name(), input.name(), output.name())
}
