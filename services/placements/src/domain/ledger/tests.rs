use super::*;
use proptest::prelude::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn calendar() -> Calendar {
    Calendar::new(&[]).unwrap()
}

fn entries(of: &[(&str, DayKind)]) -> Vec<Entry> {
    of.iter().map(|(date, kind)| Entry { date: day(date), kind: *kind }).collect()
}

fn end(start: &str, target: u32, ledger: &[Entry], suspensions: &[Suspension]) -> Day {
    projected_end(day(start), Weekdays::MONDAY_TO_FRIDAY, target, ledger, suspensions, &calendar())
}

#[test]
fn the_worked_placements_end_when_the_partnership_says() {
    assert_eq!(end("2025-01-06", 70, &[], &[]), day("2025-04-11"));
    assert_eq!(end("2025-09-22", 100, &[], &[]), day("2026-02-11"));
    assert_eq!(end("2025-09-22", 0, &[], &[]), day("2025-09-22"));
}

#[test]
fn a_pattern_week_is_walked_on_its_own_days() {
    let weekdays = Weekdays::of(&[1, 2, 3]).unwrap();
    let end = projected_end(day("2025-01-06"), weekdays, 70, &[], &[], &calendar());
    // 23 weeks and a Monday, and three days more for the Mondays of Easter and May.
    assert_eq!(end, day("2025-06-23"));
}

#[test]
fn each_absence_moves_the_end_by_one_day_of_the_pattern() {
    let absences = ["2025-01-07", "2025-01-09", "2025-02-03", "2025-04-11"].map(|d| (d, DayKind::Absent));
    // Good Friday and Easter Monday lie in between.
    let ends = ["2025-04-11", "2025-04-14", "2025-04-15", "2025-04-16", "2025-04-17"];
    for (count, expected) in ends.into_iter().enumerate() {
        assert_eq!(end("2025-01-06", 70, &entries(&absences[..count]), &[]), day(expected), "{count}");
    }
}

#[test]
fn recall_and_skills_days_do_not_count_and_move_the_end_where_the_pattern_has_them() {
    let ledger = entries(&[("2025-01-08", DayKind::Recall), ("2025-01-10", DayKind::Skills)]);
    assert_eq!(end("2025-01-06", 70, &ledger, &[]), day("2025-04-15"));
    let saturday = entries(&[("2025-01-11", DayKind::Skills)]);
    assert_eq!(end("2025-01-06", 70, &saturday, &[]), day("2025-04-11"));
    assert_eq!((days_of(&ledger, DayKind::Skills), days_of(&ledger, DayKind::Attended)), (1, 0));
}

#[test]
fn a_day_attended_off_the_pattern_makes_up_for_one_that_was_missed() {
    let swapped = entries(&[("2025-01-07", DayKind::Absent), ("2025-01-11", DayKind::Attended)]);
    assert_eq!(end("2025-01-06", 70, &swapped, &[]), day("2025-04-11"));
}

#[test]
fn a_suspension_has_no_days_and_one_that_lasts_moves_nothing_yet() {
    let suspended = |back: Option<&str>| Suspension { from: day("2025-02-03"), back: back.map(day) };
    assert_eq!(end("2025-01-06", 70, &[], &[suspended(Some("2025-02-10"))]), day("2025-04-22"));
    assert_eq!(end("2025-01-06", 70, &[], &[suspended(None)]), day("2025-04-11"));
}

#[test]
fn days_that_nobody_entered_are_missing_once_the_ledger_goes_on_past_the_end() {
    let mut ledger = entries(&[("2025-01-06", DayKind::Attended), ("2025-01-10", DayKind::Attended)]);
    assert_eq!(end("2025-01-06", 6, &ledger, &[]), day("2025-01-13"));
    // The sixth weekday is entered, and only three of the six days are there.
    ledger.extend(entries(&[("2025-01-13", DayKind::Attended)]));
    assert_eq!(end("2025-01-06", 6, &ledger, &[]), day("2025-01-16"));
    // Written up after all.
    let all = ["2025-01-06", "2025-01-07", "2025-01-08", "2025-01-09", "2025-01-10", "2025-01-13"];
    let all = all.map(|date| (date, DayKind::Attended));
    assert_eq!(end("2025-01-06", 6, &entries(&all), &[]), day("2025-01-13"));
}

#[test]
fn days_after_the_last_one_needed_do_not_move_the_end() {
    let all = ["2025-01-06", "2025-01-07", "2025-01-08"].map(|date| (date, DayKind::Attended));
    assert_eq!(end("2025-01-06", 2, &entries(&all), &[]), day("2025-01-07"));
}

#[test]
fn a_day_that_cannot_be_entered_says_why() {
    let (start, today) = (day("2025-04-07"), day("2025-05-09"));
    let suspended = [Suspension { from: day("2025-05-06"), back: Some(day("2025-05-08")) }];
    let why = |date: &str| {
        unrecordable(day(date), start, today, &suspended, &calendar()).map(|why| why.to_string())
    };
    for (date, expected) in [
        ("2025-04-04", Some("before the placement's start on 2025-04-07")),
        ("2025-05-10", Some("in the future")),
        ("2025-04-18", Some("a bank holiday (Good Friday)")),
        ("2025-05-07", Some("while the placement was suspended")),
        ("2025-05-09", None),
        ("2025-05-08", None),
        ("2025-04-12", None),
    ] {
        assert_eq!(why(date).as_deref(), expected, "{date}");
    }
}

/// One day after another, as one would count on a wall calendar.
fn walked(start: Day, weekdays: Weekdays, target: u32, ledger: &[Entry], suspensions: &[Suspension]) -> Day {
    let calendar = calendar();
    let recorded = days_of(ledger, DayKind::Attended);
    let last = ledger.last().map(|entry| entry.date);
    let walk = |assume_before_last: bool| {
        let (mut at, mut left) = (start, target);
        loop {
            let entry = ledger.iter().find(|entry| entry.date == at);
            let assumed = (assume_before_last || last.is_none_or(|last| at > last))
                && weekdays.has(at.weekday())
                && calendar.bank_holiday(at).is_none()
                && !suspensions.iter().any(|s| s.back.is_some() && s.covers(at));
            left -= u32::from(entry.map_or(assumed, |entry| entry.kind == DayKind::Attended));
            if left == 0 {
                return at;
            }
            at = at.plus(1).unwrap();
        }
    };
    if recorded >= target {
        return walk(false);
    }
    let assumed = walk(true);
    if last.is_some_and(|last| assumed <= last) { walk(false) } else { assumed }
}

fn some_ledger(start: Day) -> impl Strategy<Value = Vec<Entry>> {
    let kind = prop_oneof![
        8 => Just(DayKind::Attended),
        1 => Just(DayKind::Absent),
        1 => Just(DayKind::Recall),
        1 => Just(DayKind::Skills),
    ];
    let days = prop::collection::btree_map(0..200_i64, kind, 0..120);
    days.prop_map(move |days| {
        days.into_iter().map(|(n, kind)| Entry { date: start.plus(n).unwrap(), kind }).collect()
    })
}

fn some_suspensions(start: Day) -> impl Strategy<Value = Vec<Suspension>> {
    let one = (0..200_i64, prop::option::weighted(0.9, 0..40_i64));
    let suspension = move |(from, days): (i64, Option<i64>)| Suspension {
        from: start.plus(from).unwrap(),
        back: days.and_then(|days| start.plus(from + days)),
    };
    prop::collection::vec(one.prop_map(suspension), 0..3)
}

/// Starts from 2019 to 2036.
fn some_placements() -> impl Strategy<Value = (Day, Vec<Entry>, Vec<Suspension>)> {
    let starts = (0..6_500_i64).prop_map(|n| day("2019-01-01").plus(n).unwrap());
    starts.prop_flat_map(|start| (Just(start), some_ledger(start), some_suspensions(start)))
}

proptest! {
    #[test]
    fn the_end_is_where_a_walk_day_by_day_gets_to(
        (start, ledger, suspensions) in some_placements(), bits in 1..128_u8, target in 1..131_u32
    ) {
        let weekdays = Weekdays::try_from(bits).unwrap();
        let end = projected_end(start, weekdays, target, &ledger, &suspensions, &calendar());
        prop_assert_eq!(end, walked(start, weekdays, target, &ledger, &suspensions));
    }
}
