//! Two partners with mirrored resources, so that whatever one has, the other has too.

mod placing;
mod university;

pub use placing::RUN_YEAR;

use crate::dynamic::Home;
use contracts::masterclasses::v1::{self as wire, session::WaitlistPolicy};
use practicum_tests::{Options, Person, Stand, in_seconds, request_id, seat, session};
use tonic::transport::Channel;
use vocabulary::Role;

pub struct World {
    pub stand: Stand,
    pub channel: Channel,
    /// Whose calls are tried.
    pub own: Side,
    /// Whose resources must not be told from absent ones.
    pub other: Side,
}

/// One partner, and what it has at one service.
#[derive(Default)]
pub struct Side {
    pub home: Home,
    pub partner: String,
    pub token: String,
    pub need: String,
    pub class: String,
    pub session: String,
    /// A session that has begun.
    pub past: String,
    pub booking: String,
    pub person: String,
    pub offered: String,
    pub attended: String,
    /// A booking on the session that has begun, with nothing recorded.
    pub unrecorded: String,
    /// What a university has; a council has none of it.
    pub taught: university::Taught,
    /// What a host and a university have at placements; then the host is the partner.
    pub placed: placing::Placed,
}

impl World {
    pub async fn up(home: Home, options: Options) -> Self {
        let stand = Stand::up(options).await;
        if home == Home::Enrolments {
            let other = Box::pin(Side::university(&stand, "teesside")).await;
            let own = Box::pin(Side::university(&stand, "northumbria")).await;
            let channel = stand.enrolments_channel().await;
            return Self { stand, channel, own, other };
        }
        if home == Home::Placements {
            let other = Box::pin(Side::placing(&stand, ("durham", "teesside"))).await;
            let own = Box::pin(Side::placing(&stand, ("gateshead", "northumbria"))).await;
            let channel = stand.placements_channel().await;
            return Self { stand, channel, own, other };
        }
        let other = Box::pin(Side::make(&stand, "durham")).await;
        let own = Box::pin(Side::make(&stand, "gateshead")).await;
        stand.clock.advance(chrono::Duration::seconds(400));
        for side in [&own, &other] {
            side.attend(&stand).await;
        }
        let channel = stand.channel().await;
        Self { stand, channel, own, other }
    }
}

impl Side {
    async fn make(stand: &Stand, partner: &str) -> Self {
        let me = stand.caller(partner, Role::ALL, "everybody").await;
        let need = raise(stand, &me).await;
        let id = format!("{partner}-class");
        let soon = wire::Session {
            start_time: Some(in_seconds(300)),
            end_time: Some(in_seconds(3_900)),
            ..session(10)
        };
        let past = me.host(&id, soon).await.unwrap().name;
        let next = me.schedule(&id, "next", session(20)).await.unwrap().name;
        me.schedule(&id, &format!("only-{partner}"), session(20)).await.unwrap();
        let offering = wire::Session { waitlist_policy: WaitlistPolicy::Offer.into(), ..session(1) };
        let offering = me.schedule(&id, "offering", offering).await.unwrap().name;
        let first = me.book(&offering, "olga", false).await.unwrap().name;
        let offered = me.book(&offering, "omar", true).await.unwrap().name;
        me.cancel(&first).await.unwrap();
        me.book(&next, "second", false).await.unwrap();
        Self {
            home: Home::Masterclasses,
            token: stand.token(partner, Role::ALL, "everybody"),
            class: format!("masterclasses/{id}"),
            booking: needing(&me, &next).await,
            person: format!("partners/{partner}/people/nia"),
            attended: me.book(&past, "pia", false).await.unwrap().name,
            unrecorded: me.book(&past, "quin", false).await.unwrap().name,
            partner: partner.into(),
            session: next,
            need,
            past,
            offered,
            ..Self::default()
        }
    }

    async fn attend(&self, stand: &Stand) {
        let mut me = stand.caller(&self.partner, &[Role::Scheduler], "everybody").await;
        let attendances = vec![wire::Attendance { booking: self.attended.clone(), attended: true }];
        let request =
            wire::RecordAttendanceRequest { parent: self.past.clone(), attendances, ..Default::default() };
        me.bookings.record_attendance(request).await.unwrap();
    }
}

/// A need that both kinds of partner have agreed.
async fn raise(stand: &Stand, me: &Person) -> String {
    let need = wire::LearningNeed { title: "Neglect".into(), ..Default::default() };
    let create = wire::CreateLearningNeedRequest {
        parent: format!("partners/{}", me.partner),
        learning_need: Some(need),
        request_id: request_id(),
    };
    let name = me.masterclasses.clone().create_learning_need(create).await.unwrap().into_inner().name;
    let mut teesside = stand.caller("teesside", &[Role::ProgrammeManager], "planner").await;
    let agree = wire::AgreeLearningNeedRequest { name: name.clone(), request_id: request_id() };
    teesside.masterclasses.agree_learning_need(agree).await.unwrap();
    name
}

/// Nia's booking, with access needs.
async fn needing(me: &Person, session: &str) -> String {
    let mut nia = seat(&me.partner, "nia");
    nia.access_needs = "A hearing loop".into();
    let request = wire::BookSeatsRequest { parent: session.into(), seats: vec![nia], ..Default::default() };
    me.bookings.clone().book_seats(request).await.unwrap().into_inner().bookings.remove(0).name
}
