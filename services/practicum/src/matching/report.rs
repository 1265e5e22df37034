//! A match run as a coordinator reads it. Students go by the names of their needs: who they are is between their
//! university and the host.

use super::desk::Teams;
use crate::columns::{grouped, said, shown, table, time};
use contracts::placements::v1::{
    ApplyMatchRunResponse, Match, MatchRun, PartnerShare, RuleResult, Stage, rule_result::Verdict,
};

/// The rule that says how long the journey is: it has a column of its own.
const JOURNEY: &str = "C1";

/// What the run is of, and what it comes to.
pub fn run(run: &MatchRun) -> String {
    let stage = match run.stage() {
        Stage::Unspecified => "",
        Stage::First => "first ",
        Stage::Final => "final ",
    };
    let applied = match &run.apply_time {
        Some(_) => format!("applied {}", time(run.apply_time.as_ref())),
        None => "not applied".into(),
    };
    let left_out = run.needs.saturating_sub(run.matched);
    format!(
        "{}: {stage}placements {}, made {}, {applied}\n{} of {} students placed, {} left out; {} places, {} pairs that \
         break no rule; total cost {}",
        said(&run.name),
        said(&run.academic_year),
        time(run.create_time.as_ref()),
        count(run.matched),
        count(run.needs),
        count(left_out),
        count(run.places),
        count(run.eligible_pairs),
        cost(run.total_cost)
    )
}

/// Who is placed where, and beneath each what else there is to the cost than the journey.
pub fn placed(matches: &[Match], teams: &Teams) -> Option<String> {
    let placed: Vec<_> = matches.iter().filter(|found| !found.placement_offer.is_empty()).collect();
    let heads = ["placed", "host", "offer", "team", "journey", "cost"].map(str::to_owned).to_vec();
    let row = |found: &&Match| {
        let (host, offer) = halves(&found.placement_offer);
        let team = teams.get(&found.placement_offer).map_or("–".into(), |team| shown(team));
        let journey = found.rules.iter().find(|rule| rule.rule == JOURNEY);
        let minutes = |words: &str| said(words.split_once(" (cost").map_or(words, |(minutes, _)| minutes));
        let journey = journey.map_or("–".into(), |rule| minutes(&rule.explanation));
        vec![student(found), host, offer, team, journey, cost(found.cost)]
    };
    let rows: Vec<_> = std::iter::once(heads).chain(placed.iter().map(row)).collect();
    let text = table(&rows, false);
    let mut lines = text.lines().map(str::to_owned);
    let mut all: Vec<String> = lines.next().into_iter().collect();
    for (line, found) in lines.zip(&placed) {
        all.push(line);
        all.extend(found.rules.iter().filter(counts).map(reason));
    }
    (!placed.is_empty()).then(|| all.join("\n"))
}

/// Who is left out, and which rule stood in the way most often.
pub fn left_out(matches: &[Match]) -> Option<String> {
    let out: Vec<_> = matches.iter().filter(|found| found.placement_offer.is_empty()).collect();
    let why = |found: &Match| {
        let rules: Vec<_> = found.rules.iter().map(|rule| said(&rule.explanation)).collect();
        if rules.is_empty() { "the service does not say why".into() } else { rules.join("; ") }
    };
    let heads = vec!["left out".to_owned(), "what stood in the way most often".to_owned()];
    let rows = std::iter::once(heads).chain(out.iter().map(|found| vec![student(found), why(found)]));
    let rows: Vec<_> = rows.collect();
    (!out.is_empty()).then(|| table(&rows, false))
}

/// How each university fared, and all of them together.
pub fn shares(run: &MatchRun) -> Option<String> {
    let heads = ["university", "students", "placed", "share", "in the setting they wanted most"];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    rows.extend(run.shares.iter().map(|share| line(share.partner.trim_start_matches("partners/"), share)));
    if run.shares.len() > 1 {
        let sum = |of: fn(&PartnerShare) -> i64| run.shares.iter().map(of).fold(0, i64::saturating_add);
        let all = PartnerShare {
            partner: String::new(),
            needs: sum(|share| share.needs),
            matched: sum(|share| share.matched),
            first_preference: sum(|share| share.first_preference),
        };
        rows.push(line("all", &all));
    }
    (!run.shares.is_empty()).then(|| table(&rows, true))
}

fn line(name: &str, share: &PartnerShare) -> Vec<String> {
    let percent = match share.needs {
        1.. => format!(
            "{} %",
            share.matched.max(0).saturating_mul(100).saturating_add(share.needs / 2) / share.needs
        ),
        _ => "–".into(),
    };
    vec![shown(name), count(share.needs), count(share.matched), percent, count(share.first_preference)]
}

/// What became of a run that was applied.
pub fn applied(answer: &ApplyMatchRunResponse) -> String {
    let mut text = format!("proposed to their hosts: {}", count(answer.proposed));
    if !answer.skipped.is_empty() {
        let row = |skipped: &contracts::placements::v1::SkippedMatch| {
            let (university, need) = halves(&skipped.placement_need);
            vec![format!("{university}/{need}"), said(&skipped.reason)]
        };
        let heads = vec!["passed over".to_owned(), "because".to_owned()];
        let rows: Vec<_> = std::iter::once(heads).chain(answer.skipped.iter().map(row)).collect();
        text += &format!("\n\n{}", table(&rows, false));
    }
    text
}

fn counts(rule: &&RuleResult) -> bool {
    rule.rule != JOURNEY && rule.verdict() == Verdict::Caution
}

fn reason(rule: &RuleResult) -> String {
    format!("    {} {}", said(&rule.rule), said(&rule.explanation))
}

fn student(found: &Match) -> String {
    let (university, need) = halves(&found.placement_need);
    format!("{university}/{need}")
}

/// Of "partners/{partner}/{collection}/{id}" the partner and the id.
fn halves(name: &str) -> (String, String) {
    let partner = name.split('/').nth(1).unwrap_or_default();
    (said(partner), said(name.rsplit('/').next().unwrap_or_default()))
}

fn count(number: i64) -> String {
    grouped(number.max(0).unsigned_abs())
}

/// Costs are whole as the rule book ships; another may charge halves.
fn cost(cost: f64) -> String {
    if cost.fract() == 0.0 { format!("{cost:.0}") } else { format!("{cost:.1}") }
}
