//! `practicum watch bookings`: the feed, a line a change.

mod line;
mod patience;
mod place;

use crate::{cli::Watch, say::say};
use anyhow::Result;
use contracts::{
    common::v1::ChangeKind,
    masterclasses::v1::{
        WatchBookingsRequest, WatchBookingsResponse, booking_service_client::BookingServiceClient,
    },
};
use patience::Patience;
use place::Place;
use tonic::{Code, Request, Status};

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
            let begun = patience.has_begun();
            let error = match self.read(&mut patience).await {
                Ok(()) => None,
                Err(error) if begun || patience.has_begun() => Some(error),
                Err(error) => return Err(error),
            };
            if let Some(error) = error {
                if !self.may_pass(&error) {
                    return Err(error);
                }
                self.tell(&format!("lost the feed: {error:#}"));
            }
            self.place.keep()?;
            let wait = patience.next();
            self.tell(&format!("trying again in {} ms", wait.as_millis()));
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
        use tonic_types::StatusExt;
        error.downcast_ref::<Status>().is_none_or(|status| match status.code() {
            Code::Unavailable => true,
            Code::Unauthenticated => self.options.target.mints(),
            _ => status.get_details_error_info().is_none(),
        })
    }

    fn tell(&self, text: &str) {
        if self.options.verbose {
            eprintln!("{text}");
        }
    }
}
