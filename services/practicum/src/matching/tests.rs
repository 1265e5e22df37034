//! What is printed of a run, line by line.

use super::{desk::Teams, report};
use contracts::placements::v1::{
    ApplyMatchRunResponse, Match, MatchRun, PartnerShare, RuleResult, SkippedMatch, Stage,
    rule_result::Verdict,
};
use prost_types::Timestamp;

fn rule(rule: &str, verdict: Verdict, explanation: &str) -> RuleResult {
    let (rule, explanation) = (rule.into(), explanation.into());
    RuleResult { rule, verdict: verdict.into(), explanation, waived_by: String::new() }
}

fn matches() -> Vec<Match> {
    let placed = Match {
        placement_need: "partners/teesside/placementNeeds/t1".into(),
        placement_offer: "partners/durham/placementOffers/peterlee".into(),
        practice_educator: String::new(),
        cost: 64.0,
        rules: vec![
            rule("P9", Verdict::Met, "34 minutes by road; the limit is 90"),
            rule("C1", Verdict::Caution, "34 minutes by road (cost 34)"),
            rule("C2", Verdict::Caution, "adults is preference 3 of 3 (cost 30)"),
        ],
    };
    let far =
        Match { cost: 7.5, placement_offer: "partners/gateshead/placementOffers/x".into(), ..placed.clone() };
    let far = Match { rules: vec![rule("C1", Verdict::Met, "0 minutes by road")], ..far };
    let why = "P9 travel: 13 of 14 places are further than 45 minutes";
    let out = Match {
        placement_need: "partners/northumbria/placementNeeds/w9".into(),
        rules: vec![rule("P9", Verdict::Breached, why)],
        ..Match::default()
    };
    vec![placed, out, far]
}

fn made() -> MatchRun {
    let share = |partner: &str, needs, matched, first_preference| PartnerShare {
        partner: format!("partners/{partner}"),
        needs,
        matched,
        first_preference,
    };
    MatchRun {
        name: "matchRuns/r".into(),
        academic_year: "2026/27".into(),
        stage: Stage::Final.into(),
        needs: 3,
        places: 1_400,
        eligible_pairs: 20_000,
        matched: 2,
        total_cost: 71.5,
        shares: vec![share("northumbria", 1, 0, 0), share("teesside", 2, 2, 1)],
        create_time: Some(Timestamp { seconds: 1_800_000_000, nanos: 0 }),
        apply_time: None,
    }
}

#[test]
fn a_run_says_what_it_is_of_and_what_it_comes_to() {
    assert_eq!(
        report::run(&made()),
        "matchRuns/r: final placements 2026/27, made 2027-01-15 08:00:00Z, not applied\n\
         2 of 3 students placed, 1 left out; 1,400 places, 20,000 pairs that break no rule; total cost 71.5"
    );
    let apply_time = Some(Timestamp { seconds: 1_800_000_060, nanos: 0 });
    let applied = report::run(&MatchRun { apply_time, ..made() });
    assert!(applied.contains(", applied 2027-01-15 08:01:00Z\n"), "{applied}");
}

#[test]
fn each_student_who_is_placed_has_a_line_and_the_reasons_of_the_cost_beneath() {
    let teams = Teams::from([("partners/durham/placementOffers/peterlee".into(), "Families First".into())]);
    let text = report::placed(&matches(), &teams).unwrap();
    assert_eq!(
        text.lines().collect::<Vec<_>>(),
        [
            "placed       host       offer     team            journey             cost",
            "teesside/t1  durham     peterlee  Families First  34 minutes by road  64",
            "    C2 adults is preference 3 of 3 (cost 30)",
            "teesside/t1  gateshead  x         –               0 minutes by road   7.5",
        ]
    );
    assert_eq!(report::placed(&matches()[1..2], &teams), None);
}

#[test]
fn each_student_who_is_left_out_is_told_why_with_figures() {
    assert_eq!(
        report::left_out(&matches()).unwrap(),
        "left out        what stood in the way most often\n\
         northumbria/w9  P9 travel: 13 of 14 places are further than 45 minutes"
    );
    assert_eq!(report::left_out(&matches()[..1]), None);
    let silent = [Match { rules: vec![], ..matches()[1].clone() }];
    assert!(report::left_out(&silent).unwrap().ends_with("w9  the service does not say why"));
}

#[test]
fn universities_are_seen_beside_one_another_and_together() {
    let text = report::shares(&made()).unwrap();
    assert_eq!(
        text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>(),
        [
            "university students placed share in the setting they wanted most",
            "northumbria 1 0 0 % 0",
            "teesside 2 2 100 % 1",
            "all 3 2 67 % 1",
        ]
    );
    // Somebody who sees one share sees no total of all, and somebody who sees none no table.
    let one = MatchRun { shares: made().shares.split_off(1), ..made() };
    assert!(!report::shares(&one).unwrap().contains("all"));
    assert_eq!(report::shares(&MatchRun { shares: vec![], ..made() }), None);
}

#[test]
fn what_was_passed_over_is_told_with_its_reason() {
    let skipped = SkippedMatch {
        placement_need: "partners/teesside/placementNeeds/t1".into(),
        reason: "NEED_NOT_OPEN".into(),
    };
    let answer = ApplyMatchRunResponse { proposed: 1_234, skipped: vec![skipped] };
    assert_eq!(
        report::applied(&answer),
        "proposed to their hosts: 1,234\n\npassed over  because\nteesside/t1  NEED_NOT_OPEN"
    );
    assert_eq!(
        report::applied(&ApplyMatchRunResponse { proposed: 2, skipped: vec![] }),
        "proposed to their hosts: 2"
    );
}

#[test]
fn nothing_that_a_service_says_moves_the_cursor() {
    let mut hostile = matches();
    hostile[0].rules[1].explanation = "\u{1b}[2J".into();
    hostile[1].rules[0].explanation = "a\nb".into();
    hostile[1].placement_need = "partners/\u{7}/placementNeeds/\r".into();
    let teams = Teams::from([(hostile[0].placement_offer.clone(), "\u{9b}1m".into())]);
    let text = report::placed(&hostile, &teams).unwrap() + &report::left_out(&hostile).unwrap();
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
}
