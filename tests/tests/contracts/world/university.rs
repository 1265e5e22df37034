//! What a university has at enrolments.

use super::Side;
use crate::dynamic::Home;
use contracts::enrolments::v1 as wire;
use practicum_tests::{Stand, officials::run, request_id};
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
        let taught = Taught { course, run: run_name, enrolment, paused, leaver, finisher, quiet };
        Self {
            home: Home::Enrolments,
            partner: partner.into(),
            token: stand.token(partner, Role::ALL, "everybody"),
            person: me.person("nia"),
            taught,
            need: String::new(),
            class: String::new(),
            session: String::new(),
            past: String::new(),
            booking: String::new(),
            offered: String::new(),
            attended: String::new(),
            unrecorded: String::new(),
        }
    }
}
