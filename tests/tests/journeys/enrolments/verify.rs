//! Anybody's enrolment on a day is verified without showing the record.

use contracts::{
    common::v1 as common,
    enrolments::v1::{self as wire, course::Kind},
};
use practicum_tests::{on_both_stores, reason};
use vocabulary::Role;

on_both_stores! {
    async fn another_partner_hears_whether_somebody_is_enrolled_and_sees_nothing_else(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let durham = stand.official("durham", &[Role::PlacementCoordinator], "coordinator").await;
        let run = teesside.teach("ba", 0).await.unwrap();
        let made = teesside.enrol(&run, "ann").await.unwrap();
        let ann = teesside.person("ann");
        let now = stand.clock.now();
        let answer = durham.verify(&ann, "").await.unwrap();
        assert_eq!((answer.enrolled, answer.kind(), answer.academic_year.as_str()), (true, Kind::Undergraduate, "2026/27"));
        let hours = (answer.valid_until.unwrap().seconds - now.timestamp()) / 3_600;
        assert!((23..=24).contains(&hours), "{hours}");
        assert_eq!(reason(&durham.enrolment(&made.name).await.unwrap_err()), "NOT_FOUND");
        for nobody in [teesside.person("nobody"), "partners/nowhere/people/nobody".into(), "partners/durham/people/ann".into()] {
            let answer = durham.verify(&nobody, "").await.unwrap();
            let nothing = wire::VerifyEnrolmentResponse { valid_until: answer.valid_until, ..Default::default() };
            assert_eq!(answer, nothing, "{nobody}");
        }
    }

    async fn only_an_active_enrolment_whose_dates_include_the_day_counts(stand: &Stand) {
        let (teesside, durham) = (stand.registrar("teesside").await, stand.registrar("northumbria").await);
        let run = teesside.teach("ba", 0).await.unwrap();
        let (start_date, end_date) = ("2026-01-10".to_owned(), "2026-02-20".to_owned());
        let made = wire::Enrolment { start_date, end_date, ..Default::default() };
        let name = teesside.enrol_as(&run, "ann", made).await.unwrap().name;
        let ann = teesside.person("ann");
        for (day, enrolled) in
            [("2026-01-09", false), ("2026-01-10", true), ("2026-02-20", true), ("2026-02-21", false)]
        {
            assert_eq!(durham.verify(&ann, day).await.unwrap().enrolled, enrolled, "{day}");
        }
        teesside.interrupt(&name, "").await.unwrap();
        assert!(!durham.verify(&ann, "2026-01-10").await.unwrap().enrolled, "whoever pauses is not studying");
        teesside.resume(&name).await.unwrap();
        assert!(durham.verify(&ann, "2026-01-10").await.unwrap().enrolled);
        teesside.withdraw(&name, "").await.unwrap();
        assert!(!durham.verify(&ann, "2026-01-10").await.unwrap().enrolled);
        assert_eq!(reason(&durham.verify(&ann, "2026-02-30").await.unwrap_err()), "INVALID_FIELDS");
    }

    async fn whoever_asks_about_another_partners_person_is_in_their_own_audit_log(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let service = stand.official("durham", &[Role::Service, Role::Auditor], "placements").await;
        let ann = teesside.person("ann");
        service.verify(&ann, "").await.unwrap();
        teesside.verify(&ann, "").await.unwrap();
        let request = common::ListAuditEntriesRequest {
            parent: "partners/durham".into(),
            resource: ann.clone(),
            ..Default::default()
        };
        let entries = service.audit.clone().list_audit_entries(request).await.unwrap().into_inner().entries;
        assert_eq!(entries.len(), 1);
        assert_eq!((entries[0].purpose.as_str(), entries[0].outcome.as_str()), ("enrolment verified", "OK"));
        let auditor = stand.official("teesside", &[Role::Auditor], "auditor").await;
        let request = common::ListAuditEntriesRequest { parent: "partners/teesside".into(), resource: ann, ..Default::default() };
        let own = auditor.audit.clone().list_audit_entries(request).await.unwrap().into_inner().entries;
        assert!(own.is_empty(), "a university asks about its own people as it likes");
    }
}
