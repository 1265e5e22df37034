//! A series of sessions: the same local time, week after week, whatever the clocks do meanwhile.

use super::{Refusal, SessionPlan};
use jiff::{Timestamp, ToSpan, civil, tz::AmbiguousOffset, tz::TimeZone};
use serde::{Deserialize, Serialize};
use vocabulary::{Instant, from_micros, micros};

/// Every `interval_weeks` weeks, `count` sessions in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurrence {
    pub interval_weeks: u32,
    pub count: u32,
}

/// Whether the name is one of a time zone that can be reckoned with.
pub fn is_time_zone(name: &str) -> bool {
    TimeZone::get(name).is_ok()
}

/// The plans of a series, the first as given. A local time that a clock change skips is refused, naming the day;
/// one that happens twice means the earlier.
///
/// # Errors
/// [`Refusal::TimeDoesNotExist`].
pub fn series(first: &SessionPlan, recurrence: Option<Recurrence>) -> Result<Vec<SessionPlan>, Refusal> {
    let Some(Recurrence { interval_weeks, count }) = recurrence else {
        return Ok(vec![first.clone()]);
    };
    let zone = TimeZone::get(&first.time_zone).unwrap_or(TimeZone::UTC);
    (0..count).map(|i| shifted(first, &zone, i64::from(i) * i64::from(interval_weeks))).collect()
}

fn shifted(first: &SessionPlan, zone: &TimeZone, weeks: i64) -> Result<SessionPlan, Refusal> {
    let strict = |instant| shift(instant, zone, weeks).map_err(|local| no_such_time(local, &first.time_zone));
    // The windows only guide; where one falls into a gap it means the moment after it.
    let lenient =
        |instant: Option<Instant>| instant.map(|i| shift(i, zone, weeks).unwrap_or_else(|l| after(l, zone)));
    Ok(SessionPlan {
        start: strict(first.start)?,
        end: strict(first.end)?,
        fence_release: lenient(first.fence_release),
        booking_open: lenient(first.booking_open),
        booking_close: lenient(first.booking_close),
        ..first.clone()
    })
}

/// The instant at which the zone's clocks show the same time so many weeks later, or the time that they skip.
fn shift(instant: Instant, zone: &TimeZone, weeks: i64) -> Result<Instant, civil::DateTime> {
    if weeks == 0 {
        return Ok(instant);
    }
    let here = Timestamp::from_microsecond(micros(instant)).unwrap_or(Timestamp::MAX).to_zoned(zone.clone());
    let local = here.datetime().checked_add(weeks.weeks()).unwrap_or(civil::DateTime::MAX);
    let there = zone.to_ambiguous_zoned(local);
    if matches!(there.offset(), AmbiguousOffset::Gap { .. }) {
        return Err(local);
    }
    Ok(there.earlier().map_or(instant, |zoned| from_micros(zoned.timestamp().as_microsecond())))
}

fn after(local: civil::DateTime, zone: &TimeZone) -> Instant {
    let zoned = zone.to_ambiguous_zoned(local).compatible();
    zoned.map_or_else(|_| from_micros(0), |zoned| from_micros(zoned.timestamp().as_microsecond()))
}

fn no_such_time(local: civil::DateTime, zone: &str) -> Refusal {
    Refusal::TimeDoesNotExist {
        day: local.date().to_string(),
        time: local.time().strftime("%H:%M").to_string(),
        zone: zone.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Fence, WaitlistPolicy};

    fn plan(start: &str, end: &str) -> SessionPlan {
        SessionPlan {
            start: start.parse().unwrap(),
            end: end.parse().unwrap(),
            time_zone: "Europe/London".into(),
            venue: String::new(),
            online_url: String::new(),
            capacity: 30,
            fences: Vec::<Fence>::new(),
            fence_release: None,
            booking_open: None,
            booking_close: None,
            waitlist_policy: WaitlistPolicy::Promote,
            offer_hours: 48,
        }
    }

    fn starts(first: &SessionPlan, interval_weeks: u32, count: u32) -> Result<Vec<String>, Refusal> {
        let plans = series(first, Some(Recurrence { interval_weeks, count }))?;
        Ok(plans.iter().map(|plan| plan.start.to_rfc3339()).collect())
    }

    #[test]
    fn a_weekly_series_keeps_its_local_time_across_both_clock_changes() {
        let spring = starts(&plan("2026-03-24T12:30:00Z", "2026-03-24T13:30:00Z"), 1, 2).unwrap();
        assert_eq!(spring, ["2026-03-24T12:30:00+00:00", "2026-03-31T11:30:00+00:00"]);
        let autumn = starts(&plan("2026-10-20T08:00:00Z", "2026-10-20T15:00:00Z"), 1, 2).unwrap();
        assert_eq!(autumn, ["2026-10-20T08:00:00+00:00", "2026-10-27T09:00:00+00:00"]);
    }

    #[test]
    fn a_local_time_that_does_not_exist_is_refused_naming_the_day() {
        let refused = starts(&plan("2026-03-22T01:30:00Z", "2026-03-22T02:30:00Z"), 1, 2).unwrap_err();
        assert!(
            matches!(&refused, Refusal::TimeDoesNotExist { day, time, .. } if day == "2026-03-29" && time == "01:30")
        );
    }

    #[test]
    fn a_local_time_that_exists_twice_means_the_earlier() {
        let twice = starts(&plan("2026-10-18T00:30:00Z", "2026-10-18T03:00:00Z"), 1, 2).unwrap();
        assert_eq!(twice[1], "2026-10-25T00:30:00+00:00", "01:30 British Summer Time");
    }

    #[test]
    fn every_clock_change_of_ten_years_is_known() {
        for year in 2027..=2036 {
            let last_sunday = |month| {
                let day =
                    (25..=31).find(|d| civil::date(year, month, *d).weekday() == civil::Weekday::Sunday);
                civil::date(year, month, day.unwrap())
            };
            let before = |date: civil::Date| date.checked_sub(7.days()).unwrap();
            let gap = before(last_sunday(3));
            let refused = starts(&plan(&format!("{gap}T01:15:00Z"), &format!("{gap}T02:30:00Z")), 1, 2);
            assert!(matches!(refused, Err(Refusal::TimeDoesNotExist { .. })), "{gap}");
            let fold = before(last_sunday(10));
            let twice =
                starts(&plan(&format!("{fold}T00:15:00Z"), &format!("{fold}T03:30:00Z")), 1, 2).unwrap();
            assert_eq!(twice[1], format!("{}T00:15:00+00:00", last_sunday(10)));
        }
    }
}
