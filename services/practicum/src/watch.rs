//! `practicum watch bookings`: the feed, a line a change.

mod line;
mod place;

use crate::{cli::Watch, client::Nobody, patience::Patience, say::say};
use anyhow::Result;
use contracts::{
    common::v1::ChangeKind,
    masterclasses::v1::{
        WatchBookingsRequest, WatchBookingsResponse, booking_service_client::BookingServiceClient,
    },
};
use place::Place;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

/// Follows the feed until it is told to stop, and reconnects where the connection is lost.
///
/// # Errors
/// Nobody answers at first; the service refuses; the state file cannot be kept.
pub async fn bookings(options: Watch) -> Result<()> {
    options.target.check()?;
    let mut watcher =
        Watcher { place: Place::open(options.state_file.as_deref(), options.from.as_deref())?, options };
    let ended = tokio::select! {
        ended = watcher.follow() => ended,
        stopped = chassis::stop_signal() => stopped.map_err(Into::into),
    };
    watcher.place.keep()?;
    ended
}

struct Watcher {
    options: Watch,
    place: Place,
}

impl Watcher {
    async fn follow(&mut self) -> Result<()> {
        let mut patience = Patience::default();
        loop {
            let lost = match self.read(&mut patience).await {
                Ok(()) => "the stream ended".to_owned(),
                Err(error) if patience.has_begun() && self.may_pass(&error) => brief(&error),
                Err(error) => return Err(error),
            };
            self.place.keep()?;
            let first = patience.is_fresh();
            let wait = patience.next();
            if first || self.options.verbose {
                eprintln!(
                    "lost the feed ({lost}): trying again, from where it was, in {} ms",
                    wait.as_millis()
                );
            }
            tokio::time::sleep(wait).await;
        }
    }

    /// Reads one stream to its end.
    async fn read(&mut self, patience: &mut Patience) -> Result<()> {
        let channel = self.options.target.connect("masterclasses").await?;
        let ask = WatchBookingsRequest {
            parent: self.options.parent.clone(),
            resume_token: self.place.token().into(),
        };
        let mut request = Request::new(ask);
        request.metadata_mut().insert("authorization", self.options.target.bearer()?);
        let mut stream = BookingServiceClient::new(channel).watch_bookings(request).await?.into_inner();
        while let Some(seen) = stream.message().await? {
            patience.renew();
            self.take(&seen)?;
        }
        Ok(())
    }

    fn take(&mut self, seen: &WatchBookingsResponse) -> Result<()> {
        let Some(change) = &seen.change else { return Ok(()) };
        let checkpoint = change.kind() == ChangeKind::Checkpoint;
        if !checkpoint || self.options.verbose {
            say(line::line(change, seen.booking.as_ref()))?;
        }
        self.place.reach(&change.resume_token);
        if checkpoint { self.place.keep() } else { Ok(()) }
    }

    /// Whether the same might go well later. What a service says for a reason of its own is its answer, except that
    /// it is going away or that a token of ours has run out.
    fn may_pass(&self, error: &anyhow::Error) -> bool {
        let status = match error.downcast_ref::<Status>() {
            Some(status) => status,
            None => return error.is::<Nobody>(),
        };
        match status.code() {
            Code::Unavailable => true,
            Code::Unauthenticated => self.options.target.mints(),
            _ => status.get_details_error_info().is_none(),
        }
    }
}

/// A status in its own words, without what the libraries add.
fn brief(error: &anyhow::Error) -> String {
    error.downcast_ref::<Status>().map_or_else(|| format!("{error:#}"), |status| status.message().to_owned())
}
