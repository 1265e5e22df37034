//! Which offers a student could be placed at, by place and date, without looking at all of them.
//!
//! Offers lie in cells of a tenth of a degree, the ones that close last first. A query reads the cells that its circle
//! touches, each as far as offers close late enough. It answers with what could be eligible: rules decide.

use super::super::{Day, Need, OfferTerms, Point, Stage, Weekdays};
use std::collections::BTreeMap;

/// Cells to a degree of latitude or longitude: about 11 km from south to north, 6 from west to east in Britain.
const CELLS_A_DEGREE: f64 = 10.0;
/// Mean radius of the earth.
const EARTH_KM: f64 = 6371.0088;
/// A metre more, so that rounding never hides an offer at the limit.
const MARGIN_KM: f64 = 0.001;

/// An offer as far as place and date go.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    pub point: Point,
    /// First and last day of the window; open where there is none.
    pub opens: Option<Day>,
    pub closes: Option<Day>,
    pub weekdays: Weekdays,
    pub stages: Vec<Stage>,
}

/// What a student needs as far as place and date go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wish {
    pub home: Point,
    /// As the crow flies, one way.
    pub within_km: f64,
    pub from: Day,
    /// Days of the calendar that the placement takes at least, its first and last included.
    pub days: u32,
    pub weekdays: Weekdays,
    pub stage: Stage,
}

impl From<&OfferTerms> for Spot {
    fn from(terms: &OfferTerms) -> Self {
        Self {
            point: terms.location.point,
            opens: terms.earliest_start_date,
            closes: terms.latest_end_date,
            weekdays: terms.weekdays,
            stages: terms.stages.clone(),
        }
    }
}

impl Wish {
    /// Of a need, for a travel limit in kilometres and a placement of at least so many days of the calendar.
    pub fn of(need: &Need, within_km: f64, days: u32) -> Self {
        Self {
            home: need.terms.home.expose().point,
            within_km,
            from: need.terms.start_date,
            days,
            weekdays: need.terms.weekdays,
            stage: need.stage,
        }
    }

    /// The earliest day on which the placement could end if it began on a day; none if that is beyond all calendars.
    fn end(&self, start: Day) -> Option<Day> {
        start.plus(i64::from(self.days.saturating_sub(1)))
    }
}

impl Spot {
    /// Whether a wish could come true here.
    pub fn could_suit(&self, wish: &Wish) -> bool {
        let start = self.opens.map_or(wish.from, |opens| opens.max(wish.from));
        let in_time = self.closes.is_none_or(|closes| wish.end(start).is_some_and(|end| end <= closes));
        in_time
            && self.stages.contains(&wish.stage)
            && u8::from(self.weekdays) & u8::from(wish.weekdays) != 0
            && kilometres(self.point, wish.home) <= wish.within_km + MARGIN_KM
    }
}

/// Great-circle distance (haversine).
fn kilometres(a: Point, b: Point) -> f64 {
    let half_sine = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
    let cosines = a.latitude.to_radians().cos() * b.latitude.to_radians().cos();
    let half = half_sine(a.latitude - b.latitude) + cosines * half_sine(a.longitude - b.longitude);
    2.0 * EARTH_KM * half.sqrt().min(1.0).asin()
}

/// Row from south to north and column from west to east.
type Cell = (i16, i16);

/// The cell that a coordinate lies in, one way.
fn cell(degrees: f64) -> i16 {
    #[allow(clippy::cast_possible_truncation, reason = "saturates; degrees have three digits")]
    let cell = (degrees * CELLS_A_DEGREE).floor() as i16;
    cell
}

#[derive(Clone, Debug, Default)]
pub struct Index {
    spots: Vec<Spot>,
    /// Numbers of offers, the ones that close last first.
    cells: BTreeMap<Cell, Vec<u32>>,
}

impl Index {
    /// An offer's number is its place among `spots`.
    pub fn of(spots: Vec<Spot>) -> Self {
        let mut cells: BTreeMap<Cell, Vec<u32>> = BTreeMap::new();
        for (number, spot) in (0..).zip(&spots) {
            let at = (cell(spot.point.latitude), cell(spot.point.longitude));
            cells.entry(at).or_default().push(number);
        }
        for numbers in cells.values_mut() {
            numbers.sort_by_key(|number| {
                let closes = spots[*number as usize].closes;
                (closes.is_some(), std::cmp::Reverse(closes))
            });
        }
        Self { spots, cells }
    }

    /// Numbers of the offers where a wish could come true, in order.
    pub fn candidates(&self, wish: &Wish) -> Vec<u32> {
        let Some(end) = wish.end(wish.from) else { return Vec::new() };
        let reach_km = wish.within_km + MARGIN_KM;
        let angle = (reach_km / EARTH_KM).to_degrees();
        let rows = cell(wish.home.latitude - angle)..=cell(wish.home.latitude + angle);
        let columns = columns(wish.home, reach_km);
        let mut found = Vec::new();
        for (from, to) in columns {
            for row in rows.clone() {
                for numbers in self.cells.range((row, from)..=(row, to)).map(|(_, numbers)| numbers) {
                    let spots = numbers.iter().map(|number| (*number, &self.spots[*number as usize]));
                    let open = spots.take_while(|(_, spot)| spot.closes.is_none_or(|closes| closes >= end));
                    found.extend(open.filter(|(_, spot)| spot.could_suit(wish)).map(|(number, _)| number));
                }
            }
        }
        found.sort_unstable();
        found
    }
}

/// Columns that a circle touches, in two pieces where it crosses the line on which days change.
fn columns(home: Point, reach_km: f64) -> Vec<(i16, i16)> {
    let all = vec![(cell(-180.0), cell(180.0))];
    let angle = reach_km / EARTH_KM;
    let cosine = home.latitude.to_radians().cos();
    let pole = home.latitude.abs().to_radians() + angle >= std::f64::consts::FRAC_PI_2;
    if pole || angle.sin() >= cosine {
        return all;
    }
    let width = (angle.sin() / cosine).asin().to_degrees();
    let (west, east) = (home.longitude - width, home.longitude + width);
    if west < -180.0 {
        vec![(cell(west + 360.0), cell(180.0)), (cell(-180.0), cell(east))]
    } else if east > 180.0 {
        vec![(cell(west), cell(180.0)), (cell(-180.0), cell(east - 360.0))]
    } else {
        vec![(cell(west), cell(east))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, option, prelude::*};

    fn day(number: i64) -> Day {
        "2026-09-01".parse::<Day>().unwrap().plus(number).unwrap()
    }

    /// In one region as councils lie, now and then anywhere on earth: poles and the date line too.
    fn points() -> impl Strategy<Value = Point> {
        let point = |latitude, longitude| Point { latitude, longitude };
        prop_oneof![
            8 => (54.0..55.5, -2.5..-1.0).prop_map(move |(a, o)| point(a, o)),
            1 => (-90.0..=90.0, -180.0..=180.0).prop_map(move |(a, o)| point(a, o)),
            1 => (-1.0..1.0, prop_oneof![179.5..=180.0, -180.0..-179.5]).prop_map(move |(a, o)| point(a, o)),
        ]
    }

    fn weekdays() -> impl Strategy<Value = Weekdays> {
        (1..128_u8).prop_map(|bits| Weekdays::try_from(bits).unwrap())
    }

    fn stages() -> impl Strategy<Value = Stage> {
        prop_oneof![Just(Stage::First), Just(Stage::Final)]
    }

    prop_compose! {
        fn spots()(
            point in points(), opens in option::of(0..200_i64), closes in option::of(0..400_i64),
            weekdays in weekdays(), stages in vec(stages(), 1..2),
        ) -> Spot {
            Spot { point, opens: opens.map(day), closes: closes.map(day), weekdays, stages }
        }
    }

    prop_compose! {
        fn wishes()(
            home in points(), within_km in prop_oneof![0.0..80.0, 80.0..21_000.0], from in 0..250_i64,
            days in 0..200_u32, weekdays in weekdays(), stage in stages(),
        ) -> Wish {
            Wish { home, within_km, from: day(from), days, weekdays, stage }
        }
    }

    /// By the angle between two arrows from the middle of the earth, which has nothing in common with haversines.
    fn apart(a: Point, b: Point) -> f64 {
        let arrow = |p: Point| {
            let (latitude, longitude) = (p.latitude.to_radians(), p.longitude.to_radians());
            [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()]
        };
        let ([x, y, z], [u, v, w]) = (arrow(a), arrow(b));
        let across = [y * w - z * v, z * u - x * w, x * v - y * u];
        let across = across.iter().map(|part| part * part).sum::<f64>().sqrt();
        EARTH_KM * across.atan2(x * u + y * v + z * w)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

        #[test]
        fn the_index_finds_what_trying_all_finds(spots in vec(spots(), 0..40), wish in wishes()) {
            let all = (0..).zip(&spots).filter(|(_, spot)| spot.could_suit(&wish)).map(|(number, _)| number);
            let all: Vec<u32> = all.collect();
            prop_assert_eq!(Index::of(spots).candidates(&wish), all);
        }

        #[test]
        fn nobody_at_the_limit_is_hidden_and_nobody_beyond_it_is_shown(a in points(), b in points()) {
            prop_assert!((kilometres(a, b) - apart(a, b)).abs() < MARGIN_KM);
        }
    }

    #[test]
    fn a_placement_has_to_fit_between_the_later_start_and_the_close() {
        let durham = Point { latitude: 54.7761, longitude: -1.5733 };
        let newcastle = Point { latitude: 54.9783, longitude: -1.6178 };
        let weekdays = Weekdays::MONDAY_TO_FRIDAY;
        let spot = Spot {
            point: newcastle,
            opens: Some(day(10)),
            closes: Some(day(109)),
            weekdays,
            stages: vec![Stage::Final],
        };
        let wish =
            Wish { home: durham, within_km: 22.7, from: day(0), days: 100, weekdays, stage: Stage::Final };
        let index = Index::of(vec![spot]);
        assert_eq!(index.candidates(&wish), [0]);
        assert_eq!(index.candidates(&Wish { days: 101, ..wish }), Vec::<u32>::new());
        assert_eq!(index.candidates(&Wish { from: day(11), ..wish }), Vec::<u32>::new());
        assert_eq!(index.candidates(&Wish { within_km: 22.5, ..wish }), Vec::<u32>::new());
        assert_eq!(index.candidates(&Wish { stage: Stage::First, ..wish }), Vec::<u32>::new());
        assert_eq!(
            index.candidates(&Wish { weekdays: Weekdays::of(&[6]).unwrap(), ..wish }),
            Vec::<u32>::new()
        );
    }
}
