//! A university's enrolments service that is down, slow or lying. Placements confirms nobody of whom it has not heard that
//! they are enrolled, keeps to its callers' deadlines, serves others meanwhile, believes nothing of a feed that is not for
//! that university to say, and goes on by itself once the service is well.

mod liar;

use contracts::placements::v1::{
    Placement,
    placement::{EnrolmentCheck, State},
};
use h2::Reason;
use liar::{Asked, Liar, Lie};
use practicum_tests::{
    Options, Stand,
    placing::{Parties, confirming},
};
use std::{
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};
use tokio::time::{sleep, timeout};
use tonic::{Code, Request};

/// What a caller of ConfirmPlacement gives it.
const DEADLINE: Duration = Duration::from_secs(3);
/// Nothing takes as long as this.
const AGES: Duration = Duration::from_secs(60);

/// Of who asks whether somebody is enrolled.
const LIES: [Lie; 25] = [
    Lie::Mute,
    Lie::Noise,
    Lie::Oversize,
    Lie::EndlessHeaders,
    Lie::Reset(Reason::NO_ERROR),
    Lie::Reset(Reason::INTERNAL_ERROR),
    Lie::Reset(Reason::REFUSED_STREAM),
    Lie::Reset(Reason::ENHANCE_YOUR_CALM),
    Lie::Silent,
    Lie::Page(200),
    Lie::Page(302),
    Lie::Page(503),
    Lie::Huge,
    Lie::Short,
    Lie::Drip,
    Lie::Scrambled,
    Lie::LongTrailers,
    Lie::NoStatus,
    Lie::Refuses(Code::Ok),
    Lie::Refuses(Code::Unauthenticated),
    Lie::Refuses(Code::Unavailable),
    Lie::Nothing,
    Lie::Late,
    Lie::Contradiction,
    Lie::Denial,
];

/// Teesside's students: ann, ben, eve and somebody who is not enrolled, accepted; and dee, confirmed, on a placement.
struct Scene {
    parties: Parties,
    accepted: [String; 2],
    stranger: String,
    eve: String,
    dee: (String, String),
}

/// It is over when enrolments is down.
async fn scene() -> (Stand, Scene) {
    let stand = Stand::up(Options { follow: true, ..Options::default() }).await;
    let parties = Parties::of(&stand, 5).await;
    let registrar = stand.registrar("teesside").await;
    let run = registrar.teach("ba", 0).await.unwrap();
    for person in ["ann", "ben", "eve"] {
        registrar.enrol(&run, person).await.unwrap();
    }
    let enrolment = registrar.enrol(&run, "dee").await.unwrap().name;
    let dee = parties.accepted(&stand, "dee").await.name;
    assert_eq!(parties.confirm(&dee).await.unwrap().state(), State::Confirmed);
    let (ann, ben) = (parties.accepted(&stand, "ann").await.name, parties.accepted(&stand, "ben").await.name);
    let stranger = parties.accepted(&stand, "stranger").await.name;
    let eve = parties.accepted(&stand, "eve").await.name;
    let stand = stand.without_enrolments(async {}).await;
    (stand, Scene { parties, accepted: [ann, ben], stranger, eve, dee: (enrolment, dee) })
}

impl Scene {
    /// Asks for a confirmation while nobody says that anybody is enrolled: whatever comes, it comes in time, and it is
    /// no yes. Answers whether the placement waits.
    async fn unverified(&self, placement: &str) -> bool {
        let mut ask = Request::new(confirming(placement));
        ask.set_timeout(DEADLINE);
        let mut placements = self.parties.teesside.placements.clone();
        match timeout(AGES, placements.confirm_placement(ask)).await.expect("the call ends") {
            Ok(answer) => {
                let answer = answer.into_inner();
                assert_eq!(
                    (answer.state(), answer.enrolment_check()),
                    (State::Accepted, EnrolmentCheck::Pending)
                );
                true
            }
            Err(status) => {
                assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}");
                false
            }
        }
    }

    /// Others are served until this is dropped; answers how often so far.
    fn others(&self) -> (std::sync::Arc<AtomicUsize>, tokio::task::JoinHandle<()>) {
        let served = std::sync::Arc::<AtomicUsize>::default();
        let (count, durham, name) = (served.clone(), self.parties.durham.clone(), self.dee.1.clone());
        let serving = tokio::spawn(async move {
            loop {
                let mut ask =
                    Request::new(contracts::placements::v1::GetPlacementRequest { name: name.clone() });
                ask.set_timeout(Duration::from_secs(20));
                durham.placements.clone().get_placement(ask).await.expect("others are served");
                count.fetch_add(1, Relaxed);
                sleep(Duration::from_millis(20)).await;
            }
        });
        (served, serving)
    }

    /// The students of whom something is to be said are as they were.
    async fn unchanged(&self, what: &str) {
        for name in self.accepted.iter().chain([&self.stranger]) {
            assert_eq!(self.parties.seen(name).await.state(), State::Accepted, "{what}");
        }
        let dee = self.parties.seen(&self.dee.1).await;
        assert_eq!((dee.state(), dee.concerns.len()), (State::Confirmed, 0), "{what}: {:?}", dee.concerns);
    }

    /// Waits for what comes by itself.
    async fn becomes(&self, name: &str, right: impl Fn(&Placement) -> bool) {
        for _ in 0..2_400 {
            if right(&self.parties.seen(name).await) {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("{name} never became what it should: {:?}", self.parties.seen(name).await)
    }

    /// Confirms, again and again until it is; answers how often it was not.
    async fn becomes_confirmed(&self, name: &str) -> usize {
        let mut times = 0;
        while self.parties.confirm(name).await.unwrap().state() != State::Confirmed && times < 100 {
            times += 1;
            sleep(Duration::from_millis(200)).await;
        }
        times
    }

    /// Enrolments is there again, and says what is so.
    async fn healed(&self, stand: &Stand) {
        let registrar = stand.registrar("teesside").await;
        // Somebody finds that it is well, and those who waited are asked for at once.
        let waited = self.becomes_confirmed(&self.eve).await;
        assert!(waited < 100, "{waited} times it did not answer, and it is well");
        for name in &self.accepted {
            self.becomes(name, |seen| seen.state() == State::Confirmed).await;
        }
        self.becomes(&self.stranger, |seen| seen.enrolment_check() == EnrolmentCheck::Refused).await;
        registrar.interrupt(&self.dee.0, "").await.unwrap();
        self.becomes(&self.dee.1, |seen| seen.concerns.len() == 1).await;
    }
}

/// How often a liar was reached: by a question, or by somebody who never came to ask it.
fn reached(lie: Lie, asked: &Asked) -> usize {
    let raw = [Lie::Mute, Lie::Noise, Lie::Oversize, Lie::EndlessHeaders];
    if raw.contains(&lie) { asked.connections.load(Relaxed) } else { asked.verified.load(Relaxed) }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_confirmed_unverified_whatever_a_university_answers() {
    let _alone = crate::alone().await;
    let (stand, scene) = scene().await;
    let (served, serving) = scene.others();
    assert!(scene.unverified(&scene.accepted[0]).await, "a service that is down is no yes");
    let liar = Liar::at(stand.enrolments_address(), Lie::Mute).await;
    let mut waited = 0;
    for lie in LIES {
        let (asked, before) = (liar.tell(lie), served.load(Relaxed));
        // A service that fails often is left alone for two seconds: until it has been asked, nothing is shown.
        loop {
            let names = scene.accepted.iter().chain([&scene.stranger]);
            let asking = futures_util::future::join_all(names.map(|name| scene.unverified(name)));
            waited += asking.await.into_iter().filter(|waits| *waits).count();
            if reached(lie, &asked) > 0 {
                break;
            }
            sleep(Duration::from_millis(200)).await;
        }
        scene.unchanged(&format!("{lie:?}")).await;
        until("others are served", || served.load(Relaxed) > before).await;
    }
    assert!(waited >= LIES.len(), "{waited} calls were told that the placement waits");
    assert!(!serving.is_finished(), "others were not served");
    serving.abort();
    drop(liar);
    scene.healed(&stand).await;
    stand.down().await;
}

/// What is told in a feed, and in a list.
const FALSE_FEEDS: [Lie; 14] = [
    Lie::Falsehoods,
    Lie::Noise,
    Lie::EndlessHeaders,
    Lie::Reset(Reason::INTERNAL_ERROR),
    Lie::Page(200),
    Lie::Huge,
    Lie::Drip,
    Lie::Scrambled,
    Lie::Nothing,
    Lie::Token(0),
    Lie::Token(3_000),
    Lie::Flood,
    Lie::EndlessList,
    Lie::Refuses(Code::Internal),
];

/// Waits until the feed is asked for again, once it has been told that it ended well: then nobody waits long to ask.
async fn followed(liar: &Liar) {
    let asked = liar.tell(Lie::Ends);
    until("the feed is asked for", || asked.watched.load(Relaxed) > 2).await;
}

async fn until(what: &str, so: impl Fn() -> bool) {
    for _ in 0..2_400 {
        if so() {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("never: {what}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_is_believed_in_nothing_that_is_not_for_it_to_say_and_is_followed_again() {
    let _alone = crate::alone().await;
    let (stand, scene) = scene().await;
    let (served, serving) = scene.others();
    let liar = Liar::at(stand.enrolments_address(), Lie::Ends).await;
    for lie in FALSE_FEEDS {
        followed(&liar).await;
        let (asked, before) = (liar.tell(lie), served.load(Relaxed));
        let count = match lie {
            Lie::Noise | Lie::EndlessHeaders => &asked.connections,
            Lie::EndlessList => &asked.listed,
            _ => &asked.watched,
        };
        until(&format!("{lie:?} is heard"), || count.load(Relaxed) > 0).await;
        sleep(Duration::from_millis(300)).await;
        until("others are served", || served.load(Relaxed) > before).await;
        scene.unchanged(&format!("{lie:?}")).await;
    }
    // One that says nothing is not waited for.
    followed(&liar).await;
    let asked = liar.tell(Lie::Silent);
    until("it is given up, and asked for again", || asked.watched.load(Relaxed) > 2).await;
    // What is kept of where it stood is nowhere that the true one knows.
    followed(&liar).await;
    let asked = liar.tell(Lie::Falsehoods);
    until("it is heard", || asked.watched.load(Relaxed) > 1).await;
    assert!(!serving.is_finished(), "others were not served");
    serving.abort();
    drop(liar);
    let registrar = stand.registrar("teesside").await;
    registrar.interrupt(&scene.dee.0, "").await.unwrap();
    scene.becomes(&scene.dee.1, |seen| seen.concerns.len() == 1).await;
    stand.down().await;
}
