//! What a student who was left out is told.

use super::*;

#[test]
fn whoever_is_left_out_learns_which_rule_stood_in_the_way_most_often() {
    let (book, need) = (book(), need());
    let rules = book.on(day("2026-09-21"));
    let (far, other_days) = (RuleSet::EMPTY.with(Rule::P9), RuleSet::EMPTY.with(Rule::W2));
    let mut obstacles = Obstacles::default();
    obstacles.add(far.with(Rule::W2), 9);
    obstacles.add(far, 22);
    obstacles.add(other_days, 6);
    assert_eq!(obstacles.most_often(), Some(Rule::P9));
    assert_eq!(
        obstacles.result(rules, &need).explanation,
        "P9 travel: 31 of 37 places are further than 90 minutes"
    );
    obstacles.add(RuleSet::EMPTY, 3);
    let result = obstacles.result(rules, &need);
    assert_eq!((result.rule, result.verdict), (Rule::P9, Breached));
    assert_eq!(
        result.explanation,
        "P9 travel: 31 of 40 places are further than 90 minutes; the 3 that suit went to other students"
    );
}

#[test]
fn of_two_rules_as_often_broken_the_first_in_the_book_is_named() {
    let mut obstacles = Obstacles::default();
    obstacles.add(RuleSet::EMPTY.with(Rule::W2).with(Rule::P4).with(Rule::W6), 5);
    assert_eq!(obstacles.most_often(), Some(Rule::P4));
}

#[test]
fn where_no_rule_stood_in_the_way_the_places_were_gone() {
    let (book, need) = (book(), need());
    let rules = book.on(day("2026-09-21"));
    let none = Obstacles::default().result(rules, &need);
    assert_eq!((none.rule, none.explanation.as_str()), (Rule::W6, "W6 places: there was none"));
    let mut obstacles = Obstacles::default();
    obstacles.add(RuleSet::EMPTY, 4);
    assert_eq!(obstacles.result(rules, &need).explanation, "W6 places: 4 of 4 went to other students");
}

#[test]
fn every_rule_can_be_named_as_an_obstacle() {
    let (book, need) = (book(), need());
    for rule in Rule::ALL {
        let mut obstacles = Obstacles::default();
        obstacles.add(RuleSet::EMPTY.with(*rule), 2);
        let words = obstacles.result(book.on(day("2026-09-21")), &need).explanation;
        assert!(words.starts_with(rule.id()) && words.contains("2 of 2 places "), "{words}");
    }
}
