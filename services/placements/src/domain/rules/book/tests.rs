use super::*;
use crate::domain::Stage;

/// The book that the service is delivered with.
const BOOK: &str = include_str!("../../../../rules.toml");

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn with(more: &str) -> Result<RuleBook, String> {
    RuleBook::parse(&format!("{BOOK}\n{more}")).map_err(|error| error.to_string())
}

#[test]
fn the_book_has_the_partnerships_numbers() {
    let book = RuleBook::parse(BOOK).unwrap();
    let rules = book.on(day("2026-09-21"));
    let numbers = &rules.numbers;
    assert_eq!((numbers.days.required(Stage::First), numbers.days.required(Stage::Final)), (70, 100));
    assert_eq!((numbers.days.skills_days, numbers.house.hold_days, numbers.stale_days()), (30, 10, 60));
    assert_eq!((numbers.agreement.days, numbers.travel.limit_minutes), (12, 90));
    assert_eq!((numbers.supervision.hours, numbers.supervision.days), (1, 5));
    assert_eq!(numbers.fees.daily_pence(vocabulary::PartnerKind::Voluntary), 2_000);
    assert_eq!(rules.rows().iter().map(|row| row.rule).collect::<Vec<_>>(), Rule::ALL);
    let waivable: Vec<Rule> = rules.rows().iter().filter(|row| row.waivable).map(|row| row.rule).collect();
    assert_eq!(waivable, [Rule::P3, Rule::P4, Rule::P7, Rule::P9, Rule::P12]);
}

#[test]
fn a_placement_goes_by_the_edition_in_force_on_its_day() {
    let later = "[[rules]]\nid = \"P9\"\ntitle = \"Travel\"\nseverity = \"soft\"\ncost = 4\neffective_from = \"2027-08-01\"\n\
                 parameters = { limit_minutes = 60, road_factor = 1.3, driving_kmh = 40, otherwise_kmh = 25 }";
    let book = with(later).unwrap();
    let limit = |on: &str| {
        let rules = book.on(day(on));
        (rules.numbers.travel.limit_minutes, rules.row(Rule::P9).severity, rules.numbers.days.final_days)
    };
    assert_eq!(limit("1999-01-01"), (90, Severity::Hard, 100));
    assert_eq!(limit("2027-07-31"), (90, Severity::Hard, 100));
    assert_eq!(limit("2027-08-01"), (60, Severity::Soft, 100));
}

#[test]
fn what_is_wrong_with_a_book_names_the_row() {
    let row = |text: &str| with(&format!("[[rules]]\n{text}")).unwrap_err();
    let head = "title = \"T\"\nseverity = \"hard\"\neffective_from = \"2027-01-01\"";
    for (text, parts) in [
        (format!("id = \"X9\"\n{head}"), ["X9", "no such rule"]),
        (head.to_owned(), ["a rule without an id", "missing field `id`"]),
        (format!("id = \"P2\"\n{head}\ncolour = 1"), ["P2 (\"T\")", "unknown field `colour`"]),
        (format!("id = \"P2\"\n{head}\ncost = -1"), ["P2 (\"T\")", "u64"]),
        (format!("id = \"P2\"\n{head}\nparameters = {{ a = 1 }}"), ["P2 from 2027-01-01", "no parameters"]),
        (
            format!("id = \"P1\"\n{head}\nparameters = {{ first_days = 70 }}"),
            ["P1 from 2027-01-01", "final_days"],
        ),
        (format!("id = \"P9\"\n{head}"), ["P9 from 2027-01-01", "limit_minutes"]),
        ("id = \"P2\"\ntitle = \"T\"\nseverity = \"hard\"".into(), ["P2 (\"T\")", "effective_from"]),
        ("id = \"P2\"\ntitle = \"T\"\nseverity = \"harsh\"".into(), ["P2 (\"T\")", "harsh"]),
        (format!("id = \"P2\"\n{}", head.replace("2027", "2014")), ["P2", "same day"]),
        (
            format!("id = \"P2\"\nwaivable = true\n{}", head.replace("hard", "soft")),
            ["P2", "only a hard rule"],
        ),
    ] {
        let problem = row(&text);
        assert!(parts.iter().all(|part| problem.contains(part)), "{text}\n{problem}");
    }
}

#[test]
fn a_book_needs_every_rule_and_usable_numbers() {
    let without = |part: &str, instead: &str| {
        assert!(BOOK.contains(part), "{part}");
        RuleBook::parse(&BOOK.replacen(part, instead, 1)).unwrap_err().to_string()
    };
    assert!(without("id = \"P13\"", "id = \"P12\"").contains("P12: two rows begin on the same day"));
    assert!(without("Europe/London", "Europe/Durham").contains("no time zone \"Europe/Durham\""));
    assert!(without("academic_year_month = 8", "academic_year_month = 13").contains("1 to 12"));
    assert!(without("driving_kmh = 45", "driving_kmh = 0").contains("P9: "));
    assert!(without("first_days = 70", "first_days = 0").contains("P1: "));
    assert!(
        without("removed = \"2020-05-04\"", "removed = \"2020-05-05\"")
            .contains("2020-05-05 is no bank holiday")
    );
    assert!(RuleBook::parse("").unwrap_err().to_string().contains("no rules"));
    assert!(RuleBook::parse("[[rules]").is_err() && RuleBook::parse("colour = 1").is_err());
    let house = "[[numbers]]\neffective_from = \"2014-01-01\"\ntime_zone = \"UTC\"\nacademic_year_month = 8\nhold_days = 1";
    assert!(RuleBook::parse(house).unwrap_err().to_string().contains("P1: it has no row"));
}

#[test]
fn the_bank_holidays_that_single_years_had_are_in_the_book() {
    let book = RuleBook::parse(BOOK).unwrap();
    let title = |on: &str| book.calendar().bank_holiday(day(on));
    for added in ["1995-05-08", "1999-12-31", "2002-06-03", "2002-06-04", "2011-04-29", "2012-06-04"] {
        assert!(title(added).is_some(), "{added}");
    }
    for added in ["2012-06-05", "2020-05-08", "2022-06-02", "2022-06-03", "2022-09-19", "2023-05-08"] {
        assert!(title(added).is_some(), "{added}");
    }
    for moved in ["1995-05-01", "2002-05-27", "2012-05-28", "2020-05-04", "2022-05-30"] {
        assert!(title(moved).is_none(), "{moved}");
    }
}
