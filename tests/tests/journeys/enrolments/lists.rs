//! Lists: in order, page by page, by tokens that are good for their own question and caller only.

use contracts::enrolments::v1::{self as wire, enrolment::State};
use practicum_tests::{on_both_stores, reason};
use vocabulary::Role;

fn all(parent: &str) -> wire::ListEnrolmentsRequest {
    wire::ListEnrolmentsRequest { parent: parent.into(), ..Default::default() }
}

on_both_stores! {
    async fn enrolments_are_listed_by_name_and_no_page_repeats_or_skips(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let run = teesside.teach("ba", 0).await.unwrap();
        let mut made = Vec::new();
        for n in 0..7 {
            made.push(teesside.enrol(&run, &format!("p{n}")).await.unwrap().name);
        }
        for size in [1, 2, 3, 7, 0] {
            let pages = teesside.pages_of(wire::ListEnrolmentsRequest { page_size: size, ..all("partners/teesside") }).await;
            assert_eq!(pages.concat(), made, "pages of {size}");
        }
        let sizes = teesside.pages_of(wire::ListEnrolmentsRequest { page_size: 3, ..all("partners/teesside") }).await;
        assert_eq!(sizes.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 1]);
    }

    async fn a_list_is_narrowed_by_run_person_sponsor_and_state(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let (ba, ma) = (teesside.teach("ba", 0).await.unwrap(), teesside.teach("ma", 0).await.unwrap());
        let ann = teesside.enrol_for(&ba, "ann", "durham").await.unwrap().name;
        let again = teesside.enrol_for(&ma, "ann", "gateshead").await.unwrap().name;
        let ben = teesside.enrol(&ba, "ben").await.unwrap().name;
        teesside.withdraw(&ben, "").await.unwrap();
        let narrow = |request: wire::ListEnrolmentsRequest| {
            let teesside = teesside.clone();
            async move { teesside.pages_of(wire::ListEnrolmentsRequest { page_size: 1, ..request }).await.concat() }
        };
        let of = || all("partners/teesside");
        let by_run = narrow(wire::ListEnrolmentsRequest { course_run: ba.clone(), ..of() }).await;
        assert_eq!(by_run, [ann.clone(), ben.clone()]);
        let by_person = narrow(wire::ListEnrolmentsRequest { person: teesside.person("ann"), ..of() }).await;
        assert_eq!(by_person, [ann.clone(), again.clone()]);
        let by_sponsor = narrow(wire::ListEnrolmentsRequest { sponsor: "partners/durham".into(), ..of() }).await;
        assert_eq!(by_sponsor, [ann.as_str()]);
        let states = vec![State::Withdrawn.into(), State::Completed.into()];
        let by_state = narrow(wire::ListEnrolmentsRequest { states, ..of() }).await;
        assert_eq!(by_state, [ben]);
        let both = narrow(wire::ListEnrolmentsRequest { course_run: ma, person: teesside.person("ann"), ..of() }).await;
        assert_eq!(both, [again]);
    }

    async fn a_page_token_is_good_for_its_own_question_and_caller_only(stand: &Stand) {
        let (teesside, northumbria) = (stand.registrar("teesside").await, stand.registrar("northumbria").await);
        let colleague = stand.official("teesside", &[Role::Registrar], "colleague").await;
        let run = teesside.teach("ba", 0).await.unwrap();
        for person in ["ann", "ben"] {
            teesside.enrol(&run, person).await.unwrap();
        }
        let first = wire::ListEnrolmentsRequest { page_size: 1, ..all("partners/teesside") };
        let token = teesside.list(first.clone()).await.unwrap().next_page_token;
        let next = wire::ListEnrolmentsRequest { page_token: token.clone(), ..first };
        assert_eq!(teesside.list(next.clone()).await.unwrap().enrolments.len(), 1);
        for other in [
            wire::ListEnrolmentsRequest { course_run: run.clone(), ..next.clone() },
            wire::ListEnrolmentsRequest { person: teesside.person("ann"), ..next.clone() },
            wire::ListEnrolmentsRequest { sponsor: "partners/durham".into(), ..next.clone() },
            wire::ListEnrolmentsRequest { states: vec![State::Active.into()], ..next.clone() },
            wire::ListEnrolmentsRequest { parent: "partners/-".into(), ..next.clone() },
            wire::ListEnrolmentsRequest { page_token: token[1..].into(), ..next.clone() },
        ] {
            assert_eq!(reason(&teesside.list(other).await.unwrap_err()), "PAGE_TOKEN_INVALID");
        }
        for stranger in [&northumbria, &colleague] {
            assert_eq!(reason(&stranger.list(next.clone()).await.unwrap_err()), "PAGE_TOKEN_INVALID");
        }
        let elsewhere = wire::ListCoursesRequest { parent: "partners/-".into(), page_token: token, ..Default::default() };
        let refused = teesside.enrolments.clone().list_courses(elsewhere).await.unwrap_err();
        assert_eq!(reason(&refused), "PAGE_TOKEN_INVALID");
    }
}
