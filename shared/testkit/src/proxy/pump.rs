//! One way of a connection.

use super::{Mode, State};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use tokio::{
    io::{self, AsyncWriteExt},
    net::tcp::{ReadHalf, WriteHalf},
    sync::watch,
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Requests,
    Replies,
}

/// The connection is to be reset.
pub(super) struct Cut;

/// Carries bytes until `from` ends. `asked` counts requests that have reached the server, for both ways.
pub(super) async fn pump(
    from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    way: Direction,
    state: &State,
    asked: &AtomicU64,
) -> Result<(), Cut> {
    let mut mode = state.mode.subscribe();
    let mut buffer = vec![0; 16 * 1024];
    let (mut carried, mut answered) = (0, 0);
    loop {
        let Some(length) = read(&from, &mut buffer, way, &mut mode).await? else {
            shut(&mut to).await;
            return Ok(());
        };
        if *mode.borrow() == Mode::HalfClose && way == Direction::Requests {
            shut(&mut to).await;
            return Ok(());
        }
        if way == Direction::Replies && asked.load(Relaxed) != answered {
            answered = asked.load(Relaxed);
            lose(state, &mode)?;
        }
        carry(&buffer[..length], &mut to, way, &mut carried, &mut mode).await?;
        if way == Direction::Requests {
            asked.fetch_add(1, Relaxed);
        }
    }
}

/// The next bytes; `None` at the end, or where the mode ends this way.
async fn read(
    from: &ReadHalf<'_>,
    buffer: &mut [u8],
    way: Direction,
    mode: &mut watch::Receiver<Mode>,
) -> Result<Option<usize>, Cut> {
    loop {
        if *mode.borrow_and_update() == Mode::HalfClose && way == Direction::Requests {
            return Ok(None);
        }
        tokio::select! {
            ready = from.readable() => ready.map_err(|_| Cut)?,
            changed = mode.changed() => { changed.map_err(|_| Cut)?; continue }
        }
        match from.try_read(buffer) {
            Ok(0) => return Ok(None),
            Ok(length) => return Ok(Some(length)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return Err(Cut),
        }
    }
}

fn lose(state: &State, mode: &watch::Receiver<Mode>) -> Result<(), Cut> {
    if let Mode::DropReplies(probability) = *mode.borrow()
        && state.draw() < probability
    {
        state.lost.fetch_add(1, Relaxed);
        return Err(Cut);
    }
    Ok(())
}

async fn carry(
    mut bytes: &[u8],
    to: &mut WriteHalf<'_>,
    way: Direction,
    carried: &mut u64,
    mode: &mut watch::Receiver<Mode>,
) -> Result<(), Cut> {
    let held = |mode: &Mode| match mode {
        Mode::HoldRequests => way == Direction::Requests,
        Mode::HoldReplies => way == Direction::Replies,
        _ => false,
    };
    while !bytes.is_empty() {
        let now = *mode.wait_for(|mode| !held(mode)).await.map_err(|_| Cut)?;
        let limit = match (now, way) {
            (Mode::CutRequestsAfter(limit), Direction::Requests) => limit,
            (Mode::CutRepliesAfter(limit), Direction::Replies) => limit,
            _ => u64::MAX,
        };
        let left = usize::try_from(limit.saturating_sub(*carried)).unwrap_or(usize::MAX);
        let mut take = bytes.len().min(left);
        match now {
            Mode::Delay(delay) => tokio::time::sleep(delay).await,
            Mode::Drip { bytes, .. } => take = take.min(bytes.max(1)),
            _ => {}
        }
        to.write_all(&bytes[..take]).await.map_err(|_| Cut)?;
        *carried += take as u64;
        bytes = &bytes[take..];
        if *carried >= limit {
            return Err(Cut);
        }
        if let Mode::Drip { pause, .. } = now {
            tokio::time::sleep(pause).await;
        }
    }
    Ok(())
}

/// Tells the other side that no more will come this way.
async fn shut(to: &mut WriteHalf<'_>) {
    // Where it is gone already there is nobody to tell.
    let _ = to.shutdown().await;
}
