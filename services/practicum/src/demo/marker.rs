//! When the demo was loaded into a data directory: `demo.toml`.

use crate::folder::{self, Folder};
use anyhow::{Context, Result};
use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use std::io::ErrorKind;
use uuid::{Builder, Uuid};
use vocabulary::{Instant, micros};

/// All its dates count from `began`, and its request ids are made from it: the same load again asks for the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Marker {
    pub began: Instant,
    pub done: bool,
    /// What this load is of.
    #[serde(default = "Part::all")]
    pub parts: Vec<Part>,
    /// What its placements count from: later, where the demo was there before there were any.
    pub placements: Option<Instant>,
    /// The match run that it made.
    pub run: Option<String>,
}

/// What a load may be of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Masterclasses and who is booked on them.
    Town,
    /// Courses and who is enrolled.
    University,
    /// Offers, needs and a match.
    Practice,
}

impl Part {
    /// A load that was cut short when nobody wrote down of what.
    fn all() -> Vec<Self> {
        vec![Self::Town, Self::University, Self::Practice]
    }
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
    pub fn write(self, folder: &Folder) -> Result<Self> {
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
        let (parts, run) = (vec![Part::Practice], Some("matchRuns/a".to_owned()));
        let marker = Marker { began, done: true, parts, placements: Some(began), run };
        marker.clone().write(&folder).unwrap();
        assert_eq!(Marker::read(&folder).unwrap(), Some(marker));
        assert_eq!(request_id(began, "a"), request_id(began, "a"));
        assert_ne!(request_id(began, "a"), request_id(began, "b"));
        assert_ne!(request_id(began, "a"), request_id(vocabulary::from_micros(1), "a"));
    }

    #[test]
    fn a_load_that_was_cut_short_before_there_were_parts_is_of_all_of_them() {
        let directory = tempfile::tempdir().unwrap();
        let folder = Folder::new(directory.path());
        std::fs::write(folder.demo(), "began = \"2026-11-02T09:00:00Z\"\ndone = false\n").unwrap();
        let marker = Marker::read(&folder).unwrap().unwrap();
        assert_eq!((marker.parts, marker.placements, marker.run), (Part::all(), None, None));
    }
}
