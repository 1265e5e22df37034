//! Every write and every refused right is in the log of whoever asked, and the log holds together.

use contracts::common::v1 as common;
use practicum_tests::{Official, on_both_stores, reason};
use vocabulary::Role;

async fn entries(who: &Official, resource: &str) -> Vec<(String, String)> {
    let request = common::ListAuditEntriesRequest {
        parent: format!("partners/{}", who.partner),
        resource: resource.into(),
        ..Default::default()
    };
    let page = who.audit.clone().list_audit_entries(request).await.unwrap().into_inner();
    let verb = |method: &str| method.rsplit('/').next().unwrap_or_default().to_owned();
    page.entries.into_iter().map(|entry| (verb(&entry.method), entry.outcome)).collect()
}

on_both_stores! {
    async fn what_is_done_to_an_enrolment_and_what_is_refused_is_entered(stand: &Stand) {
        let teesside = stand.official("teesside", &[Role::Registrar, Role::Auditor], "registrar").await;
        let run = teesside.teach("ba", 0).await.unwrap();
        let name = teesside.enrol(&run, "ann").await.unwrap().name;
        teesside.interrupt(&name, "ill").await.unwrap();
        teesside.interrupt(&name, "ill").await.unwrap_err();
        let expected = [
            ("InterruptEnrolment", "TRANSITION_NOT_ALLOWED"),
            ("InterruptEnrolment", "OK"),
            ("CreateEnrolment", "OK"),
        ];
        assert_eq!(entries(&teesside, &name).await, expected.map(|(verb, outcome)| (verb.into(), outcome.into())));
        let scheduler = stand.official("teesside", &[Role::Scheduler], "scheduler").await;
        assert_eq!(reason(&scheduler.enrol(&run, "ben").await.unwrap_err()), "ROLE_NOT_ALLOWED");
        let mut refused = vec![];
        for _ in 0..50 {
            refused = entries(&teesside, "").await;
            if refused[0].1 == "ROLE_NOT_ALLOWED" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(refused[0], ("CreateEnrolment".into(), "ROLE_NOT_ALLOWED".into()));
        let verify = common::VerifyAuditLogRequest { parent: "partners/teesside".into(), ..Default::default() };
        let verdict = teesside.audit.clone().verify_audit_log(verify).await.unwrap().into_inner();
        assert!(verdict.intact && verdict.entries >= 6, "{verdict:?}");
    }
}
