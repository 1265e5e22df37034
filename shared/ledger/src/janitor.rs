//! Forgetting what is past its time: feed entries and answers to request ids.

use crate::{Ledger, Settings, feed};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use vocabulary::Scope;

/// How long things are kept.
#[derive(Clone, Copy, Debug)]
pub struct Keep {
    pub feed_days: u32,
    pub answer_days: u32,
}

impl From<&Settings> for Keep {
    fn from(settings: &Settings) -> Self {
        Self { feed_days: settings.feed_days, answer_days: settings.answer_days }
    }
}

impl Ledger {
    /// Forgets what is due, once.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn forget(&self, keep: Keep) -> Result<u64, crate::Fault> {
        let unit = self.begin(&Scope::Service, None).await?;
        let now = vocabulary::micros(unit.now());
        let before = |days: u32| now - i64::from(days) * 86_400_000_000;
        let fed = feed::prune(unit.tx(), before(keep.feed_days)).await?;
        let sql = "DELETE FROM answers WHERE created_us < $1";
        let answered = unit.tx().run(sql, vec![before(keep.answer_days).into()]).await?;
        self.commit(unit, vec![]).await?;
        Ok(fed + answered)
    }

    /// Forgets what is due every hour, until `stop`. Replicas that do it at once only repeat each other.
    pub fn keep_house(&self, keep: Keep, stop: CancellationToken) {
        let me = self.clone();
        tokio::spawn(async move {
            loop {
                if let Err(fault) = me.forget(keep).await {
                    tracing::warn!(%fault, "could not forget what is past its time");
                }
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(Duration::from_secs(3600)) => {}
                }
            }
        });
    }
}
