//! What is kept of somebody's learning while it is listened to: their own words are canaries.

use super::Heard;
use crate::{
    canaries::{COMMENT, NAME, PERSON, REASON, SUBJECT},
    house::House,
};
use contracts::enrolments::v1 as wire;
use practicum_tests::{Official, Store, request_id};
use vocabulary::Role;

const YEAR: &str = "2026/27";

fn item() -> wire::LearningItem {
    wire::LearningItem {
        title: format!("Shadowing {NAME}"),
        date: "2026-10-01".into(),
        hours: "6.5".into(),
        reflection: format!("What {NAME} showed me: {REASON}"),
        ..Default::default()
    }
}

async fn lead(house: &House) -> Official {
    house.official("durham", &[Role::PracticeLead], SUBJECT).await
}

pub async fn all(house: &House, heard: &mut Heard) {
    let durham = lead(house).await;
    let person = durham.person(PERSON);
    durham.entitle(&person, YEAR, "24").await.unwrap();
    durham.learn(&person, item()).await.unwrap();
    let read = durham.learned(&person, YEAR).await.unwrap();
    assert!(read.items[0].reflection.contains(REASON), "the canaries are where they should be");
    let teesside = house.official("teesside", &[Role::ProgrammeManager], SUBJECT).await;
    assert_eq!(heard.no(teesside.learned(&person, YEAR).await), "NOT_FOUND");
    assert_eq!(heard.no(teesside.learn(&person, item()).await), "PERSON_OF_ANOTHER_PARTNER");
    assert_eq!(heard.no(teesside.entitle(&person, YEAR, "1").await), "PERSON_OF_ANOTHER_PARTNER");
    let bad = [
        wire::LearningItem { title: NAME.repeat(30), ..item() },
        wire::LearningItem { title: format!("{NAME}\u{7}"), ..item() },
        wire::LearningItem { reflection: format!("{REASON}\u{0}"), ..item() },
        wire::LearningItem { reflection: COMMENT.repeat(500), ..item() },
        wire::LearningItem { hours: NAME.into(), ..item() },
        wire::LearningItem { date: NAME.into(), ..item() },
        wire::LearningItem { source: NAME.repeat(60), ..item() },
    ];
    for (n, item) in bad.into_iter().enumerate() {
        assert_eq!(heard.no(durham.learn(&person, item).await), "INVALID_FIELDS", "{n}");
    }
    assert_eq!(heard.no(durham.learned(&format!("{PERSON} {NAME}"), YEAR).await), "INVALID_FIELDS");
    assert_eq!(heard.no(durham.entitle(&person, NAME, REASON).await), "INVALID_FIELDS");
    let id = request_id();
    let with = |item: wire::LearningItem| wire::RecordLearningRequest {
        parent: person.clone(),
        item: Some(item),
        request_id: id.clone(),
    };
    let mut client = durham.learning.clone();
    client.record_learning(with(item())).await.unwrap();
    let other = wire::LearningItem { reflection: COMMENT.into(), ..item() };
    assert_eq!(heard.no(client.record_learning(with(other)).await), "REQUEST_ID_REUSED");
}

/// Errors of the database that quote the row: it is told what to say, or the row is spoilt.
pub async fn break_storage(house: &House, heard: &mut Heard) {
    let durham = lead(house).await;
    let person = durham.person(PERSON);
    house.run("UPDATE learning_items SET id = id || reflection").await;
    assert_eq!(heard.no(durham.learned(&person, YEAR).await), "INTERNAL");
    let quoting: &[&str] = match house.store() {
        Store::Sqlite => &["CREATE TRIGGER quotes_words BEFORE INSERT ON learning_items BEGIN \
              SELECT RAISE(ABORT, NEW.person || NEW.title || NEW.reflection); END"],
        Store::Postgres => &[
            "ALTER TABLE learning_items ADD CONSTRAINT never CHECK (title = '') NOT VALID",
            "ALTER TABLE learning_items DROP CONSTRAINT never; \
             CREATE TRIGGER quotes BEFORE INSERT ON learning_items FOR EACH ROW EXECUTE FUNCTION quotes()",
        ],
    };
    for sql in quoting {
        house.run(sql).await;
        assert_eq!(heard.no(durham.learn(&person, item()).await), "INTERNAL", "{sql}");
    }
}
