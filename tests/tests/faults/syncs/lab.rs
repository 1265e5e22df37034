//! One university whose holdings go to and fro between two editions. Each run on the way is broken off at a point; what
//! is visible must then be what it was, and the run, taken up again from the batch that is not stored yet, must bring
//! the other edition.

use super::{
    eye::{Eye, Seen},
    records::{edition, open},
    talk::{Sender, Talk, batch, send},
};
use contracts::enrolments::v1::{SyncBatch, SyncOpen, SyncRecord, sync_run::State};
use practicum_tests::Stand;
use std::time::Duration;
use vocabulary::Role;

/// How often each way of ending is tried.
pub const POINTS: usize = 50;
const LEARNERS: usize = 24;
/// Records of a batch: small, so that there are as many points between batches as are wanted.
const EACH: usize = 2;
/// So long a server has to make of an end what it should not.
const SETTLE: Duration = Duration::from_millis(60);

/// What a client that comes back may be told for a while.
const PASSING: [&str; 2] = ["SHUTTING_DOWN", "CONTENTION"];

/// A run that is to be broken off.
pub struct Cut {
    pub open: SyncOpen,
    /// What is to be sent before the end.
    pub batches: Vec<SyncBatch>,
    /// Whether each batch's answer is awaited before the next is sent, and the end made only then.
    pub heard: bool,
    /// Its number.
    pub n: usize,
}

pub struct Lab {
    pub eye: Eye,
    pub sender: Sender,
    editions: [Vec<SyncRecord>; 2],
    seen: [Seen; 2],
    /// The edition that is visible.
    now: usize,
    runs: usize,
}

impl Lab {
    /// In process.
    pub async fn on(stand: &Stand) -> Self {
        let token = stand.token("teesside", &[Role::EnrolmentSync], "sits");
        let sender = super::talk::sender(stand.enrolments_channel().await, &token);
        let eye = Eye::App(Box::new(stand.enrolments().await.app.clone()));
        Self::with(eye, sender, LEARNERS).await
    }

    pub async fn with(eye: Eye, sender: Sender, learners: usize) -> Self {
        let editions = [edition(0, learners, 1), edition(1, learners, 1)];
        let mut lab = Self { eye, sender, editions, seen: Default::default(), now: 1, runs: 0 };
        // Twice each, so that everybody has come, gone and come back once.
        for _ in 0..4 {
            let (name, next) = (lab.name(), 1 - lab.now);
            let run = send(&lab.sender, &open(&name), &lab.editions[next], 500).await.expect("it is sent");
            assert_eq!(run.state(), State::Applied, "{:?}", run.guards);
            (lab.now, lab.seen[next]) = (next, lab.eye.see().await);
        }
        assert_ne!(lab.seen[0].rows, lab.seen[1].rows);
        lab
    }

    fn name(&mut self) -> String {
        self.runs += 1;
        format!("s{}", self.runs)
    }

    /// How many records the edition has that is to be sent next.
    pub fn records(&self) -> usize {
        self.editions[1 - self.now].len()
    }

    /// The `n`-th run, broken off after a part of the stream that grows with `n`.
    pub fn cut(&mut self, n: usize) -> Cut {
        let name = self.name();
        let next = &self.editions[1 - self.now];
        let all = next.len().div_ceil(EACH);
        let sent = (n / 2) * all / (POINTS / 2);
        let parts = (0..).zip(next.chunks(EACH)).take(sent.min(all));
        let batches = parts.map(|(sequence, part)| batch(sequence, part)).collect();
        Cut { open: open(&name), batches, heard: n.is_multiple_of(2), n }
    }

    /// Nothing has changed, whichever part of the stream arrived.
    pub async fn nothing_changed(&self, what: &str) {
        let seen = self.eye.see().await;
        assert!(seen == self.seen[self.now], "{what}: {}", difference(&self.seen[self.now], &seen));
    }

    /// Breaks a run off as `how` says, which answers how many batches it heard of; then takes it up again.
    pub async fn break_off(&mut self, n: usize, how: &impl AsyncFn(&Lab, &Cut) -> i64) {
        let cut = self.cut(n);
        let heard = how(self, &cut).await;
        tokio::time::sleep(SETTLE).await;
        self.nothing_changed(&format!("point {n}, after {heard} of {} batches", cut.batches.len())).await;
        self.take_up(&cut, heard).await;
    }

    /// Comes back to a run that was broken off, and goes on with it.
    pub async fn take_up(&mut self, cut: &Cut, heard: i64) {
        let opened = self.opened(&cut.open).await;
        self.go_on(opened, cut, heard).await;
    }

    /// Goes on with a run from the first batch that is not stored.
    pub async fn go_on(&mut self, (mut talk, next): (Talk, i64), cut: &Cut, heard: i64) {
        let sent = i64::try_from(cut.batches.len()).expect("a few");
        assert!(
            heard <= next && next <= sent,
            "{heard} batches were acknowledged of {sent}, and {next} comes next"
        );
        let records = &self.editions[1 - self.now];
        let stored = usize::try_from(next).expect("a few") * EACH;
        if stored < records.len() {
            talk.store(batch(next, &records[stored..])).await.expect("it is stored");
        }
        let count = i64::try_from(records.len()).expect("a few");
        let run = talk.finish(count).await.expect("it is finished");
        assert_eq!(run.state(), State::Applied, "{:?}", run.guards);
        self.arrived().await;
    }

    /// Sends all of the edition that comes next, and says how many records that is.
    pub async fn send_all(&self, talk: &mut Talk) -> i64 {
        let records = &self.editions[1 - self.now];
        for (sequence, part) in (0..).zip(records.chunks(500)) {
            talk.store(batch(sequence, part)).await.expect("it is stored");
        }
        i64::try_from(records.len()).expect("a few")
    }

    /// Takes up a run of which everything is stored.
    pub async fn take_up_whole(&mut self, cut: &Cut) {
        let (talk, next) = self.opened(&cut.open).await;
        let records = self.editions[1 - self.now].len();
        assert_eq!(usize::try_from(next).ok(), Some(records.div_ceil(500)), "an acknowledged batch is gone");
        let run = talk.finish(i64::try_from(records).expect("a few")).await.expect("it is finished");
        assert_eq!(run.state(), State::Applied, "{:?}", run.guards);
        self.arrived().await;
    }

    /// Opens the run as soon as there is somebody to open it.
    pub async fn opened(&self, open: &SyncOpen) -> (Talk, i64) {
        let mut last = None;
        for _ in 0..200 {
            match Talk::open(&self.sender, open).await {
                Ok(opened) => return opened,
                // The connection has broken, and the next try makes another; or whoever is gone still holds the run.
                Err(status) if refusals::reason(&status).is_none_or(|reason| PASSING.contains(&&*reason)) => {
                    last = Some(status);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(status) => panic!("{}: {status:?}", open.name),
            }
        }
        panic!("{}: {last:?}", open.name)
    }

    /// The other edition is there, all of it.
    pub async fn arrived(&mut self) {
        let next = 1 - self.now;
        let seen = self.eye.see().await;
        assert_eq!(seen.rows, self.seen[next].rows, "the run did not bring what it held");
        assert_ne!(seen.revisions, self.seen[self.now].revisions);
        (self.now, self.seen[next]) = (next, seen);
    }

    /// Which edition is visible now: the one before, or the next; nothing else may be.
    pub async fn either(&self, what: &str) -> bool {
        let seen = self.eye.see().await;
        if seen == self.seen[self.now] {
            return false;
        }
        assert!(
            seen.rows == self.seen[1 - self.now].rows,
            "{what}: {}",
            difference(&self.seen[self.now], &seen)
        );
        true
    }
}

/// The first lines that differ.
fn difference(before: &Seen, after: &Seen) -> String {
    let both = |a: &str, b: &str| {
        let lines = a.lines().zip(b.lines()).filter(|(a, b)| a != b).take(3);
        lines.map(|(a, b)| format!("\n  was {a}\n  is  {b}")).collect::<String>()
    };
    format!("{}{}", both(&before.rows, &after.rows), both(&before.revisions, &after.revisions))
}
