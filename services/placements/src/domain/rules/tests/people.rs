//! Who teaches, what else the student does, and who may set a rule aside.

use super::*;

fn named<'a>(
    educator: &'a crate::domain::Educator,
    ratifier: Option<&'a crate::domain::Educator>,
) -> Teaching<'a> {
    Teaching::Named { educator, ratifier, counted: false }
}

#[test]
fn a_final_placement_is_assessed_by_stage_2_or_ratified_by_it() {
    let (need, offer) = (need(), offer());
    let p4 = |teaching| said(Rule::P4, &Pair { teaching, ..pair(&need, &offer) });
    let stage_2 = educator("a");
    let mut stage_1 = educator("b");
    stage_1.qualification = Qualification::Stage1;
    let mut lapsing = educator("c");
    lapsing.current_until = Some(day("2027-02-09"));
    is(
        p4(named(&stage_2, None)),
        Met,
        "the practice educator is stage 2 until 1 May 2028; it would end on 10 February 2027",
    );
    is(
        p4(named(&stage_1, Some(&stage_2))),
        Met,
        "the practice educator is stage 1 until 1 May 2028, the ratifier stage 2 until 1 May 2028",
    );
    is(
        p4(named(&stage_1, None)),
        Breached,
        "the practice educator is stage 1 until 1 May 2028 and there is no ratifier; \
         stage 2 is needed until 10 February 2027",
    );
    let same_person = crate::domain::Educator { person: stage_1.person.clone(), ..educator("d") };
    for ratifier in [&stage_1, &lapsing, &same_person] {
        assert_eq!(p4(named(&stage_1, Some(ratifier))).0, Breached, "{}", ratifier.name);
    }
    assert_eq!(p4(named(&lapsing, None)).0, Breached);
}

#[test]
fn while_nobody_is_named_the_offers_educators_and_the_hosts_are_looked_at() {
    let (mut need, offer) = (need(), offer());
    let stage_2 = educator("a");
    let mut stage_1 = educator("b");
    stage_1.qualification = Qualification::Stage1;
    let open = |need: &Need, candidates: &[_], host_has_stage_2| {
        said(
            Rule::P4,
            &Pair { teaching: Teaching::Open { candidates, host_has_stage_2 }, ..pair(need, &offer) },
        )
    };
    assert_eq!((open(&need, &[], true).0, open(&need, &[], false).0), (Met, Caution));
    assert_eq!((open(&need, &[&stage_1], true).0, open(&need, &[&stage_1], false).0), (Caution, Breached));
    is(
        open(&need, &[&stage_1, &stage_2], true),
        Met,
        "1 of 2 practice educators named of stage 2 until 10 February 2027",
    );
    let teaching = Teaching::Open { candidates: &[&stage_1], host_has_stage_2: true };
    assert_eq!(said(Rule::C4, &Pair { teaching, ..pair(&need, &offer) }).0, Caution);
    need.stage = Stage::First;
    assert_eq!(open(&need, &[&stage_1], false).0, Met);
}

#[test]
fn a_trainee_needs_somebody_behind_them_on_a_first_placement_too() {
    let (mut need, offer) = (need(), offer());
    need.stage = Stage::First;
    need.terms.earlier_placements.clear();
    let mut trainee = educator("t");
    (trainee.qualification, trainee.current_until) = (Qualification::InTraining, None);
    let stage_2 = educator("a");
    let p4 = |ratifier| said(Rule::P4, &Pair { teaching: named(&trainee, ratifier), ..pair(&need, &offer) });
    assert_eq!((p4(None).0, p4(Some(&stage_2)).0), (Caution, Met));
}

#[test]
fn nobody_assesses_themselves() {
    let (need, offer) = (need(), offer());
    let mut student = educator("s");
    student.person = need.student.clone();
    let other = educator("a");
    let p8 = |teaching| said(Rule::P8, &Pair { teaching, ..pair(&need, &offer) }).0;
    assert_eq!((p8(named(&student, None)), p8(named(&other, Some(&student)))), (Breached, Breached));
    let open = |candidates| Teaching::Open { candidates, host_has_stage_2: true };
    assert_eq!((p8(open(&[&student])), p8(open(&[&student, &other])), p8(open(&[]))), (Breached, Met, Met));
}

#[test]
fn a_student_has_one_placement_at_a_time() {
    let (need, offer) = (need(), offer());
    let p14 = |history: &[PastPlacement]| said(Rule::P14, &Pair { history, ..pair(&need, &offer) });
    is(p14(&[past("p1")]), Breached, "the student has a live final placement");
    let first = |end: &str, standing| {
        let (stage, end) = (Stage::First, day(end));
        [PastPlacement { stage, end, standing, ..past("p1") }]
    };
    is(
        p14(&first("2026-09-21", Standing::Passed)),
        Breached,
        "it would overlap the student's placement from 5 January 2026 to 21 September 2026",
    );
    // One that was passed is over, and a stage may be repeated.
    let passed = [PastPlacement { standing: Standing::Passed, ..past("p1") }];
    assert_eq!(p14(&passed).0, Met);
    for history in [first("2026-09-20", Standing::Passed), first("2027-09-20", Standing::Void)] {
        assert_eq!(p14(&history).0, Met);
    }
}

#[test]
fn a_practice_educator_has_no_more_learners_than_they_may() {
    let (need, offer) = (need(), offer());
    let p14 = |teaching| said(Rule::P14, &Pair { teaching, ..pair(&need, &offer) });
    let (free, mut full) = (educator("a"), educator("b"));
    full.learners = 2;
    is(
        p14(named(&free, None)),
        Met,
        "no other placement; the practice educator has 1 other learner of at most 2",
    );
    is(p14(named(&full, None)), Breached, "1 practice educator named, with 2 learners of at most 2");
    let counted = Teaching::Named { educator: &full, ratifier: None, counted: true };
    assert_eq!(p14(counted).0, Met);
    let open = |candidates| p14(Teaching::Open { candidates, host_has_stage_2: true }).0;
    assert_eq!((open(&[&full, &free]), open(&[&full]), open(&[])), (Met, Breached, Met));
}

fn waiver(rule: &str) -> Waiver {
    let by = "partners/teesside/people/c1".parse().unwrap();
    Waiver { rule: rule.into(), reason: "lives with family near by".into(), by }
}

#[test]
fn a_coordinator_may_set_a_broken_rule_aside_with_a_reason() {
    let (need, mut offer) = (need(), offer());
    offer.terms.location.point.longitude = -0.53;
    let pair = pair(&need, &offer);
    assert!(!book().check(&pair, &[]).unwrap().eligible());
    let check = book().check(&pair, &[waiver("P9"), waiver("P12")]).unwrap();
    assert!(check.eligible());
    let result = |rule| check.rules.iter().find(|result| result.rule == rule).unwrap();
    let travel = result(Rule::P9);
    assert_eq!(
        (travel.verdict, travel.explanation.as_str()),
        (Verdict::Waived, "116 minutes by road; the limit is 90")
    );
    assert_eq!(travel.waived_by, "partners/teesside/people/c1: lives with family near by");
    // What was not broken stays as it is.
    assert_eq!((result(Rule::P12).verdict, result(Rule::P12).waived_by.as_str()), (Met, ""));
}

#[test]
fn a_rule_that_nobody_may_set_aside_is_refused() {
    let (need, offer) = (need(), offer());
    let refused = |rule: &str| book().check(&pair(&need, &offer), &[waiver(rule)]).unwrap_err();
    assert_eq!(refused("P99"), WaiverError::Unknown("P99".into()));
    for rule in [Rule::P13, Rule::W6, Rule::C1] {
        assert_eq!(refused(rule.id()), WaiverError::NotWaivable(rule));
    }
}
