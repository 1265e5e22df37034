//! `practicum watch bookings` and `watch placements`: a feed, a line a change.

mod line;
mod place;
mod source;

use crate::{
    cli::{Feed, Watch},
    client::Nobody,
    patience::Patience,
    say::say,
};
use anyhow::Result;
use contracts::common::v1::ChangeKind;
use futures_util::TryStreamExt;
use place::Place;
use source::{Seen, Source};
use tonic::{Code, Status};
use tonic_types::StatusExt;

/// Follows a feed until it is told to stop, and reconnects where the connection is lost.
///
/// # Errors
/// Nobody answers at first; the service refuses; the state file cannot be kept.
pub async fn watch(feed: Feed) -> Result<()> {
    let (source, mut options) = Source::of(feed);
    options.target.check()?;
    if options.target.mints() && options.target.identity.role.is_empty() {
        options.target.identity.role.push(source.role());
    }
    let place = Place::open(options.state_file.as_deref(), options.from.as_deref())?;
    let mut watcher = Watcher { source, options, place };
    let ended = tokio::select! {
        ended = watcher.follow() => ended,
        stopped = chassis::stop_signal() => stopped.map_err(Into::into),
    };
    watcher.place.keep()?;
    ended
}

struct Watcher {
    source: Source,
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
        let channel = self.options.target.connect(self.source.service()).await?;
        let bearer = self.options.target.bearer()?;
        let mut stream = self.source.open(channel, bearer, self.place.token().into()).await?;
        while let Some(seen) = stream.try_next().await? {
            patience.renew();
            self.take(&seen)?;
        }
        Ok(())
    }

    fn take(&mut self, seen: &Seen) -> Result<()> {
        let Some(change) = &seen.change else { return Ok(()) };
        let checkpoint = change.kind() == ChangeKind::Checkpoint;
        if !checkpoint || self.options.verbose {
            say(line::line(change, seen.subject.as_ref()))?;
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
