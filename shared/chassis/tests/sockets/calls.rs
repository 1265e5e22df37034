//! Who is let in, and what goes in with them.

use crate::support::{DO, FILE, FORGOTTEN, House, open, send, why};
use std::time::Duration;
use tonic::{Code, Request, Status};
use vocabulary::Role;

async fn with_authorization(house: &House, values: &[String]) -> Result<String, Status> {
    let mut request = Request::new("hello".to_owned());
    for value in values {
        request.metadata_mut().append("authorization", value.parse().unwrap());
    }
    send(&house.channel().await, DO, request).await
}

#[tokio::test]
async fn a_good_token_lets_in_and_the_handler_learns_who_calls_but_not_the_token() {
    let house = open().await;
    assert_eq!(house.call("hello").await.unwrap(), "hello");
    assert_eq!(house.call("caller").await.unwrap(), "durham example.v1.Desk/Do false");
}

#[tokio::test]
async fn no_token_and_a_bad_token_are_told_apart_and_nothing_else_is() {
    let house = open().await;
    let good = house.token("durham", Role::Scheduler);
    let missing = (Code::Unauthenticated, "TOKEN_MISSING".to_owned());
    let invalid = (Code::Unauthenticated, "TOKEN_INVALID".to_owned());
    assert_eq!(why(with_authorization(&house, &[]).await), missing);
    for values in [
        vec!["Bearer x.y.z".to_owned()],
        vec![good.clone()],
        vec![format!("Basic {good}")],
        vec![format!("Bearer  {good}")],
        vec![format!("Bearer {good}"), format!("Bearer {good}")],
        vec![format!("Bearer {good}x")],
    ] {
        assert_eq!(why(with_authorization(&house, &values).await), invalid, "{values:?}");
    }
    assert!(with_authorization(&house, &[format!("bearer {good}")]).await.is_ok());
}

#[tokio::test]
async fn a_wrong_role_and_a_wrong_kind_of_partner_are_refused_and_told_of() {
    let house = open().await;
    let channel = house.channel().await;
    let ask = async |partner: &str, path| {
        let mut request = Request::new(String::new());
        let token = house.token(partner, Role::Scheduler);
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        why(send(&channel, path, request).await)
    };
    assert_eq!(ask("durham", FILE).await, (Code::PermissionDenied, "ROLE_NOT_ALLOWED".into()));
    assert_eq!(ask("teesside", DO).await, (Code::PermissionDenied, "PARTNER_KIND_NOT_ALLOWED".into()));
    let expected = [
        "durham example.v1.Desk/File ROLE_NOT_ALLOWED",
        "teesside example.v1.Desk/Do PARTNER_KIND_NOT_ALLOWED",
    ];
    assert_eq!(*house.denied.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_method_that_is_not_there_is_unimplemented_for_callers_and_unknown_to_strangers() {
    let house = open().await;
    let channel = house.channel().await;
    let missing = (Code::Unimplemented, "METHOD_NOT_FOUND".to_owned());
    for path in ["/example.v1.Desk/Undo", "/example.v1.Nobody/Do", FORGOTTEN] {
        assert_eq!(why(send(&channel, path, house.ask("")).await), missing, "{path}");
    }
    let stranger = send(&channel, "/example.v1.Desk/Undo", Request::new(String::new())).await;
    assert_eq!(why(stranger), (Code::Unauthenticated, "TOKEN_MISSING".into()));
}

#[tokio::test]
async fn health_needs_no_token_and_reflection_is_there_only_when_wanted() {
    let house = open().await;
    let mut health = tonic_health::pb::health_client::HealthClient::new(house.channel().await);
    for service in ["", crate::support::DESK] {
        let request = tonic_health::pb::HealthCheckRequest { service: service.into() };
        assert_eq!(health.check(request).await.unwrap().into_inner().status, 1, "{service:?}");
    }
    let ask = |house: &House, version: &str| {
        let path: &'static str =
            Box::leak(format!("/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo").into());
        let running = house.running.address;
        async move {
            let channel = tonic::transport::Channel::from_shared(format!("http://{running}"))
                .unwrap()
                .connect()
                .await
                .unwrap();
            send(&channel, path, Request::new(String::new())).await
        }
    };
    assert_eq!(why(ask(&house, "v1").await).1, "METHOD_NOT_FOUND");
    let settings = chassis::ServerSettings { reflection: true, ..Default::default() };
    let open = crate::support::open_with(settings).await;
    for version in ["v1", "v1alpha"] {
        let answer = ask(&open, version).await;
        let reached = answer
            .as_ref()
            .map_or_else(|status| refusals::reason(status).as_deref() != Some("METHOD_NOT_FOUND"), |_| true);
        assert!(reached, "{version}: {answer:?}");
    }
}

#[tokio::test]
async fn a_trace_is_continued_and_baggage_is_not() {
    let house = open().await;
    let channel = house.channel().await;
    let ask = async |text| {
        let mut request = house.ask(text);
        let metadata = request.metadata_mut();
        metadata.insert(
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse().unwrap(),
        );
        metadata.insert("baggage", "person=zofia".parse().unwrap());
        send(&channel, DO, request).await.unwrap()
    };
    assert_eq!(ask("trace").await, "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(ask("baggage").await, "false");
    assert_eq!(house.call("trace").await.unwrap(), "none");
}

#[tokio::test]
async fn a_least_revision_is_read_or_refused_by_name() {
    let house = open().await;
    let channel = house.channel().await;
    let ask = async |values: &[&str]| {
        let mut request = house.ask("revision");
        for value in values {
            request.metadata_mut().append("practicum-min-revision", value.parse().unwrap());
        }
        send(&channel, DO, request).await
    };
    assert_eq!(ask(&[]).await.unwrap(), "None");
    assert_eq!(ask(&["42"]).await.unwrap(), "Some(42)");
    for bad in [&["-1"][..], &["x"], &[""], &["9223372036854775808"], &["1", "2"], &["+1"]] {
        let status = ask(bad).await.unwrap_err();
        let fields = tonic_types::StatusExt::get_details_bad_request(&status).unwrap().field_violations;
        assert_eq!(
            (status.code(), &*fields[0].field),
            (Code::InvalidArgument, "practicum-min-revision"),
            "{bad:?}"
        );
    }
}

#[tokio::test]
async fn a_partner_that_fills_its_half_is_told_when_to_come_back_and_others_are_served() {
    let house =
        crate::support::open_with(chassis::ServerSettings { max_in_flight: 8, ..Default::default() }).await;
    let channel = house.channel().await;
    let waits: Vec<_> = (0..4)
        .map(|_| {
            let (channel, ask) = (channel.clone(), house.ask("wait"));
            // Again, if a question below came between.
            tokio::spawn(async move {
                loop {
                    let mut request = Request::new("wait".to_owned());
                    *request.metadata_mut() = ask.metadata().clone();
                    request.set_timeout(Duration::from_secs(60));
                    let _ = send(&channel, DO, request).await;
                }
            })
        })
        .collect();
    let refused = until(async || send(&channel, DO, house.ask("hello")).await.err()).await;
    assert!(tonic_types::StatusExt::get_details_retry_info(&refused).is_some());
    assert_eq!(why(Err::<(), _>(refused)), (Code::Unavailable, "OVERLOADED".into()));
    let mut other = Request::new("hello".to_owned());
    let token = format!("Bearer {}", house.token("gateshead", Role::Scheduler));
    other.metadata_mut().insert("authorization", token.parse().unwrap());
    assert_eq!(send(&channel, DO, other).await.unwrap(), "hello");
    waits.iter().for_each(tokio::task::JoinHandle::abort);
    until(async || send(&channel, DO, house.ask("hello")).await.ok()).await;
    for _ in 0..20 {
        assert_eq!(house.call("hello").await.unwrap(), "hello", "a place was not given back");
    }
}

/// Asks until there is an answer; for ever is too long.
async fn until<T>(ask: impl AsyncFn() -> Option<T>) -> T {
    let asking = async {
        loop {
            match ask().await {
                Some(answer) => return answer,
                None => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), asking).await.expect("it never came")
}
