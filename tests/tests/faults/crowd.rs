//! Clients who join, leave, hang up, and try again until they know.

use crate::{
    dice::Dice,
    history::{History, Op, Outcome, What},
    town::Town,
};
use contracts::masterclasses::v1 as wire;
use practicum_tests::{Person, request_id, seat};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use testkit::proxy::Mode;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Request, Status};
use vocabulary::Role;

const PARTNERS: [&str; 5] = ["durham", "gateshead", "sunderland", "teesside", "northumbria"];
/// How long somebody tries to learn what became of a request. Far longer than any fault lasts.
const PATIENCE: Duration = Duration::from_secs(60);

/// One client, with a connection to each replica.
pub struct Member {
    doors: Vec<Person>,
    at: usize,
    actor: String,
    /// The person who is booked for. A new one after an outcome that is left unknown.
    person: String,
    changes_of_person: u32,
    dice: Dice,
    history: Arc<History>,
}

impl Member {
    pub fn new(town: &Town, n: usize, history: Arc<History>) -> Self {
        let partner = PARTNERS[n % PARTNERS.len()];
        let subject = format!("c{n}");
        let doors = town.doors(partner, &[Role::Scheduler], &subject);
        let actor = format!("partners/{partner}/people/{subject}");
        Self {
            at: n % doors.len(),
            doors,
            actor,
            person: format!("p{n}"),
            changes_of_person: 0,
            dice: Dice::new(),
            history,
        }
    }

    /// Joins and leaves one session until told to stop.
    pub async fn live(mut self, session: String, stop: CancellationToken) {
        let mut held: Option<String> = None;
        while !stop.is_cancelled() {
            match held.take() {
                None => held = self.book(&session).await,
                Some(name) if self.dice.percent(60) => self.cancel(name).await,
                Some(name) => {
                    self.look(&name).await;
                    held = Some(name);
                }
            }
            let pause = self.dice.millis(1, 120);
            tokio::select! { () = stop.cancelled() => {}, () = tokio::time::sleep(pause) => {} }
        }
    }

    /// Books a seat, or joins the list; answers the booking's name where there is one.
    async fn book(&mut self, session: &str) -> Option<String> {
        let (id, partner) = (request_id(), self.doors[0].partner.clone());
        let request = wire::BookSeatsRequest {
            parent: session.into(),
            seats: vec![seat(&partner, &self.person)],
            join_waitlist: self.dice.percent(80),
            request_id: id.clone(),
        };
        let outcome = self
            .insist(|door| {
                let request = within(request.clone());
                async move {
                    let made = door.bookings.clone().book_seats(request).await?.into_inner();
                    Ok(made.bookings.into_iter().next().map(|booking| booking.name).unwrap_or_default())
                }
            })
            .await;
        let person = format!("partners/{partner}/people/{}", self.person);
        self.note(What::Book { person }, id, &outcome);
        match outcome {
            Outcome::Ok(name) => Some(name),
            Outcome::Refused(_) => None,
            Outcome::Unknown => {
                self.send_another();
                None
            }
        }
    }

    async fn cancel(&mut self, booking: String) {
        let id = request_id();
        let request = wire::CancelBookingRequest {
            name: booking.clone(),
            request_id: id.clone(),
            ..Default::default()
        };
        let outcome = self
            .insist(|door| {
                let request = within(request.clone());
                async move { Ok(door.bookings.clone().cancel_booking(request).await?.into_inner().name) }
            })
            .await;
        self.note(What::Cancel { booking }, id, &outcome);
        if outcome == Outcome::Unknown {
            self.send_another();
        }
    }

    /// A read that is sometimes left in the middle: its connection must come back whole.
    async fn look(&mut self, booking: &str) {
        let bookings = self.doors[self.at].bookings.clone();
        let reading = async move {
            let request = within(wire::GetBookingRequest { name: booking.into() });
            bookings.clone().get_booking(request).await
        };
        let patience = self.dice.millis(0, 40);
        // What is read is checked in the tables; here only the coming and going matters.
        let _ = tokio::time::timeout(patience, reading).await;
    }

    /// Tries until the answer is known, at one replica after the other. One request in thirty is given up after
    /// its first try, and one in ten is left in the middle of it.
    async fn insist<F, T>(&mut self, call: F) -> Outcome
    where
        F: Fn(Person) -> T,
        T: Future<Output = Result<String, Status>>,
    {
        let (end, gives_up) = (Instant::now() + PATIENCE, self.dice.below(30) == 0);
        let mut tries = 0;
        let outcome = loop {
            let door = self.doors[self.at].clone();
            let hangs_up = tries == 0 && self.dice.percent(10);
            let patience = if hangs_up { self.dice.millis(0, 30) } else { Duration::from_secs(10) };
            tries += 1;
            match tokio::time::timeout(patience, call(door)).await {
                Ok(Ok(name)) => break Outcome::Ok(name),
                Ok(Err(status)) if is_final(&status) => {
                    let reason = practicum_tests::reason(&status);
                    if status.code() == Code::Internal {
                        self.history.fault(format!("{status:?}"));
                    }
                    break Outcome::Refused(reason);
                }
                _ => {}
            }
            if gives_up || Instant::now() > end {
                break Outcome::Unknown;
            }
            self.at = (self.at + 1) % self.doors.len();
            let pause = self.dice.millis(5, 100);
            tokio::time::sleep(pause).await;
        };
        self.history.tried(tries);
        outcome
    }

    fn send_another(&mut self) {
        self.changes_of_person += 1;
        let (first, _) = self.person.split_once('-').unwrap_or((&self.person, ""));
        self.person = format!("{first}-{}", self.changes_of_person);
    }

    fn note(&self, what: What, request_id: String, outcome: &Outcome) {
        self.history.add(Op { actor: self.actor.clone(), what, request_id, outcome: outcome.clone() });
    }
}

fn within<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(Duration::from_secs(8));
    request
}

/// Whether an answer settles the matter. A status without a reason is the transport's: whether the request took
/// effect is not known then, nor after those that the contract says so of.
fn is_final(status: &Status) -> bool {
    let unsettled = [Code::Unavailable, Code::DeadlineExceeded, Code::Cancelled, Code::Aborted];
    refusals::reason(status).is_some() && !unsettled.contains(&status.code())
}

/// Many who begin to read and leave at once, at random points: what they used must come back whole. The way to the
/// database is slow meanwhile, so that they leave while it is being waited for.
pub async fn come_and_go(town: &Town, times: usize) {
    town.replicas.iter().for_each(|replica| replica.storage.set(Mode::Delay(Duration::from_millis(5))));
    let doors = town.doors("durham", &[Role::Scheduler], "passer-by");
    let mut dice = Dice::new();
    let mut passing = tokio::task::JoinSet::new();
    for n in 0..times {
        let (mut bookings, patience) = (doors[n % doors.len()].bookings.clone(), dice.millis(0, 60));
        let request =
            wire::ListBookingsRequest { parent: "masterclasses/-/sessions/-".into(), ..Default::default() };
        passing.spawn(
            async move { drop(tokio::time::timeout(patience, bookings.list_bookings(request)).await) },
        );
        if n % 16 == 15 {
            while passing.join_next().await.is_some() {}
        }
    }
    while passing.join_next().await.is_some() {}
    town.replicas.iter().for_each(|replica| replica.storage.set(Mode::Pass));
}
