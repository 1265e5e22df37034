//! Where the outward codes of postcodes lie.

use super::{Location, Place, Point};
use std::{collections::HashMap, fmt};

/// The middle of each outward code that is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcodes(HashMap<Box<str>, Point>);

/// Which line of the file is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct OutcodeError {
    pub line: usize,
    pub problem: &'static str,
}

impl Outcodes {
    /// From CSV, a line each of `id,outcode,latitude,longitude`; the first may say so. An outward code that has no place
    /// (the file then says 0, 0) is left out: nobody lives there.
    ///
    /// # Errors
    /// The first line that is not one.
    pub fn parse(text: &str) -> Result<Self, OutcodeError> {
        let mut points = HashMap::new();
        for (at, row) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let row = row.trim();
            if row.is_empty() || (at == 0 && row.to_ascii_lowercase().contains("outcode")) {
                continue;
            }
            let (outcode, point) = entry(row).map_err(|problem| OutcodeError { line: at + 1, problem })?;
            if point != (Point { latitude: 0.0, longitude: 0.0 }) {
                points.insert(outcode.into(), point);
            }
        }
        Ok(Self(points))
    }

    /// Where a postcode, or its outward code alone, lies.
    pub fn find(&self, postcode: &str) -> Option<Point> {
        let postcode = postcode.trim().to_ascii_uppercase();
        self.0.get(Location::outward(&postcode)).copied()
    }

    /// The place with its point: what the caller says, or else the middle of its outward code. `None` where neither is
    /// known.
    pub fn locate(&self, place: &Place) -> Option<Location> {
        let postcode = place.postcode.expose();
        let point = place.point.or_else(|| self.find(postcode))?;
        Some(Location { postcode: postcode.clone(), point })
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Outcodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} outward codes", self.len())
    }
}

fn entry(row: &str) -> Result<(String, Point), &'static str> {
    let mut fields = row.split(',').map(|field| field.trim().trim_matches('"')).skip(1);
    let outcode = fields.next().unwrap_or_default().to_ascii_uppercase();
    if !matches!(outcode.len(), 2..=4) || !outcode.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err("the second field is no outward code, such as DH1");
    }
    let mut degrees = |limit: f64| {
        let number = fields.next().and_then(|field| field.parse::<f64>().ok());
        number.filter(|number| number.abs() <= limit)
    };
    let latitude = degrees(90.0).ok_or("the third field is no latitude, from -90 to 90")?;
    let longitude = degrees(180.0).ok_or("the fourth field is no longitude, from -180 to 180")?;
    Ok((outcode, Point { latitude, longitude }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postcode_is_found_by_its_outward_code_however_it_is_written() {
        let text = "\u{feff}id,outcode,latitude,longitude,\r\n1,DH1,54.77,-1.57,\r\n2,ne1,54.97,-1.61\n\n3,ZZ9,0,0\n";
        let outcodes = Outcodes::parse(text).unwrap();
        let durham = Some(Point { latitude: 54.77, longitude: -1.57 });
        for postcode in ["DH1", "dh1 5ul", " DH15UL "] {
            assert_eq!(outcodes.find(postcode), durham, "{postcode}");
        }
        assert!(outcodes.find("NE1 1AA").is_some() && outcodes.find("ZZ9").is_none());
        assert_eq!((outcodes.len(), Outcodes::parse("1,DH1,54.77,-1.57").unwrap().find("DH1")), (2, durham));
        assert!(Outcodes::parse("").unwrap().is_empty());
    }

    #[test]
    fn a_line_that_is_none_is_named() {
        for (row, problem) in [
            ("2,DH1", "latitude"),
            ("2,DH1,north,-1", "latitude"),
            ("2,DH1,91,-1", "latitude"),
            ("2,DH1,54,NaN", "longitude"),
            ("2,D H,54,-1", "outward code"),
            ("nothing", "outward code"),
        ] {
            let error = Outcodes::parse(&format!("1,NE1,55,-1\n{row}")).unwrap_err();
            assert!(error.line == 2 && error.to_string().contains(problem), "{row}: {error}");
        }
    }
}
