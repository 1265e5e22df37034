//! How long a journey takes, without a routing engine.

use super::Point;
use serde::Deserialize;

/// From the rule book: what a journey is reckoned with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Travel {
    /// The longest journey, one way.
    pub limit_minutes: u32,
    /// How much longer roads are than the great circle.
    pub road_factor: f64,
    pub driving_kmh: f64,
    /// By public transport, cycle or foot.
    pub otherwise_kmh: f64,
}

impl Travel {
    /// One way, rounded up to whole minutes: a journey that takes any part of a minute more than the limit is over it.
    pub fn minutes(&self, from: Point, to: Point, drives: bool) -> u32 {
        let minutes = (great_circle_km(from, to) * self.road_factor / self.kmh(drives) * 60.0).ceil();
        // No two places are further apart than half the Earth: some thousand minutes.
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to a few thousand"
        )]
        let minutes = minutes as u32;
        minutes
    }

    /// The greatest distance, in km of great circle, that is travelled within so many minutes. Rounded outwards by a
    /// hair, so that an index that looks so far finds all that `minutes` lets through.
    pub fn reach_km(&self, minutes: u32, drives: bool) -> f64 {
        f64::from(minutes) / 60.0 * self.kmh(drives) / self.road_factor * (1.0 + 1e-9)
    }

    /// What makes it unusable, if anything does.
    pub(super) fn problem(&self) -> Option<&'static str> {
        let usable = |number: f64| number.is_finite() && number > 0.0;
        let all = usable(self.driving_kmh) && usable(self.otherwise_kmh) && usable(self.road_factor);
        (!all).then_some("road_factor, driving_kmh and otherwise_kmh have to be above 0")
    }

    const fn kmh(&self, drives: bool) -> f64 {
        if drives { self.driving_kmh } else { self.otherwise_kmh }
    }
}

/// By the haversine formula, on a sphere of the Earth's mean radius.
pub fn great_circle_km(from: Point, to: Point) -> f64 {
    const RADIUS_KM: f64 = 6_371.008_8;
    let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
    let (north, south) = (from.latitude.to_radians().cos(), to.latitude.to_radians().cos());
    let part = half(to.latitude - from.latitude) + north * south * half(to.longitude - from.longitude);
    2.0 * RADIUS_KM * part.clamp(0.0, 1.0).sqrt().asin()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TRAVEL: Travel =
        Travel { limit_minutes: 90, road_factor: 1.3, driving_kmh: 45.0, otherwise_kmh: 25.0 };

    fn point(latitude: f64, longitude: f64) -> Point {
        Point { latitude, longitude }
    }

    #[test]
    fn a_journey_is_rounded_up_to_whole_minutes() {
        // A degree of latitude is 111.195 km: 144.55 km by road.
        let (from, to) = (point(54.0, -1.5), point(55.0, -1.5));
        assert!((great_circle_km(from, to) - 111.195).abs() < 0.001);
        assert_eq!((TRAVEL.minutes(from, to, true), TRAVEL.minutes(from, to, false)), (193, 347));
        assert_eq!(TRAVEL.minutes(from, from, true), 0);
        assert_eq!(TRAVEL.minutes(from, point(54.000_01, -1.5), true), 1);
    }

    #[test]
    fn a_limit_is_reached_at_the_distance_that_takes_as_long() {
        assert!((TRAVEL.reach_km(90, true) - 51.923).abs() < 0.001);
        assert!((TRAVEL.reach_km(90, false) - 28.846).abs() < 0.001);
    }

    proptest! {
        #[test]
        fn whoever_is_within_the_limit_is_within_reach(
            a in (50.0..56.0, -5.0..1.5), b in (50.0..56.0, -5.0..1.5), limit in 1..240_u32, drives: bool
        ) {
            let (from, to) = (point(a.0, a.1), point(b.0, b.1));
            let near = great_circle_km(from, to) <= TRAVEL.reach_km(limit, drives);
            prop_assert_eq!(near, TRAVEL.minutes(from, to, drives) <= limit);
        }
    }
}
