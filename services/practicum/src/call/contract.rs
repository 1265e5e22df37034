//! The contracts as data: methods by name, and what a refusal's reason means.

use crate::{failure::Usage, suite};
use anyhow::Result;
use prost_reflect::{DescriptorPool, EnumDescriptor, MethodDescriptor, ServiceDescriptor};
use std::sync::OnceLock;

/// Every contract of the suite.
pub fn pool() -> &'static DescriptorPool {
    static POOL: OnceLock<DescriptorPool> = OnceLock::new();
    POOL.get_or_init(|| {
        let decoded = DescriptorPool::decode(contracts::FILE_DESCRIPTOR_SET);
        // They were compiled with this binary, and a test decodes them.
        decoded.unwrap_or_else(|error| unreachable!("the contracts are well-formed: {error}"))
    })
}

/// The services of ours, by name.
pub fn services() -> Vec<ServiceDescriptor> {
    let mut services: Vec<_> =
        pool().services().filter(|it| it.package_name().starts_with("practicum.")).collect();
    services.sort_unstable_by(|a, b| a.full_name().cmp(b.full_name()));
    services
}

/// The services that this names: in full, or by the last parts of their names.
pub fn named(name: &str) -> Vec<ServiceDescriptor> {
    let fits = |full: &str| full == name || full.strip_suffix(name).is_some_and(|front| front.ends_with('.'));
    services().into_iter().filter(|service| fits(service.full_name())).collect()
}

/// The method that `SERVICE/METHOD` names.
///
/// # Errors
/// There is none, or there are several.
pub fn method(text: &str) -> Result<MethodDescriptor> {
    let path = text.trim_start_matches('/');
    let Some((service, method)) = path.rsplit_once('/').or_else(|| path.rsplit_once('.')) else {
        return usage(format!("{text} is not SERVICE/METHOD: `practicum call --list` shows them all"));
    };
    let found = named(service);
    let service = match &found[..] {
        [service] => service,
        [] => return usage(format!("there is no service {service}: `practicum call --list` shows them all")),
        several => {
            let names: Vec<_> = several.iter().map(ServiceDescriptor::full_name).collect();
            return usage(format!("{service} may be any of {}", names.join(", ")));
        }
    };
    let found = service.methods().find(|it| it.name() == method);
    found.map_or_else(
        || {
            let names: Vec<_> = service.methods().map(|it| it.name().to_owned()).collect();
            usage(format!("{} has no method {method}; it has {}", service.full_name(), names.join(", ")))
        },
        Ok,
    )
}

fn usage<T>(text: String) -> Result<T> {
    Err(Usage(text).into())
}

/// `/package.Service/Method`
pub fn path(method: &MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
}

/// The service of the suite that answers it. What every one of them serves, such as the audit log, is asked of the
/// first that is built, unless an address is given.
pub fn home(method: &MethodDescriptor) -> &'static str {
    let service = method.parent_service();
    let package = service.package_name().split('.').nth(1).unwrap_or_default();
    let own = suite::SERVICES.iter().find(|service| service.name == package);
    own.or_else(|| suite::built().next()).map_or("", |service| service.name)
}

/// What the contract advises whoever is refused for this reason.
pub fn advice(reason: &str) -> Option<String> {
    let name = format!("ERROR_REASON_{reason}");
    let comment =
        pool().all_enums().filter(|it| it.name() == "ErrorReason").find_map(|it| comment(&it, &name))?;
    // Each says the code, what happened, and what to do; the last is what a refusal does not say itself.
    let sentences: Vec<_> = comment.split_inclusive(". ").collect();
    sentences.last().map(|advice| advice.trim().to_owned())
}

fn comment(reasons: &EnumDescriptor, name: &str) -> Option<String> {
    let at = reasons.values().position(|value| value.name() == name)?;
    let mut path = reasons.path().to_vec();
    path.extend([2, i32::try_from(at).ok()?]);
    let file = reasons.parent_file();
    let places = &file.file_descriptor_proto().source_code_info.as_ref()?.location;
    let place = places.iter().find(|place| place.path == path)?;
    Some(place.leading_comments().split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_found_by_the_last_parts_of_its_service() {
        for text in [
            "practicum.masterclasses.v1.BookingService/BookSeats",
            "/practicum.masterclasses.v1.BookingService/BookSeats",
            "masterclasses.v1.BookingService/BookSeats",
            "BookingService/BookSeats",
            "BookingService.BookSeats",
        ] {
            let method = method(text).unwrap();
            assert_eq!(path(&method), "/practicum.masterclasses.v1.BookingService/BookSeats", "{text}");
            assert_eq!(home(&method), "masterclasses");
        }
        assert_eq!(home(&method("AuditService/VerifyAuditLog").unwrap()), "placements");
    }

    #[test]
    fn a_wrong_name_is_answered_with_the_right_ones() {
        for (text, answer) in [
            ("BookSeats", "--list"),
            ("Service/BookSeats", "--list"),
            ("bookingservice/BookSeats", "--list"),
            ("BookingService/Book", "AnswerOffer"),
        ] {
            let error = method(text).unwrap_err();
            assert!(error.is::<Usage>() && error.to_string().contains(answer), "{text}: {error}");
        }
    }

    #[test]
    fn a_reason_comes_with_what_the_contract_advises() {
        assert_eq!(advice("BOOKING_NOT_OPEN").as_deref(), Some("Come back at `booking_open_time`."));
        assert_eq!(advice("NEVER_HEARD_OF"), None);
        assert_eq!(advice(""), None);
    }
}
