//! How the rules stand for one student and one place.

use super::{
    example::{book, day, educator, need, noon, offer, pair, past},
    *,
};
use crate::domain::{
    EarlierPlacement, Need, NeedState, Offer, OfferState, Qualification, Setting, Stage, Weekdays,
};

mod agreement;
pub mod example;
mod left_out;
mod people;

/// How one rule stands, and why.
fn said(rule: Rule, pair: &Pair) -> (Verdict, String) {
    let check = book().check(pair, &[]).unwrap();
    let result = check.rules.into_iter().find(|result| result.rule == rule).unwrap();
    (result.verdict, result.explanation)
}

/// How one rule stands after a change to a need and an offer that suit each other.
fn changed(rule: Rule, change: impl FnOnce(&mut Need, &mut Offer)) -> (Verdict, String) {
    let (mut need, mut offer) = (need(), offer());
    change(&mut need, &mut offer);
    said(rule, &pair(&need, &offer))
}

#[track_caller]
fn is(said: (Verdict, String), verdict: Verdict, words: &str) {
    assert_eq!((said.0, said.1.as_str()), (verdict, words));
}

use Verdict::{Breached, Caution, Met};

#[test]
fn every_rule_of_the_book_is_listed_in_order_and_explained() {
    let (need, offer) = (need(), offer());
    let check = book().check(&pair(&need, &offer), &[]).unwrap();
    assert_eq!(check.rules.iter().map(|result| result.rule).collect::<Vec<_>>(), Rule::ALL);
    assert!(check.rules.iter().all(|result| !result.explanation.is_empty() && result.waived_by.is_empty()));
    assert!(check.eligible() && check.breaches().next().is_none());
    assert_eq!((check.start, check.projected_end), (day("2026-09-21"), day("2027-02-10")));
    // 19 minutes, and nothing else.
    assert_eq!(check.cost, 19);
}

#[test]
fn what_holds_on_a_running_placement_is_said_with_its_figures() {
    for (rule, words) in [
        (
            Rule::P1,
            "100 days to serve; 70 in a first and 100 in a final placement and up to 30 skills days make 200",
        ),
        (
            Rule::P2,
            "from 21 September 2026 on Monday to Friday it would end on 10 February 2027; each day missed adds a day",
        ),
        (Rule::P5, "formal supervision of at least 1 hour in 5 placement days: 20 hours in all"),
        (Rule::P6, "the learning agreement is due by 6 October 2026, placement day 12"),
        (Rule::P10, "the team offers final placements"),
        (Rule::P11, "100 days at £20.00 a day: £2,000.00"),
    ] {
        is(changed(rule, |_, _| {}), Met, words);
    }
    let only_first = changed(Rule::P10, |_, offer| offer.terms.stages = vec![Stage::First]);
    is(only_first, Caution, "this offer has no final placement; the team should host one a year");
}

#[test]
fn the_two_placements_differ_in_setting_and_one_is_statutory() {
    let p3 = |change: fn(&mut Need, &mut Offer)| changed(Rule::P3, change);
    is(p3(|_, _| {}), Met, "adults differs from the other setting, and this placement is statutory");
    is(
        p3(|_, offer| offer.terms.setting = Setting::EarlyHelp),
        Breached,
        "both placements would be in early help; the settings have to differ",
    );
    is(
        p3(|_, offer| offer.terms.statutory = false),
        Breached,
        "0 of 2 placements would be statutory; at least 1 has to be",
    );
    let earlier_statutory = p3(|need, offer| {
        need.terms.earlier_placements[0].statutory = true;
        offer.terms.statutory = false;
    });
    is(earlier_statutory, Met, "adults differs from the other setting, and the other placement is statutory");
    let unknown = p3(|need, offer| {
        need.terms.earlier_placements.clear();
        offer.terms.statutory = false;
    });
    assert_eq!(unknown.0, Caution);
    let first = p3(|need, offer| {
        need.stage = Stage::First;
        need.terms.earlier_placements.clear();
        offer.terms.statutory = false;
    });
    is(first, Met, "the first of two, in adults; not statutory, so the final one has to be");
}

#[test]
fn a_placement_made_here_is_looked_back_on_like_one_elsewhere() {
    let (mut need, offer) = (need(), offer());
    need.terms.earlier_placements.clear();
    let first =
        |standing| PastPlacement { stage: Stage::First, setting: Setting::Adults, standing, ..past("p1") };
    for (standing, verdict) in
        [(Standing::Passed, Breached), (Standing::Live, Breached), (Standing::Void, Met)]
    {
        let history = [first(standing)];
        assert_eq!(
            said(Rule::P3, &Pair { history: &history, ..pair(&need, &offer) }).0,
            verdict,
            "{standing:?}"
        );
    }
    // A final placement that is repeated contrasts with the first, not with the failed one.
    let repeated = [PastPlacement { setting: Setting::Adults, standing: Standing::Passed, ..past("p1") }];
    assert_eq!(said(Rule::P3, &Pair { history: &repeated, ..pair(&need, &offer) }).0, Met);
}

#[test]
fn a_journey_is_within_the_book_and_what_the_need_says() {
    let p9 = |change: fn(&mut Need, &mut Offer)| changed(Rule::P9, change);
    is(p9(|_, _| {}), Met, "19 minutes by road; the limit is 90");
    is(
        p9(|_, offer| offer.terms.location.point.longitude = -0.53),
        Breached,
        "116 minutes by road; the limit is 90",
    );
    is(
        p9(|need, _| need.terms.max_travel_minutes = Some(18)),
        Breached,
        "19 minutes by road; the student's limit is 18",
    );
    is(p9(|need, _| need.terms.max_travel_minutes = Some(120)), Met, "19 minutes by road; the limit is 90");
    is(p9(|need, _| need.terms.drives = false), Met, "35 minutes without a car; the limit is 90");
}

#[test]
fn a_place_suits_the_student_who_could_take_it_up() {
    let (e, w) = ("needs a driver", Weekdays::of(&[1, 2]).unwrap());
    let breached = |rule, part: &str, change: &dyn Fn(&mut Need, &mut Offer)| {
        let (verdict, words) = changed(rule, |need, offer| change(need, offer));
        assert!(verdict == Breached && words.contains(part), "{rule} {verdict:?} {words}");
    };
    breached(Rule::P12, e, &|need, _| need.terms.drives = false);
    breached(Rule::P13, "excludes this host", &|need, offer| {
        need.terms.excluded_partners = vec![offer.name.partner.clone()];
    });
    breached(Rule::W1, "would end on 10 February 2027; the window closes on 9 February 2027", &|_, offer| {
        offer.terms.latest_end_date = Some(day("2027-02-09"));
    });
    breached(
        Rule::W2,
        "on Monday to Friday; the team can have a student on Monday and Tuesday",
        &|_, offer| {
            offer.terms.weekdays = w;
        },
    );
    let just = changed(Rule::W1, |_, offer| offer.terms.latest_end_date = Some(day("2027-02-10")));
    is(just, Met, "from 21 September 2026 to 10 February 2027; the window closes on 10 February 2027");
    breached(Rule::W3, "a final placement is needed; the place suits a first one", &|_, offer| {
        offer.terms.stages = vec![Stage::First];
    });
    breached(Rule::W4, "the need is for 2025/26, the offer for 2026/27", &|need, _| {
        need.terms.academic_year = "2025/26".parse().unwrap();
    });
    breached(Rule::W5, "the offer is withdrawn", &|_, offer| offer.state = OfferState::Withdrawn);
    breached(Rule::W6, "0 of 2 places free; 1 held, 1 taken", &|_, offer| offer.places_held = 1);
    breached(Rule::W7, "the need is matched", &|need, _| need.state = NeedState::Matched);
}

#[test]
fn a_placement_begins_when_the_student_is_free_and_the_window_open() {
    let (need, mut offer) = (need(), offer());
    offer.terms.earliest_start_date = Some(day("2026-10-05"));
    let pair = pair(&need, &offer);
    let check = book().check(&pair, &[]).unwrap();
    assert_eq!((check.start, check.projected_end), (day("2026-10-05"), day("2027-02-24")));
    let words =
        "the student is free from 21 September 2026; the placement would start on 5 October 2026 (cost 6)";
    is(said(Rule::C6, &pair), Caution, words);
    // Made before the window was changed.
    let name = "placements/p1".parse().unwrap();
    let made = Made { name: &name, start: day("2026-09-21"), days_required: 100 };
    let words = "it starts on 21 September 2026; the window opens on 5 October 2026";
    is(said(Rule::W1, &Pair { made: Some(made), ..pair }), Breached, words);
}

#[test]
fn a_placement_that_is_made_has_its_place_and_answers_its_need() {
    let (mut need, mut offer) = (need(), offer());
    (need.state, offer.state, offer.places_taken) = (NeedState::Matched, OfferState::Withdrawn, 2);
    let name = "placements/p1".parse().unwrap();
    let made = Made { name: &name, start: day("2026-09-21"), days_required: 110 };
    let own = [PastPlacement { start: day("2026-09-21"), end: day("2027-02-24"), ..past("p1") }];
    let pair = Pair { made: Some(made), history: &own, ..pair(&need, &offer) };
    let check = book().check(&pair, &[]).unwrap();
    assert!(check.eligible(), "{:?}", check.breaches().collect::<Vec<_>>());
    assert_eq!(check.projected_end, day("2027-02-24"));
}

#[test]
fn what_is_less_than_ideal_costs_what_the_book_says() {
    let cost = |rule, change: fn(&mut Need, &mut Offer)| changed(rule, change);
    is(cost(Rule::C1, |_, _| {}), Caution, "19 minutes by road (cost 19)");
    is(cost(Rule::C2, |_, _| {}), Met, "adults is preference 1 of 2");
    is(
        cost(Rule::C2, |_, offer| offer.terms.setting = Setting::Fostering),
        Caution,
        "fostering is preference 2 of 2 (cost 15)",
    );
    is(
        cost(Rule::C2, |_, offer| offer.terms.setting = Setting::MentalHealth),
        Caution,
        "mental health is no preference; the first is adults (cost 45)",
    );
    is(cost(Rule::C2, |need, _| need.terms.preferred_settings.clear()), Met, "no setting is preferred");
    is(
        cost(Rule::C3, |_, offer| offer.terms.setting = Setting::Fostering),
        Caution,
        "fostering serves the same people as early help, where the other placement is (cost 20)",
    );
    is(
        cost(Rule::C5, |_, offer| offer.reaffirmed = Some(noon("2026-04-02"))),
        Caution,
        "the host reaffirmed the offer 60 days ago; it is stale after 60 (cost 25)",
    );
    is(
        cost(Rule::C5, |_, offer| offer.reaffirmed = Some(noon("2026-04-03"))),
        Met,
        "the host reaffirmed the offer 59 days ago; it is stale after 60",
    );
    assert_eq!(cost(Rule::C6, |_, _| {}).0, Met);
}

#[test]
fn an_apprentice_is_placed_outside_the_employing_team_as_far_as_that_is_known() {
    let (mut need, offer) = (need(), offer());
    let durham = "durham".parse().unwrap();
    let teesside = "teesside".parse().unwrap();
    let verdict = |need: &Need, employer| said(Rule::P7, &Pair { employer, ..pair(need, &offer) }).0;
    assert_eq!((verdict(&need, None), verdict(&need, Some(&teesside))), (Met, Met));
    assert_eq!(verdict(&need, Some(&durham)), Met);
    need.terms.earlier_placements[0] =
        EarlierPlacement { host: "partners/durham".into(), ..need.terms.earlier_placements[0].clone() };
    assert_eq!(verdict(&need, Some(&durham)), Caution);
}
