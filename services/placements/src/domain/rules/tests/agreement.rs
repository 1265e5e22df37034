//! What is judged without words is what is checked with them.

use super::*;
use crate::domain::{Educator, Point};
use proptest::prelude::*;

const SETTINGS: [Setting; 4] =
    [Setting::Adults, Setting::MentalHealth, Setting::EarlyHelp, Setting::Fostering];

fn some_setting() -> impl Strategy<Value = Setting> {
    prop::sample::select(&SETTINGS[..])
}

fn some_stage() -> impl Strategy<Value = Stage> {
    prop::bool::ANY.prop_map(|last| if last { Stage::Final } else { Stage::First })
}

fn some_need() -> impl Strategy<Value = Need> {
    let earlier = (some_stage(), some_setting(), any::<bool>()).prop_map(|(stage, setting, statutory)| {
        EarlierPlacement { stage, setting, statutory, host: "partners/durham".into() }
    });
    let terms = (some_stage(), 0..40_i64, 1..128_u8, -2.6..-0.6, prop::option::of(1..120_u32), any::<bool>());
    let lists = (
        prop::collection::vec(some_setting(), 0..3),
        prop::collection::vec(earlier, 0..2),
        any::<[bool; 2]>(),
    );
    (terms, lists).prop_map(
        |((stage, late, days, longitude, limit, drives), (wanted, earlier, [out, matched]))| {
            let mut need = need();
            need.stage = stage;
            need.terms.start_date = day("2026-09-01").plus(late).unwrap();
            need.terms.weekdays = Weekdays::try_from(days).unwrap();
            need.terms.home.clone_from(
                &crate::domain::Location {
                    postcode: "DH1".into(),
                    point: Point { latitude: 54.7, longitude },
                }
                .into(),
            );
            (need.terms.max_travel_minutes, need.terms.drives) = (limit, drives);
            (need.terms.preferred_settings, need.terms.earlier_placements) = (wanted, earlier);
            if out {
                need.terms.excluded_partners = vec!["durham".parse().unwrap()];
            }
            if matched {
                need.state = NeedState::Matched;
            }
            need
        },
    )
}

fn some_offer() -> impl Strategy<Value = Offer> {
    let terms =
        (some_setting(), any::<bool>(), some_stage(), prop::option::of(0..60_i64), 60..300_i64, 1..128_u8);
    (terms, any::<[bool; 3]>(), 0..90_i64).prop_map(
        |((setting, statutory, stage, opens, closes, days), [driver, open, full], ago)| {
            let mut offer = offer();
            let from = |n| day("2026-09-01").plus(n);
            (offer.terms.setting, offer.terms.statutory, offer.terms.stages) =
                (setting, statutory, vec![stage]);
            (offer.terms.earliest_start_date, offer.terms.latest_end_date) =
                (opens.and_then(from), from(closes));
            offer.terms.weekdays = Weekdays::try_from(days).unwrap();
            (offer.terms.driver_required, offer.places_held) = (driver, u32::from(full));
            offer.state = if open { OfferState::Open } else { OfferState::Lapsed };
            offer.reaffirmed = Some(noon("2026-06-01") - chrono::TimeDelta::days(ago));
            offer
        },
    )
}

fn some_educator(id: &'static str) -> impl Strategy<Value = Educator> {
    (0..3_usize, 0..4_u32, 0..900_i64).prop_map(move |(stage, learners, lasts)| {
        let mut educator = educator(id);
        educator.qualification =
            [Qualification::InTraining, Qualification::Stage1, Qualification::Stage2][stage];
        (educator.learners, educator.current_until) = (learners, day("2026-09-01").plus(lasts));
        educator
    })
}

fn some_history() -> impl Strategy<Value = Vec<PastPlacement>> {
    let standing = prop::sample::select(vec![Standing::Live, Standing::Passed, Standing::Void]);
    let past = (some_stage(), some_setting(), any::<bool>(), 0..400_i64, standing).prop_map(
        |(stage, setting, statutory, ends, standing)| {
            let end = day("2026-01-05").plus(ends).unwrap();
            PastPlacement { stage, setting, statutory, end, standing, ..past("p1") }
        },
    );
    prop::collection::vec(past, 0..2)
}

fn some_educators() -> impl Strategy<Value = ([Educator; 2], usize)> {
    ([some_educator("a").boxed(), some_educator("b").boxed()], 0..5_usize)
}

/// One of the ways in which two educators can be there.
fn teaching<'a>(two: &'a [&'a Educator], how: usize) -> Teaching<'a> {
    let named = |ratifier| Teaching::Named { educator: two[0], ratifier, counted: false };
    match how {
        0 => named(None),
        1 => named(Some(two[1])),
        n => Teaching::Open { candidates: &two[..n - 2], host_has_stage_2: n % 2 == 0 },
    }
}

proptest! {
    #[test]
    fn what_is_judged_quietly_is_what_is_said_aloud(
        need in some_need(), offer in some_offer(), history in some_history(),
        (educators, how) in some_educators()
    ) {
        let (book, two) = (book(), educators.each_ref());
        let pair = Pair { history: &history, teaching: teaching(&two, how), ..pair(&need, &offer) };
        let (rules, check) = (book.of(&pair), book.check(&pair, &[]).unwrap());
        let judged = rules.judge(&pair, &rules.facts(&pair));
        let breached = check.breaches().fold(RuleSet::EMPTY, |set, result| set.with(result.rule));
        prop_assert_eq!((judged.breached, judged.cost), (breached, check.cost));
        prop_assert_eq!(judged.eligible(), check.eligible());
        // What is said to cost adds up to what is charged.
        let costs = check.rules.iter().filter_map(|result| {
            let (_, cost) = result.explanation.rsplit_once("(cost ")?;
            cost.trim_end_matches(')').parse::<u64>().ok()
        });
        prop_assert_eq!(costs.sum::<u64>(), check.cost);
    }
}
