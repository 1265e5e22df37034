//! Practice educators.

use crate::house::*;
use contracts::{
    common::v1::Person,
    placements::v1::{
        CreatePracticeEducatorRequest, GetPracticeEducatorRequest, ListPracticeEducatorsRequest,
        PracticeEducator, UpdatePracticeEducatorRequest, practice_educator::Qualification,
    },
};
use ledger::{Change, ChangeKind, Viewers};
use placements::store;
use prost_types::FieldMask;
use vocabulary::Scope;

fn creating(host: &str, id: &str, educator: PracticeEducator) -> CreatePracticeEducatorRequest {
    CreatePracticeEducatorRequest {
        parent: format!("partners/{host}"),
        practice_educator: Some(educator),
        practice_educator_id: id.into(),
        request_id: String::new(),
    }
}

fn updating(educator: PracticeEducator, paths: &[&str]) -> UpdatePracticeEducatorRequest {
    let paths = paths.iter().map(|path| (*path).to_owned()).collect();
    UpdatePracticeEducatorRequest {
        practice_educator: Some(educator),
        update_mask: Some(FieldMask { paths }),
        request_id: String::new(),
    }
}

/// As an accepted placement does.
async fn take_on(house: &House, name: &str) {
    let mut unit = house.app.ledger.begin(&Scope::Service, None).await.unwrap();
    let mut educator = store::educators::lock(unit.tx(), &name.parse().unwrap()).await.unwrap().unwrap();
    educator.take_on(unit.now()).unwrap();
    let host = educator.name.partner.clone();
    let (viewers, actor) = (Viewers::Partners(vec![host.clone()]), host);
    let (collection, resource, kind) = ("practiceEducators", name.to_owned(), ChangeKind::Updated);
    educator.revision =
        unit.revise(vec![Change { collection, resource, kind, viewers, actor }]).await.unwrap()[0];
    store::educators::save(unit.tx(), &[&educator]).await.unwrap();
    house.app.ledger.commit(unit, vec![]).await.unwrap();
}

on_both! {
    async fn somebody_who_teaches_is_added_once_and_only_by_their_own_partner(house: House) {
        let mut durham = house.hosting("durham");
        let made = house.educator("durham", "pat", 0).await;
        assert_eq!((made.name.as_str(), made.max_learners), ("partners/durham/practiceEducators/pat", 1));
        let person = made.person.as_ref().unwrap();
        assert_eq!((person.display_name.as_str(), person.social_work_england_number.as_str()), ("Educator pat", "SW123"));

        let again = creating("durham", "pat", educator("durham", "somebody"));
        assert_eq!(reason(durham.create_practice_educator(again).await), "PRACTICE_EDUCATOR_EXISTS");
        let twice = creating("durham", "pat-2", educator("durham", "pat"));
        assert_eq!(reason(durham.create_practice_educator(twice).await), "PRACTICE_EDUCATOR_EXISTS");
        let theirs = creating("durham", "gail", educator("gateshead", "gail"));
        assert_eq!(reason(durham.create_practice_educator(theirs).await), "PERSON_OF_ANOTHER_PARTNER");
        let elsewhere = creating("gateshead", "gail", educator("durham", "gail"));
        assert_eq!(fields(durham.create_practice_educator(elsewhere).await), ["parent"]);

        let ending = PracticeEducator { current_until: String::new(), ..educator("durham", "kim") };
        let asked = durham.create_practice_educator(creating("durham", "kim", ending.clone())).await;
        assert_eq!(fields(asked), ["practice_educator.current_until"]);
        let trainee = PracticeEducator { qualification: Qualification::InTraining.into(), ..ending };
        durham.create_practice_educator(creating("durham", "kim", trainee)).await.unwrap();
        let dated = PracticeEducator { qualification: Qualification::InTraining.into(), ..educator("durham", "lee") };
        let asked = durham.create_practice_educator(creating("durham", "lee", dated)).await;
        assert_eq!(fields(asked), ["practice_educator.current_until"]);
        let asked = durham.create_practice_educator(creating("durham", "", PracticeEducator::default())).await;
        assert_eq!(fields(asked), ["practice_educator.person.person", "practice_educator.qualification"]);
    }

    async fn a_repeat_returns_the_first_answer_and_another_request_does_not(house: House) {
        let mut durham = house.hosting("durham");
        let request_id = "0198a7a0-0000-7000-8000-000000000001".to_owned();
        let ask = CreatePracticeEducatorRequest { request_id, ..creating("durham", "", educator("durham", "pat")) };
        let first = durham.create_practice_educator(ask.clone()).await.unwrap().into_inner();
        let second = durham.create_practice_educator(ask.clone()).await.unwrap().into_inner();
        assert_eq!(first, second);
        let other = CreatePracticeEducatorRequest { practice_educator: Some(educator("durham", "kim")), ..ask };
        assert_eq!(reason(durham.create_practice_educator(other).await), "REQUEST_ID_REUSED");
    }

    async fn an_update_changes_what_it_names_and_nobody_is_left_with_more_than_they_may(house: House) {
        let mut durham = house.hosting("durham");
        let pat = house.educator("durham", "pat", 3).await;
        take_on(&house, &pat.name).await;
        take_on(&house, &pat.name).await;
        let get = GetPracticeEducatorRequest { name: pat.name.clone() };
        let now = durham.get_practice_educator(get).await.unwrap().into_inner();
        assert_eq!((now.learners, now.max_learners), (2, 3));

        let few = PracticeEducator { max_learners: 1, ..now.clone() };
        assert_eq!(reason(durham.update_practice_educator(updating(few, &["max_learners"])).await), "EDUCATOR_AT_LIMIT");
        let old = PracticeEducator { etag: pat.etag.clone(), ..now.clone() };
        assert_eq!(reason(durham.update_practice_educator(updating(old, &["team"])).await), "STALE_ETAG");
        for path in ["learners", "person.person", "name"] {
            let ask = updating(now.clone(), &[path]);
            assert_eq!(reason(durham.update_practice_educator(ask).await), "IMMUTABLE_FIELD", "{path}");
        }
        let who = Person { display_name: "Pat Q".into(), ..Default::default() };
        let new = PracticeEducator {
            person: Some(who),
            max_learners: 2,
            qualification: Qualification::InTraining.into(),
            current_until: String::new(),
            ..now.clone()
        };
        let half = updating(new.clone(), &["qualification"]);
        assert_eq!(fields(durham.update_practice_educator(half).await), ["practice_educator.current_until"]);
        let ask = updating(new, &["person.display_name", "max_learners", "qualification", "current_until"]);
        let done = durham.update_practice_educator(ask).await.unwrap().into_inner();
        let person = done.person.clone().unwrap();
        assert_eq!((person.display_name.as_str(), person.email.as_str()), ("Pat Q", "pat@durham.example"));
        assert_eq!((done.max_learners, done.learners, done.current_until.as_str(), done.team.as_str()), (2, 2, "", "North"));
        assert!(done.etag != now.etag);
    }

    async fn those_of_another_partner_are_not_there(house: House) {
        let pat = house.educator("durham", "pat", 1).await;
        let absent = "partners/durham/practiceEducators/nobody".to_owned();
        for partner in ["gateshead", "sunderland"] {
            let mut other = house.hosting(partner);
            for name in [&pat.name, &absent] {
                let got = other.get_practice_educator(GetPracticeEducatorRequest { name: name.clone() }).await;
                assert_eq!(reason(got), "NOT_FOUND");
                let given = PracticeEducator { name: name.clone(), team: "Ours".into(), etag: pat.etag.clone(), ..Default::default() };
                assert_eq!(reason(other.update_practice_educator(updating(given, &["team"])).await), "NOT_FOUND");
            }
            let ask = ListPracticeEducatorsRequest { parent: "partners/durham".into(), ..Default::default() };
            assert_eq!(other.list_practice_educators(ask).await.unwrap().into_inner(), Default::default());
        }
        let feed = house.feed().await;
        assert!(feed.iter().all(|row| row.viewers == " durham "), "{feed:?}");
    }

    async fn a_list_is_narrowed_by_qualification_and_by_who_is_free(house: House) {
        let mut durham = house.hosting("durham");
        for (id, max) in [("a", 1), ("b", 2), ("c", 1)] {
            house.educator("durham", id, max).await;
        }
        let stage_1 = PracticeEducator { qualification: Qualification::Stage1.into(), ..educator("durham", "d") };
        durham.create_practice_educator(creating("durham", "d", stage_1)).await.unwrap();
        for id in ["a", "b"] {
            take_on(&house, &format!("partners/durham/practiceEducators/{id}")).await;
        }
        let list = async |qualification: Qualification, with_free_capacity| {
            let (mut ids, mut page_token) = (String::new(), String::new());
            loop {
                let ask = ListPracticeEducatorsRequest {
                    parent: "partners/durham".into(),
                    page_size: 1,
                    page_token,
                    qualification: qualification.into(),
                    with_free_capacity,
                };
                let page = house.hosting("durham").list_practice_educators(ask).await.unwrap().into_inner();
                ids.extend(page.practice_educators.iter().filter_map(|it| it.name.chars().last()));
                page_token = page.next_page_token;
                if page_token.is_empty() {
                    break ids;
                }
            }
        };
        assert_eq!(list(Qualification::Unspecified, false).await, "abcd");
        assert_eq!(list(Qualification::Unspecified, true).await, "bcd");
        assert_eq!(list(Qualification::Stage2, true).await, "bc");
        assert_eq!(list(Qualification::Stage1, false).await, "d");
        assert_eq!(list(Qualification::InTraining, false).await, "");
    }
}
