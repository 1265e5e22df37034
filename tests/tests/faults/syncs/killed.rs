//! Servers that are told to go, or killed, while they receive a run or make it true.

use super::{
    endings::send,
    lab::{Cut, Lab},
    process::{Place, Stood},
    talk::Talk,
};
use crate::dice::Dice;
use contracts::enrolments::v1::{SyncFinish, sync_enrolments_request::Message};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tonic::Status;

/// How often each signal comes while a run is received, on each store.
const SIGNALS: usize = 50;
/// How often a process is killed after the finish message, while it plans, applies or commits, on each store.
const LATE_KILLS: usize = 20;
/// Learners of the runs of [`LATE_KILLS`]: enough for an apply that lasts.
const MANY: usize = 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Terminate,
    Kill,
}

/// Sends a part of a run, ends the process, and starts it again. The client keeps its half of the stream open all the
/// while: a process that waited for it would take its whole drain, fifty times over.
async fn end(process: &Arc<Stood>, lab: &Lab, cut: &Cut, how: How) -> i64 {
    let (mut talk, _) = Talk::open(&lab.sender, &cut.open).await.expect("it opens");
    let heard = send(&mut talk, cut).await;
    let ending = process.clone();
    let ended = tokio::task::spawn_blocking(move || match how {
        How::Terminate => ending.terminate(),
        How::Kill => ending.kill(),
    });
    let mut later = 0;
    // What was on its way may still arrive; whatever is acknowledged has to be kept.
    let told = loop {
        match talk.hear().await {
            Ok(Some(_)) => later += 1,
            // A connection that breaks may look like this.
            Ok(None) => break Status::unavailable("the stream ended"),
            Err(status) => break status,
        }
    };
    if how == How::Terminate {
        assert_eq!(refusals::reason(&told).as_deref(), Some("SHUTTING_DOWN"), "{told:?}");
    }
    ended.await.expect("it ends");
    lab.nothing_changed(&format!("{how:?} at point {}", cut.n)).await;
    restart(process).await;
    heard + later
}

async fn restart(process: &Arc<Stood>) {
    let starting = process.clone();
    tokio::task::spawn_blocking(move || starting.start()).await.expect("it starts again");
}

async fn signalled(place: Place, how: How) {
    let process = Arc::new(Stood::up(&place).await);
    let mut lab = Lab::with(place.eye(), process.sender(&place), 24).await;
    let began = Instant::now();
    for n in 0..SIGNALS {
        lab.break_off(n, &async |lab: &Lab, cut: &Cut| end(&process, lab, cut, how).await).await;
    }
    eprintln!("{how:?}: {SIGNALS} times in {:?}", began.elapsed());
}

/// A run that is finished, and whose server dies at some moment after it was told so.
async fn killed_late(place: Place) {
    let process = Arc::new(Stood::up(&place).await);
    let mut lab = Lab::with(place.eye(), process.sender(&place), MANY).await;
    let (mut dice, mut before, mut usual) = (Dice::new(), 0, Duration::from_millis(300));
    for n in 0..LATE_KILLS {
        let cut = lab.cut(0);
        let (mut talk, _) = Talk::open(&lab.sender, &cut.open).await.expect("it opens");
        let count = lab.send_all(&mut talk).await;
        let run = cut.open.name.rsplit('/').next().expect("an id").to_owned();
        if n == 0 {
            let began = Instant::now();
            talk.finish(count).await.expect("it is finished");
            usual = began.elapsed();
            lab.arrived().await;
            continue;
        }
        talk.say(Message::Finish(SyncFinish { record_count: count })).await;
        // From at once to a little after the answer of one that nobody kills.
        let pause =
            Duration::from_micros(dice.below(u64::try_from(usual.as_micros()).expect("a while") * 6 / 5));
        tokio::time::sleep(pause).await;
        let dying = process.clone();
        tokio::task::spawn_blocking(move || dying.kill()).await.expect("it is killed");
        let there = lab.either(&format!("killed {pause:?} after the finish message")).await;
        before += usize::from(!there);
        // The sweeper leaves a run alone for a minute, since another replica may be at it; here nobody is.
        let eye = place.eye();
        eye.run(&format!(
            "UPDATE sync_runs SET touched_us = touched_us - 120000000 WHERE id = 'teesside/{run}'"
        ))
        .await;
        let complete = eye
            .number(&format!("SELECT count(*) FROM sync_runs WHERE id = 'teesside/{run}' AND complete"))
            .await;
        restart(&process).await;
        if complete == 0 {
            // The finish message had not been believed yet: whoever sent it goes on.
            lab.take_up_whole(&cut).await;
            continue;
        }
        while place.eye().state(&run).await != "applied" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        lab.arrived().await;
    }
    eprintln!(
        "{} killed after the finish message, {before} of them before the commit; whole: {usual:?}",
        LATE_KILLS - 1
    );
    assert!(before > 0, "no kill came before the commit");
}

/// Fifty times.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_told_to_go_changes_nothing_and_is_resumed_on_sqlite() {
    let _alone = crate::alone().await;
    signalled(Place::sqlite(), How::Terminate).await;
}

/// Fifty times.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_told_to_go_changes_nothing_and_is_resumed_on_postgres() {
    let _alone = crate::alone().await;
    signalled(Place::postgres().await, How::Terminate).await;
}

/// Fifty times. Every batch that was acknowledged is there afterwards: less than one is sent again.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_changes_nothing_and_is_resumed_on_sqlite() {
    let _alone = crate::alone().await;
    signalled(Place::sqlite(), How::Kill).await;
}

/// Fifty times. Every batch that was acknowledged is there afterwards: less than one is sent again.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_changes_nothing_and_is_resumed_on_postgres() {
    let _alone = crate::alone().await;
    signalled(Place::postgres().await, How::Kill).await;
}

/// Twenty runs; whoever planned or applied one of them is gone, and the process that follows makes it true.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_while_it_applies_leaves_all_or_nothing_and_the_next_one_ends_it_on_sqlite() {
    let _alone = crate::alone().await;
    killed_late(Place::sqlite()).await;
}

/// Twenty runs; whoever planned or applied one of them is gone, and the process that follows makes it true.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_while_it_applies_leaves_all_or_nothing_and_the_next_one_ends_it_on_postgres() {
    let _alone = crate::alone().await;
    killed_late(Place::postgres().await).await;
}
