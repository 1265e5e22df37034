//! Where the demo's outward codes lie, about. Placements knows none unless it is given a list.

use contracts::placements::v1::Location;

const OUTCODES: &[(&str, f64, f64)] = &[
    ("DH1", 54.776, -1.575),
    ("DH3", 54.858, -1.573),
    ("DH4", 54.842, -1.478),
    ("DH6", 54.745, -1.450),
    ("DH9", 54.869, -1.699),
    ("DL1", 54.525, -1.545),
    ("DL3", 54.535, -1.575),
    ("DL5", 54.617, -1.575),
    ("DL12", 54.545, -1.925),
    ("DL14", 54.658, -1.677),
    ("NE1", 54.973, -1.613),
    ("NE3", 55.005, -1.620),
    ("NE6", 54.977, -1.570),
    ("NE8", 54.953, -1.607),
    ("NE9", 54.930, -1.580),
    ("NE10", 54.947, -1.555),
    ("NE21", 54.962, -1.717),
    ("NE24", 55.127, -1.510),
    ("NE29", 55.010, -1.460),
    ("NE33", 54.995, -1.430),
    ("NE38", 54.890, -1.520),
    ("NE46", 54.970, -2.100),
    ("SR1", 54.906, -1.381),
    ("SR2", 54.893, -1.372),
    ("SR4", 54.900, -1.420),
    ("SR5", 54.921, -1.405),
    ("SR8", 54.759, -1.336),
    ("TD15", 55.768, -2.005),
    ("TS1", 54.575, -1.235),
    ("TS5", 54.556, -1.242),
    ("TS10", 54.610, -1.060),
    ("TS18", 54.565, -1.320),
    ("TS24", 54.685, -1.210),
    ("TS26", 54.690, -1.235),
];

/// One of these: an outward code that is not here is left to the service, which says that it does not know it.
pub fn at(outcode: &str) -> Location {
    let found = OUTCODES.iter().find(|(known, ..)| *known == outcode);
    Location {
        postcode: outcode.into(),
        latitude: found.map(|(_, latitude, _)| *latitude),
        longitude: found.map(|(.., longitude)| *longitude),
    }
}
