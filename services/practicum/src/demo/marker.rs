//! When the demo was loaded into a data directory: `demo.toml`.

use crate::folder::{self, Folder};
use anyhow::{Context, Result};
use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use std::io::ErrorKind;
use uuid::{Builder, Uuid};
use vocabulary::{Instant, micros};

/// All its dates count from `began`, and its request ids are made from it: the same load again asks for the same.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Marker {
    pub began: Instant,
    pub done: bool,
}

impl Marker {
    /// # Errors
    /// It is there and cannot be read.
    pub fn read(folder: &Folder) -> Result<Option<Self>> {
        let path = folder.demo();
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(toml::from_str(&text).with_context(|| format!("{}", path.display()))?)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("{}", path.display())),
        }
    }

    /// # Errors
    /// It cannot be written.
    pub fn begin(folder: &Folder, now: Instant) -> Result<Self> {
        Self { began: now, done: false }.write(folder)
    }

    /// # Errors
    /// It cannot be written.
    pub fn end(self, folder: &Folder) -> Result<Self> {
        Self { done: true, ..self }.write(folder)
    }

    fn write(self, folder: &Folder) -> Result<Self> {
        folder::replace(&folder.demo(), toml::to_string(&self)?.as_bytes())?;
        Ok(self)
    }
}

/// The request id of one step of a load: a UUID of one's own making (version 8).
pub fn request_id(began: Instant, step: &str) -> String {
    let hash = digest(&SHA256, format!("practicum demo {} {step}", micros(began)).as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    let id: Uuid = Builder::from_custom_bytes(bytes).into_uuid();
    id.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_is_remembered_and_its_request_ids_are_its_own() {
        let directory = tempfile::tempdir().unwrap();
        let folder = Folder::new(directory.path());
        assert!(Marker::read(&folder).unwrap().is_none());
        let began = vocabulary::from_micros(1_800_000_000_000_001);
        Marker::begin(&folder, began).unwrap();
        let marker = Marker::read(&folder).unwrap().unwrap();
        assert_eq!((marker.began, marker.done), (began, false));
        assert!(marker.end(&folder).is_ok_and(|_| Marker::read(&folder).unwrap().unwrap().done));
        assert_eq!(request_id(began, "a"), request_id(began, "a"));
        assert_ne!(request_id(began, "a"), request_id(began, "b"));
        assert_ne!(request_id(began, "a"), request_id(vocabulary::from_micros(1), "a"));
    }
}
