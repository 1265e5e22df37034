//! The tier that replicas share: Redis.

use crate::{CacheError, Settings, shelf::Cached};
use serde::{Serialize, de::DeserializeOwned};
use std::{sync::Arc, time::Instant};
use vocabulary::Revision;

/// Stub until the next commit: nothing is shared.
pub(crate) struct Shared;

impl Shared {
    pub(crate) fn open(settings: &Settings) -> Result<Self, CacheError> {
        settings.url.as_ref().ok_or(CacheError::NoUrl)?;
        Ok(Self)
    }
    pub(crate) async fn settle(&self) {}
    pub(crate) async fn read<T: DeserializeOwned>(
        &self,
        _kind: &str,
        _key: &str,
    ) -> Option<(Revision, Revision, Instant, T)> {
        None
    }
    pub(crate) fn write<T: Serialize + Send + Sync + 'static>(
        &self,
        _kind: &str,
        _key: &str,
        _cached: &Arc<Cached<T>>,
        _as_of: Revision,
        _expires: Instant,
        _plain: bool,
    ) {
    }
    pub(crate) fn bury(&self, _kind: &str, _key: &str, _revision: Revision) {}
    pub(crate) fn opened(&self) -> u64 {
        0
    }
    pub(crate) fn up(&self) -> bool {
        false
    }
}
