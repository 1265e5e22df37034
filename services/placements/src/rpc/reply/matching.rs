//! Checks and match runs.

use super::words;
use crate::domain::{
    match_run::{Applied, Found, MatchRun},
    rules::{Check, RuleResult, Verdict},
};
use chassis::timestamp;
use contracts::placements::v1 as wire;

pub fn check(check: &Check) -> wire::CheckPlacementResponse {
    wire::CheckPlacementResponse {
        eligible: check.eligible(),
        cost: cost(check.cost),
        rules: check.rules.iter().map(rule_result).collect(),
        projected_end_date: check.projected_end.to_string(),
    }
}

pub fn rule_result(result: &RuleResult) -> wire::RuleResult {
    let verdict = match result.verdict {
        Verdict::Met => wire::rule_result::Verdict::Met,
        Verdict::Breached => wire::rule_result::Verdict::Breached,
        Verdict::Caution => wire::rule_result::Verdict::Caution,
        Verdict::Waived => wire::rule_result::Verdict::Waived,
    };
    wire::RuleResult {
        rule: result.rule.to_string(),
        verdict: verdict.into(),
        explanation: result.explanation.clone(),
        waived_by: result.waived_by.clone(),
    }
}

/// Costs are whole, and far below where the wire's numbers would lose one.
fn cost(cost: u64) -> f64 {
    u32::try_from(cost).map_or(f64::from(u32::MAX), f64::from)
}

fn counted(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

pub fn match_run(run: &MatchRun) -> wire::MatchRun {
    let share = |share: &crate::domain::match_run::Share| wire::PartnerShare {
        partner: share.partner.name(),
        needs: counted(share.needs),
        matched: counted(share.matched),
        first_preference: counted(share.first_preference),
    };
    wire::MatchRun {
        name: run.name.to_string(),
        academic_year: run.academic_year.to_string(),
        stage: words::stage(run.stage).into(),
        needs: counted(run.needs),
        places: counted(run.places),
        eligible_pairs: counted(run.eligible_pairs),
        matched: counted(run.matched),
        total_cost: cost(run.total_cost),
        shares: run.shares.iter().map(share).collect(),
        create_time: Some(timestamp(run.created)),
        apply_time: run.applied.map(timestamp),
    }
}

pub fn found(found: &Found) -> wire::Match {
    let place = found.place.as_ref();
    let educator = place.and_then(|place| place.educator.as_ref());
    wire::Match {
        placement_need: found.need.to_string(),
        placement_offer: place.map(|place| place.offer.to_string()).unwrap_or_default(),
        practice_educator: educator.map(ToString::to_string).unwrap_or_default(),
        cost: place.map_or(0.0, |place| cost(place.cost)),
        rules: found.rules.iter().map(rule_result).collect(),
    }
}

pub fn applied(applied: &Applied) -> wire::ApplyMatchRunResponse {
    let skipped = applied
        .skipped
        .iter()
        .map(|one| wire::SkippedMatch { placement_need: one.need.to_string(), reason: one.reason.clone() });
    wire::ApplyMatchRunResponse { proposed: counted(applied.proposed), skipped: skipped.collect() }
}
