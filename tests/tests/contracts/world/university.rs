//! What a university has at enrolments.

use super::Side;
use crate::dynamic::Home;
use contracts::enrolments::v1 as wire;
use contracts::enrolments::v1::{sync_enrolments_request::Message, sync_run::State};
use practicum_tests::{
    Official, Stand,
    officials::{run, syncs},
    request_id,
};
use vocabulary::Role;

#[derive(Default)]
pub struct Taught {
    pub course: String,
    pub run: String,
    /// Nia's, active.
    pub enrolment: String,
    pub paused: String,
    pub leaver: String,
    pub finisher: String,
    /// One that nobody asks for.
    pub quiet: String,
    /// A sync run in force, the last of its data set, with changes and rejects.
    pub applied: String,
    /// One that waits for somebody who did not send it.
    pub waiting: String,
    /// One of which nothing but its first batch has come.
    pub receiving: String,
    /// The data set of [`Self::receiving`], which no other university has.
    pub data_set: String,
    /// A learning item of Nia's.
    pub item: String,
}

impl Side {
    pub async fn university(stand: &Stand, partner: &str) -> Self {
        let me = stand.official(partner, Role::ALL, "everybody").await;
        let run_name = me.teach("main", 0).await.unwrap();
        let course = run_name.trim_end_matches("/runs/r1").to_owned();
        let own = format!("only-{partner}");
        me.course(&own).await.unwrap();
        me.run(&course, &own, run(0)).await.unwrap();
        let mut names = Vec::new();
        for person in ["nia", "pia", "lou", "finn", "quin"] {
            names.push(me.enrol_for(&run_name, person, "durham").await.unwrap().name);
        }
        me.interrupt(&names[1], "").await.unwrap();
        let learner = contracts::common::v1::Person { person: me.person("only"), ..Default::default() };
        let request = wire::CreateEnrolmentRequest {
            parent: format!("partners/{partner}"),
            enrolment: Some(wire::Enrolment {
                learner: Some(learner),
                course_run: run_name.clone(),
                ..Default::default()
            }),
            enrolment_id: own,
            request_id: request_id(),
        };
        me.enrolments.clone().create_enrolment(request).await.unwrap();
        let [enrolment, paused, leaver, finisher, quiet] = <[String; 5]>::try_from(names).expect("five");
        let item = wire::LearningItem {
            title: "Reflective supervision".into(),
            date: "2026-10-01".into(),
            hours: "3.5".into(),
            ..Default::default()
        };
        let item = me.learn(&me.person("nia"), item).await.unwrap().name;
        let taught = Taught {
            course,
            run: run_name,
            enrolment,
            paused,
            leaver,
            finisher,
            quiet,
            item,
            ..send(stand, partner).await
        };
        Self {
            home: Home::Enrolments,
            partner: partner.into(),
            token: stand.token(partner, Role::ALL, "everybody"),
            person: me.person("nia"),
            taught,
            ..Self::default()
        }
    }
}

/// What the university's own system has sent. Not by whom the calls are tried: nobody approves what they sent.
async fn send(stand: &Stand, partner: &str) -> Taught {
    let sits = stand.official(partner, &[Role::EnrolmentSync], "sits").await;
    let data_set = format!("only-{partner}");
    let mut runs = Vec::new();
    for (run, data_set) in [("applied", "sits"), ("waiting", "canvas"), ("receiving", data_set.as_str())] {
        let limits = wire::SyncLimits { max_reject_percent: Some(60.0), ..Default::default() };
        let limits = (run == "applied").then_some(limits);
        let open = wire::SyncOpen { limits, ..sits.delta(run, data_set) };
        runs.push(open.name.clone());
        if partner == "northumbria" {
            // Opened once more, so that the two universities' runs are of different revisions.
            sits.converse(vec![Message::Open(open.clone())]).await.unwrap();
        }
        send_one(&sits, run, open).await;
    }
    let [applied, waiting, receiving] = <[String; 3]>::try_from(runs).expect("three");
    Taught { applied, waiting, receiving, data_set, ..Taught::default() }
}

async fn send_one(sits: &Official, run: &str, open: wire::SyncOpen) {
    let known = [syncs::learner(&format!("{run}-1"), "Iqbal"), syncs::learner(&format!("{run}-2"), "Ward")];
    let nameless = ["a", "b"].map(|id| syncs::learner(&format!("{run}-{id}"), ""));
    let records = known.into_iter().chain(nameless).collect();
    if run == "receiving" {
        sits.converse(vec![Message::Open(open), syncs::batch(0, records)]).await.unwrap();
        return;
    }
    let expected = if run == "applied" { State::Applied } else { State::AwaitingApproval };
    assert_eq!(sits.sync(open, records).await.unwrap().state(), expected);
}
