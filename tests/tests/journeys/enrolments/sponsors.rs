//! A council sees the enrolments that it sponsors, and no others.

use contracts::enrolments::v1 as wire;
use practicum_tests::{Official, Stand, on_both_stores, reason};
use vocabulary::Role;

async fn council(stand: &Stand, partner: &str) -> Official {
    stand.official(partner, &[Role::ProgrammeManager], "manager").await
}

async fn all_of(who: &Official, parent: &str) -> Vec<String> {
    who.pages_of(wire::ListEnrolmentsRequest { parent: parent.into(), ..Default::default() }).await.concat()
}

on_both_stores! {
    async fn a_sponsor_reads_what_it_sponsors_at_any_university_and_changes_nothing(stand: &Stand) {
        let (teesside, northumbria) = (stand.registrar("teesside").await, stand.registrar("northumbria").await);
        let (durham, gateshead) = (council(stand, "durham").await, council(stand, "gateshead").await);
        let run = teesside.teach("ba", 0).await.unwrap();
        let theirs = northumbria.teach("ba", 0).await.unwrap();
        let ann = teesside.enrol_for(&run, "ann", "durham").await.unwrap();
        let ben = teesside.enrol_for(&run, "ben", "gateshead").await.unwrap();
        let cat = teesside.enrol(&run, "cat").await.unwrap();
        let dan = northumbria.enrol_for(&theirs, "dan", "durham").await.unwrap();
        assert_eq!(durham.enrolment(&ann.name).await.unwrap(), ann, "all of it");
        for hidden in [&ben.name, &cat.name] {
            assert_eq!(reason(&durham.enrolment(hidden).await.unwrap_err()), "NOT_FOUND");
        }
        assert_eq!(all_of(&durham, "partners/-").await, [dan.name.clone(), ann.name.clone()]);
        assert_eq!(all_of(&durham, "partners/teesside").await, [ann.name.as_str()]);
        assert_eq!(all_of(&gateshead, "partners/-").await, [ben.name.as_str()]);
        assert_eq!(all_of(&teesside, "partners/teesside").await.len(), 3);
        assert!(all_of(&teesside, "partners/northumbria").await.is_empty());
        assert!(all_of(&teesside, "partners/-").await.is_empty(), "it sponsors nobody");
        let edit = wire::Enrolment { name: ann.name.clone(), end_date: "2030-01-01".into(), ..Default::default() };
        let refused = durham.update(edit, &["end_date"], &[]).await.unwrap_err();
        assert_eq!(reason(&refused), "PARTNER_KIND_NOT_ALLOWED");
    }

    async fn a_sponsor_sees_an_enrolment_from_when_to_when_it_sponsors_it(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let (durham, gateshead) = (council(stand, "durham").await, council(stand, "gateshead").await);
        let run = teesside.teach("ba", 0).await.unwrap();
        let ann = teesside.enrol_for(&run, "ann", "durham").await.unwrap();
        let edit = |sponsor: &str| {
            wire::Enrolment { name: ann.name.clone(), sponsor: sponsor.into(), ..Default::default() }
        };
        teesside.update(edit("partners/gateshead"), &["sponsor"], &[]).await.unwrap();
        assert_eq!(reason(&durham.enrolment(&ann.name).await.unwrap_err()), "NOT_FOUND");
        assert_eq!(gateshead.enrolment(&ann.name).await.unwrap().sponsor, "partners/gateshead");
        teesside.update(edit(""), &["sponsor"], &[]).await.unwrap();
        assert_eq!(reason(&gateshead.enrolment(&ann.name).await.unwrap_err()), "NOT_FOUND");
    }

    async fn nobody_sponsors_who_is_no_partner_and_nobody_enrols_another_partners_people(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let run = teesside.teach("ba", 0).await.unwrap();
        let refused = teesside.enrol_for(&run, "ann", "atlantis").await.unwrap_err();
        assert_eq!(reason(&refused), "SPONSOR_UNKNOWN");
        let ann = teesside.enrol(&run, "ann").await.unwrap();
        let edit = wire::Enrolment { name: ann.name, sponsor: "partners/atlantis".into(), ..Default::default() };
        assert_eq!(reason(&teesside.update(edit, &["sponsor"], &[]).await.unwrap_err()), "SPONSOR_UNKNOWN");
        let somebody = Official { partner: "northumbria".into(), ..teesside.clone() };
        let learner = contracts::common::v1::Person { person: somebody.person("zoe"), ..Default::default() };
        let request = wire::CreateEnrolmentRequest {
            parent: "partners/teesside".into(),
            enrolment: Some(wire::Enrolment { learner: Some(learner), course_run: run, ..Default::default() }),
            ..Default::default()
        };
        let refused = teesside.enrolments.clone().create_enrolment(request).await.unwrap_err();
        assert_eq!(reason(&refused), "PERSON_OF_ANOTHER_PARTNER");
    }

    async fn an_enrolment_has_the_name_that_is_chosen_for_it_once(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let run = teesside.teach("ba", 0).await.unwrap();
        let request = |person: &str| {
            let learner = contracts::common::v1::Person { person: teesside.person(person), ..Default::default() };
            wire::CreateEnrolmentRequest {
                parent: "partners/teesside".into(),
                enrolment: Some(wire::Enrolment { learner: Some(learner), course_run: run.clone(), ..Default::default() }),
                enrolment_id: "e-1".into(),
                ..Default::default()
            }
        };
        let mut client = teesside.enrolments.clone();
        let made = client.create_enrolment(request("ann")).await.unwrap().into_inner();
        assert_eq!(made.name, "partners/teesside/enrolments/e-1");
        assert_eq!(reason(&client.create_enrolment(request("ben")).await.unwrap_err()), "ENROLMENT_EXISTS");
    }
}
