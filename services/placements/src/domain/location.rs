//! Where somebody lives or works, no more exactly than travel needs.

use serde::{Deserialize, Serialize};
use vocabulary::Personal;

/// Where a caller says that somebody lives or works; where that is on the map may still have to be looked up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// A full postcode or an outward code, in capitals.
    pub postcode: Personal<String>,
    pub point: Option<Point>,
}

/// Degrees north and east, WGS 84.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub latitude: f64,
    pub longitude: f64,
}

/// A place on the map and what its post code says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Location {
    /// A full postcode or an outward code, in capitals.
    pub postcode: String,
    pub point: Point,
}

impl Location {
    /// The part of a postcode before its space: "DH1" of "DH1 5UL" and of "DH15UL".
    pub fn outward(postcode: &str) -> &str {
        let trimmed = postcode.trim();
        if let Some((outward, _)) = trimmed.split_once(' ') {
            return outward;
        }
        // An inward code is a digit and two letters; no outward code ends like that.
        let split = trimmed.len().saturating_sub(3);
        match trimmed.as_bytes().get(split..) {
            Some([digit, a, b])
                if split >= 2
                    && digit.is_ascii_digit()
                    && a.is_ascii_alphabetic()
                    && b.is_ascii_alphabetic() =>
            {
                &trimmed[..split]
            }
            _ => trimmed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outward_code_is_what_stands_before_the_inward_one() {
        for (postcode, outward) in
            [("DH1 5UL", "DH1"), ("DH15UL", "DH1"), ("DH1", "DH1"), ("EC1A 1BB", "EC1A"), ("W1A", "W1A")]
        {
            assert_eq!(Location::outward(postcode), outward);
        }
    }
}
