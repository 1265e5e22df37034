//! Streams to a service in this process that end in any way but by a finish with the right count: half-closed, dropped,
//! past their deadline, reset, cut, miscounted; each way at fifty points on each store.

use super::{
    lab::{Cut, Lab, POINTS},
    reset,
    talk::{Talk, request, sender},
};
use contracts::enrolments::v1::{SyncFinish, sync_enrolments_request::Message};
use practicum_tests::{Stand, on_both_stores, reason};
use prost::Message as _;
use std::time::Duration;
use testkit::proxy::{Mode, Proxy};
use tonic::{Code, transport::Endpoint};
use vocabulary::Role;

/// Sends what the cut has, and says of how many batches it heard.
pub async fn send(talk: &mut Talk, cut: &Cut) -> i64 {
    let mut heard = 0;
    for batch in &cut.batches {
        talk.say(Message::Batch(batch.clone())).await;
        if cut.heard {
            heard += i64::from(talk.accepted().await.is_ok());
        }
    }
    heard
}

/// Breaks off as many runs as there are points.
async fn everywhere(lab: &mut Lab, how: impl AsyncFn(&Lab, &Cut) -> i64) {
    for n in 0..POINTS {
        lab.break_off(n, &how).await;
    }
}

/// A connection to the service in process whose bytes can be cut off.
async fn through_a_proxy(stand: &Stand) -> Proxy {
    Proxy::start(stand.enrolments().await.address().to_string()).await
}

/// The bytes that reach the server when a cut's messages do, about: each has a header, and the call has more.
fn bytes(cut: &Cut) -> u64 {
    let messages = cut.batches.iter().map(|batch| request(Message::Batch(batch.clone())).encoded_len() + 14);
    let open = request(Message::Open(cut.open.clone())).encoded_len() + 14;
    u64::try_from(messages.sum::<usize>() + open + 600).expect("a few")
}

/// Sends until nobody listens any more, at a pace that lasts longer than the deadline.
async fn until_the_deadline(lab: &Lab, cut: &Cut) -> i64 {
    let last = Duration::from_millis(5 + 4 * u64::try_from(cut.n).expect("a few"));
    let talking = async {
        let (mut talk, _) = Talk::open_as(&lab.sender, &cut.open, |asked| asked.set_timeout(last)).await?;
        let mut heard = 0;
        for batch in &cut.batches {
            talk.say(Message::Batch(batch.clone())).await;
            if cut.heard {
                talk.accepted().await?;
                heard += 1;
            }
            tokio::time::sleep(Duration::from_millis(4)).await;
        }
        // Whatever comes before the end is an answer to what was sent.
        while talk.hear().await?.is_some() {}
        Ok::<i64, tonic::Status>(heard)
    };
    let ended = talking.await.expect_err("the deadline ends it");
    let late = matches!(ended.code(), Code::DeadlineExceeded | Code::Cancelled);
    assert!(late, "{ended:?}");
    0
}

on_both_stores! {
    /// The client says that it will send no more, and not that it has finished.
    async fn a_half_closed_stream_changes_nothing_at_fifty_points(stand: &Stand) {
        let _alone = crate::alone().await;
        let mut lab = Lab::on(stand).await;
        everywhere(&mut lab, async |lab, cut| {
            let (mut talk, _) = Talk::open(&lab.sender, &cut.open).await.expect("it opens");
            let heard = send(&mut talk, cut).await;
            heard + talk.half_close().await.expect("the server ends it, too")
        })
        .await;
    }

    async fn a_client_that_goes_away_changes_nothing_at_fifty_points(stand: &Stand) {
        let _alone = crate::alone().await;
        let mut lab = Lab::on(stand).await;
        everywhere(&mut lab, async |lab, cut| {
            let (mut talk, _) = Talk::open(&lab.sender, &cut.open).await.expect("it opens");
            send(&mut talk, cut).await
        })
        .await;
    }

    /// The deadline passes while batches arrive: from 5 to 200 ms after the start.
    async fn a_deadline_in_the_middle_changes_nothing_at_fifty_points(stand: &Stand) {
        let _alone = crate::alone().await;
        let mut lab = Lab::on(stand).await;
        everywhere(&mut lab, until_the_deadline).await;
    }

    /// RST_STREAM with each of the fourteen codes of HTTP/2.
    async fn a_reset_stream_changes_nothing_at_fifty_points(stand: &Stand) {
        let _alone = crate::alone().await;
        let mut lab = Lab::on(stand).await;
        let token = stand.token("teesside", &[Role::EnrolmentSync], "sits");
        let address = stand.enrolments().await.address();
        everywhere(&mut lab, async |_, cut| reset::send(address, &token, cut).await).await;
    }

    /// The connection is reset after so many bytes: fifty numbers, evenly from the first byte to the last.
    async fn a_connection_cut_in_the_middle_changes_nothing_at_fifty_points(stand: &Stand) {
        let _alone = crate::alone().await;
        let mut lab = Lab::on(stand).await;
        let token = stand.token("teesside", &[Role::EnrolmentSync], "sits");
        let proxy = through_a_proxy(stand).await;
        for n in 0..POINTS {
            let mut cut = lab.cut(POINTS - 1);
            (cut.n, cut.heard) = (n, n.is_multiple_of(2));
            let after = bytes(&cut) * (u64::try_from(n).expect("a few") + 1) / 50;
            proxy.set(Mode::CutRequestsAfter(after));
            let endpoint = Endpoint::from_shared(format!("http://{}", proxy.address)).expect("an address");
            let mut heard = 0;
            if let Ok(channel) = endpoint.connect().await
                && let Ok((mut talk, _)) = Talk::open(&sender(channel, &token), &cut.open).await
            {
                heard = send(&mut talk, &cut).await;
                // What is cut ends by itself; the last of them come through whole, and go on until they are.
                proxy.cut_all();
                while let Ok(Some(_)) = talk.hear().await {}
            }
            tokio::time::sleep(Duration::from_millis(60)).await;
            lab.nothing_changed(&format!("cut after {after} bytes")).await;
            lab.take_up(&cut, heard).await;
        }
    }

    /// Fewer or more than were stored, or all of them when only a part was: the run has failed, and another brings it.
    async fn a_finish_with_another_count_changes_nothing_at_fifty_points(stand: &Stand) {
        let _alone = crate::alone().await;
        let mut lab = Lab::on(stand).await;
        for n in 0..POINTS {
            let cut = lab.cut(n);
            let (mut talk, _) = Talk::open(&lab.sender, &cut.open).await.expect("it opens");
            send(&mut talk, &cut).await;
            let stored: usize = cut.batches.iter().map(|batch| batch.records.len()).sum();
            let count = [stored + 1, lab.records(), stored.saturating_sub(1)][n % 3];
            let record_count = i64::try_from(if count == stored { stored + 2 } else { count }).expect("a few");
            talk.say(Message::Finish(SyncFinish { record_count })).await;
            let refused = loop {
                match talk.hear().await {
                    Err(status) => break status,
                    Ok(answer) => assert!(answer.is_some(), "not refused, but ended"),
                }
            };
            assert_eq!(reason(&refused), "RECORD_COUNT_MISMATCH");
            tokio::time::sleep(Duration::from_millis(20)).await;
            lab.nothing_changed(&format!("{record_count} counted of {stored}")).await;
            let run = cut.open.name.rsplit('/').next().expect("an id");
            assert_eq!(lab.eye.state(run).await, "failed");
            if n % 10 == 9 {
                let again = lab.cut(0);
                lab.take_up(&again, 0).await;
            }
        }
    }
}
