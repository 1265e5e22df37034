//! Fields that a person edits are kept against the data set until they are released.

use contracts::{
    common::v1 as common,
    enrolments::v1::{self as wire, enrolment::Funding},
};
use practicum_tests::{Official, Stand, bad_fields, on_both_stores, reason};

/// Somebody on two runs, whom a data set feeds as if it had made them.
async fn fed(stand: &Stand, teesside: &Official) -> (wire::Enrolment, wire::Enrolment) {
    let run = teesside.teach("ba", 0).await.unwrap();
    let other = teesside.teach("cpd", 0).await.unwrap();
    let learner = common::Person { display_name: "Ann Lee".into(), ..Default::default() };
    let ann = wire::Enrolment { learner: Some(learner), ..Default::default() };
    let (first, second) =
        (teesside.enrol_as(&run, "ann", ann).await.unwrap(), teesside.enrol(&other, "ann").await.unwrap());
    for table in ["people", "enrolments"] {
        let sql = format!("UPDATE {table} SET data_set = 'sits', source_id = id, ordinal = 1, hash = ");
        let hash = if stand.database.is_some() { "'\\x01'" } else { "X'01'" };
        stand.past_enrolments(&(sql + hash)).await;
    }
    (first, second)
}

fn named(enrolment: &wire::Enrolment) -> wire::Enrolment {
    wire::Enrolment { name: enrolment.name.clone(), ..Default::default() }
}

on_both_stores! {
    async fn what_is_edited_is_held_until_it_is_released_and_nothing_else_is(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let (first, second) = fed(stand, &teesside).await;
        let edit = wire::Enrolment { funding: Funding::Bursary.into(), end_date: "2027-06-30".into(), ..named(&first) };
        let edited = teesside.update(edit, &["funding", "end_date"], &[]).await.unwrap();
        assert_eq!((edited.data_set.as_str(), &edited.held_fields[..]), ("sits", &["end_date".to_owned(), "funding".to_owned()][..]));
        assert_eq!(edited.funding(), Funding::Bursary);
        let paused = teesside.interrupt(&first.name, "ill").await.unwrap();
        assert_eq!(paused.held_fields, ["end_date", "funding", "state"]);
        let released = teesside.update(named(&first), &[], &["funding", "state"]).await.unwrap();
        assert_eq!((released.held_fields.as_slice(), released.funding()), (&["end_date".to_owned()][..], Funding::Bursary));
        let again = teesside.update(named(&first), &[], &["funding"]).await.unwrap_err();
        assert_eq!(reason(&again), "FIELD_NOT_HELD");
        let all = teesside.update(named(&first), &[], &["*"]).await.unwrap();
        assert!(all.held_fields.is_empty());
        assert!(teesside.enrolment(&second.name).await.unwrap().held_fields.is_empty());
    }

    async fn what_is_released_is_the_data_sets_again_whatever_its_source_says(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let (first, second) = fed(stand, &teesside).await;
        let edit = wire::Enrolment { funding: Funding::Grant.into(), ..named(&first) };
        teesside.update(edit, &["funding"], &[]).await.unwrap();
        let forgotten = |table: &str, id: &str| {
            let id = id.trim_start_matches("partners/").replace("/enrolments", "").replace("/people", "");
            // Where the hash is still there this is refused: a revision is never null.
            format!("UPDATE {table} SET revision = CASE WHEN hash IS NULL THEN revision ELSE NULL END WHERE id = '{id}'")
        };
        teesside.update(named(&first), &[], &["funding"]).await.unwrap();
        stand.past_enrolments(&forgotten("enrolments", &first.name)).await;
        let learner = common::Person { email: "ann@example.org".into(), ..Default::default() };
        let edit = wire::Enrolment { learner: Some(learner), ..named(&second) };
        teesside.update(edit, &["learner.email"], &[]).await.unwrap();
        teesside.update(named(&second), &[], &["learner.email"]).await.unwrap();
        stand.past_enrolments(&forgotten("people", &teesside.person("ann"))).await;
    }

    async fn a_learner_is_edited_through_any_enrolment_of_theirs_and_all_of_them_change(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let (first, second) = fed(stand, &teesside).await;
        let learner = common::Person {
            display_name: "Ann  O’Lee".into(),
            social_work_england_number: " sw123 ".into(),
            ..Default::default()
        };
        let edit = wire::Enrolment { learner: Some(learner), ..named(&first) };
        let mine = teesside.update(edit, &["learner.display_name", "learner.social_work_england_number"], &[]).await.unwrap();
        let theirs = teesside.enrolment(&second.name).await.unwrap();
        assert_ne!(theirs.etag, second.etag, "whoever read it has to read it again");
        for enrolment in [mine, theirs] {
            assert_eq!(enrolment.held_fields, ["learner.display_name", "learner.social_work_england_number"]);
            let learner = enrolment.learner.unwrap();
            assert_eq!((learner.display_name.as_str(), learner.social_work_england_number.as_str()), ("Ann  O’Lee", "SW123"));
        }
        let stranger = common::Person { person: teesside.person("ben"), ..Default::default() };
        let edit = wire::Enrolment { learner: Some(stranger), ..named(&first) };
        let refused = teesside.update(edit, &["learner.person"], &[]).await.unwrap_err();
        assert_eq!(reason(&refused), "IMMUTABLE_FIELD");
    }

    async fn who_enrols_somebody_known_edits_what_they_say_of_them(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let (first, _) = fed(stand, &teesside).await;
        let third = teesside.teach("third", 0).await.unwrap();
        let learner = common::Person { email: "ann@example.org".into(), ..Default::default() };
        let made = wire::Enrolment { learner: Some(learner), ..Default::default() };
        let made = teesside.enrol_as(&third, "ann", made).await.unwrap();
        let learner = made.learner.unwrap();
        assert_eq!((learner.display_name.as_str(), learner.email.as_str()), ("Ann Lee", "ann@example.org"));
        assert_eq!((made.data_set.as_str(), made.held_fields.as_slice()), ("", &["learner.email".to_owned()][..]));
        assert_eq!(teesside.enrolment(&first.name).await.unwrap().learner.unwrap().email, "ann@example.org");
    }

    async fn a_mask_releases_only_what_can_be_held_and_is_not_edited_at_once(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let (first, _) = fed(stand, &teesside).await;
        for (edited, released) in [("funding", "colour"), ("funding", "funding"), ("learner", "learner.email"), ("funding", "name")] {
            let refused = teesside.update(named(&first), &[edited], &[released]).await.unwrap_err();
            assert_eq!(reason(&refused), "INVALID_FIELDS", "{released}");
            assert_eq!(bad_fields(&refused), ["release_mask.paths[0]"]);
        }
    }

    async fn an_enrolment_never_ends_before_it_starts_whosever_dates_they_are(stand: &Stand) {
        let teesside = stand.registrar("teesside").await;
        let run = teesside.teach("ba", 0).await.unwrap();
        let early = wire::Enrolment { end_date: "2020-01-01".into(), ..Default::default() };
        let refused = teesside.enrol_as(&run, "ann", early).await.unwrap_err();
        assert_eq!((reason(&refused).as_str(), bad_fields(&refused)), ("INVALID_FIELDS", vec!["enrolment.end_date".to_owned()]));
        let made = teesside.enrol(&run, "ann").await.unwrap();
        let edit = wire::Enrolment { start_date: "2030-01-01".into(), end_date: "2029-12-31".into(), ..named(&made) };
        let refused = teesside.update(edit, &["start_date", "end_date"], &[]).await.unwrap_err();
        assert_eq!(reason(&refused), "INVALID_FIELDS");
        let edit = wire::Enrolment { end_date: "2029-12-31".into(), ..named(&made) };
        let edited = teesside.update(edit, &[], &[]).await.unwrap();
        assert_eq!((edited.start_date.as_str(), edited.end_date.as_str()), ("", "2029-12-31"), "empty is the run's");
        let cleared = teesside.update(named(&made), &["end_date"], &[]).await.unwrap();
        assert_eq!(cleared.end_date, "");
    }
}
