//! WatchEnrolments.

use crate::{
    Enrolments,
    domain::{Enrolment, EnrolmentName},
    error::Error,
    store,
};
use futures_util::Stream;
use ledger::{FeedRow, Seen, Since};
use std::{collections::HashMap, sync::Arc};
use vocabulary::{Call, PartnerId};

/// Which enrolments to watch, and from where in the feed.
#[derive(Clone, Debug)]
pub struct WatchEnrolments {
    /// `None` is every university.
    pub university: Option<PartnerId>,
    pub since: Since,
}

impl Enrolments {
    /// Every change to the enrolments that the caller may see: first what is kept since the beginning asked for, then
    /// live, with a checkpoint when all has been told and every five seconds after that.
    ///
    /// The stream ends with [`Error::ResyncRequired`] where what comes next is no longer kept.
    pub fn watch_enrolments(
        &self,
        call: Call,
        ask: WatchEnrolments,
    ) -> impl Stream<Item = Result<Seen<Enrolment>, Error>> + use<> {
        let span = tracing::info_span!("watch_enrolments");
        let (ledger, since) = (self.ledger.clone(), ask.since);
        let watcher = Arc::new(Watcher { app: self.clone(), call, ask });
        ledger::watch(ledger, since, span, move |rows| {
            let watcher = watcher.clone();
            async move { watcher.look(rows).await }
        })
    }
}

struct Watcher {
    app: Enrolments,
    call: Call,
    ask: WatchEnrolments,
}

impl Watcher {
    /// Reads the enrolments of these changes under the caller's rights as they are now.
    async fn look(&self, rows: Vec<Arc<FeedRow>>) -> Result<Vec<Seen<Enrolment>>, Error> {
        let prefix = self.ask.university.as_ref().map(|university| format!("{}/", university.name()));
        let wanted = |row: &Arc<FeedRow>| {
            row.collection == "enrolments"
                && row.visible_to(&self.call.caller.partner)
                && prefix.as_ref().is_none_or(|prefix| row.resource.starts_with(prefix))
        };
        let rows: Vec<Arc<FeedRow>> = rows.into_iter().filter(wanted).collect();
        let names = rows.iter().filter_map(|row| row.resource.parse::<EnrolmentName>().ok());
        let mut keys: Vec<String> = names.map(|name| name.key()).collect();
        if keys.is_empty() {
            return Ok(vec![]);
        }
        keys.sort_unstable();
        keys.dedup();
        let tx = self.app.ledger.database.read(&self.call.scope(), None).await?;
        let found = store::enrolments::by_keys(&tx, &keys).await?;
        tx.commit().await?;
        let found: HashMap<String, Enrolment> =
            found.into_iter().map(|enrolment| (enrolment.name.to_string(), enrolment)).collect();
        let seen = |row: Arc<FeedRow>| {
            let enrolment = found.get(&row.resource).cloned().map(Box::new);
            Seen::Change(row, enrolment)
        };
        Ok(rows.into_iter().map(seen).collect())
    }
}
