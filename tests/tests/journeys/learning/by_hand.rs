//! What a partner records by hand for its own people.

use contracts::enrolments::v1 as wire;
use practicum_tests::{Official, Stand, on_both_stores, reason};
use vocabulary::Role;

const ANN: &str = "partners/durham/people/ann";
const BEFORE: &str = "2025/26";
const YEAR: &str = "2026/27";

async fn lead(stand: &Stand, partner: &str) -> Official {
    stand.official(partner, &[Role::PracticeLead], "lead").await
}

fn item(title: &str, date: &str, hours: &str) -> wire::LearningItem {
    wire::LearningItem { title: title.into(), date: date.into(), hours: hours.into(), ..Default::default() }
}

on_both_stores! {
    async fn a_year_has_its_entitlement_its_days_used_and_its_pieces(stand: &Stand) {
        let durham = lead(stand, "durham").await;
        assert_eq!(reason(&durham.learned(ANN, YEAR).await.unwrap_err()), "NOT_FOUND", "nothing is kept of her");
        let entitled = durham.entitle(ANN, YEAR, "24.50").await.unwrap();
        assert_eq!((entitled.entitlement_days.as_str(), entitled.used_days.as_str()), ("24.5", "0"));
        assert_eq!(durham.entitle(ANN, YEAR, "24").await.unwrap().entitlement_days, "24", "it may be said anew");
        let reflected = wire::LearningItem {
            peer_reflection: true,
            reflection: "Dw i'n gwrando'n well".into(),
            ..item("Reflective supervision", "2027-07-31", "3.7")
        };
        let last_day = durham.learn(ANN, reflected).await.unwrap();
        assert!(last_day.name.starts_with(&format!("{ANN}/learningItems/")) && last_day.source.is_empty());
        let first_day = durham.learn(ANN, item("Court skills", "2026-08-01", "7.4")).await.unwrap();
        let next_year = durham.learn(ANN, item("Supervision", "2027-08-01", "1")).await.unwrap();
        let year = durham.learned(ANN, YEAR).await.unwrap();
        assert_eq!(year.items, [first_day, last_day], "by date, from the first day of August to the last of July");
        // 11.1 hours, and a day has 7.4.
        assert_eq!((year.entitlement_days.as_str(), year.used_days.as_str()), ("24", "1.5"));
        assert_eq!((year.cpd_pieces, year.cpd_pieces_with_peer_reflection), (2, 1));
        let next = durham.learned(ANN, "2027/28").await.unwrap();
        assert_eq!((next.items, next.entitlement_days.as_str()), (vec![next_year], ""), "a year at a time");
        assert_eq!(durham.learned(ANN, BEFORE).await.unwrap().cpd_pieces, 0);
    }

    async fn nobody_reads_or_keeps_the_record_of_another_partners_people(stand: &Stand) {
        let durham = lead(stand, "durham").await;
        durham.learn(ANN, item("Court skills", "2026-10-01", "6")).await.unwrap();
        for stranger in [lead(stand, "gateshead").await, lead(stand, "teesside").await] {
            let foreign = stranger.learned(ANN, YEAR).await.unwrap_err();
            let nobody = stranger.learned("partners/durham/people/nobody", YEAR).await.unwrap_err();
            assert_eq!(reason(&foreign), "NOT_FOUND");
            assert_eq!(foreign.message().replace("/ann/", "/nobody/"), nobody.message());
            let written = stranger.learn(ANN, item("Mischief", "2026-10-01", "6")).await.unwrap_err();
            assert_eq!(reason(&written), "PERSON_OF_ANOTHER_PARTNER");
            let entitled = stranger.entitle(ANN, YEAR, "1").await.unwrap_err();
            assert_eq!(reason(&entitled), "PERSON_OF_ANOTHER_PARTNER");
        }
        let year = durham.learned(ANN, YEAR).await.unwrap();
        assert_eq!((year.cpd_pieces, year.entitlement_days.as_str()), (1, ""), "nothing has changed");
    }

    async fn who_reads_a_persons_own_words_is_in_the_audit_log(stand: &Stand) {
        let durham = stand.official("durham", &[Role::PracticeLead, Role::Auditor], "lead").await;
        durham.learn(ANN, item("Court skills", "2026-10-01", "6")).await.unwrap();
        durham.learned(ANN, YEAR).await.unwrap();
        assert_eq!(readings(&durham).await, 0, "there were none to read");
        let words = wire::LearningItem { reflection: "Mine".into(), ..item("Loss", "2026-10-02", "6") };
        durham.learn(ANN, words).await.unwrap();
        durham.learned(ANN, YEAR).await.unwrap();
        assert_eq!(readings(&durham).await, 1);
    }
}

/// Entries of the log that say that a record was read.
async fn readings(durham: &Official) -> usize {
    let request = contracts::common::v1::ListAuditEntriesRequest {
        parent: "partners/durham".into(),
        resource: format!("{ANN}/learningRecord"),
        ..Default::default()
    };
    let entries = durham.audit.clone().list_audit_entries(request).await.unwrap().into_inner().entries;
    entries.iter().filter(|entry| entry.method.ends_with("/GetLearningRecord")).count()
}
