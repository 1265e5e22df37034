//! The model: what may stand in the tables after what everybody was told.

use super::{
    books::Books,
    party::{Ask, Heard, Told},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What a race came to.
#[derive(Default, Debug)]
pub struct Tally {
    pub proposed: usize,
    pub no_place: usize,
    pub offers_gone: usize,
    pub events: BTreeMap<String, usize>,
}

/// `partner/id` of the names of needs and offers, as the tables have them.
fn key(name: &str) -> String {
    let parts: Vec<&str> = name.split('/').collect();
    format!("{}/{}", parts[1], parts[3])
}

/// Everything that is wrong.
pub async fn judge(books: &Books, told: &[Told]) -> (Vec<String>, Tally) {
    let rows = books.texts("SELECT id || ' ' || need || ' ' || offer FROM placements").await;
    let kept = rows.iter().filter_map(|row| row.split_once(' '));
    let kept: HashMap<String, String> =
        kept.map(|(id, pair)| (format!("placements/{id}"), pair.into())).collect();
    let events = "SELECT 'placements/' || placement || ' ' || to_state || ' ' || actor FROM placement_events";
    let events = books.texts(events).await;
    let mut tally = Tally::default();
    let mut wrong = proposals(told, &kept, &mut tally);
    wrong.extend(answers(told, &events, &mut tally));
    wrong.extend(refusals(told, &mut tally));
    let withdrawn = books.texts("SELECT id FROM placement_offers WHERE state = 'withdrawn'").await;
    let withdrawn: BTreeSet<String> = withdrawn.into_iter().collect();
    for one in told {
        if let (Ask::EndOffer { offer }, Heard::Done(_)) = (&one.ask, &one.heard)
            && !withdrawn.contains(&key(offer))
        {
            wrong.push(format!("lost: the withdrawal of {offer}"));
        }
    }
    (wrong, tally)
}

/// Each acknowledged proposal is there, under a name of its own and for what was asked; and of each need there are as many
/// placements as proposals were acknowledged, and perhaps those of which nobody knows.
fn proposals(told: &[Told], kept: &HashMap<String, String>, tally: &mut Tally) -> Vec<String> {
    let (mut wrong, mut names) = (Vec::new(), BTreeSet::new());
    let mut asked: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for one in told {
        let Ask::Propose { need, offer } = &one.ask else { continue };
        let sum = asked.entry(key(need)).or_default();
        match &one.heard {
            Heard::Done(name) => {
                sum.0 += 1;
                tally.proposed += 1;
                if kept.get(name) != Some(&format!("{} {}", key(need), key(offer))) {
                    wrong.push(format!(
                        "lost: {name} was acknowledged for {need} at {offer}: {:?}",
                        kept.get(name)
                    ));
                }
                if !names.insert(name) {
                    wrong.push(format!("twice: {name} answered two requests"));
                }
            }
            Heard::Unknown => sum.1 += 1,
            Heard::Refused(_) => {}
        }
    }
    let mut made: BTreeMap<&str, usize> = BTreeMap::new();
    for pair in kept.values() {
        *made.entry(pair.split(' ').next().unwrap_or_default()).or_default() += 1;
    }
    for (need, (certain, unknown)) in asked {
        let made = made.get(need.as_str()).copied().unwrap_or_default();
        if made < certain || made > certain + unknown {
            wrong.push(format!(
                "twice: {need} has {made} placements, {certain} acknowledged, {unknown} unknown"
            ));
        }
    }
    wrong
}

/// Each acceptance, refusal and withdrawal happened as often as it was acknowledged, by whoever was told so; and only the
/// clock ends a hold.
fn answers(told: &[Told], events: &[String], tally: &mut Tally) -> Vec<String> {
    let mut happened: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for event in events {
        let mut words = event.split(' ');
        let (Some(placement), Some(state), Some(actor)) = (words.next(), words.next(), words.next()) else {
            panic!("{event}");
        };
        *tally.events.entry(state.into()).or_default() += 1;
        let partner = actor.split('/').nth(1).unwrap_or_default();
        match state {
            "accepted" | "declined" | "withdrawn" => {
                *happened.entry((placement, state, partner)).or_default() += 1;
            }
            "expired" if !actor.ends_with("/clock") => wrong.push(format!("expired: {event}")),
            _ => {}
        }
    }
    let mut asked: BTreeMap<(&str, &str, &str), (usize, usize)> = BTreeMap::new();
    for one in told {
        let (placement, state) = match &one.ask {
            Ask::Accept { placement } => (placement, "accepted"),
            Ask::Decline { placement } => (placement, "declined"),
            Ask::Withdraw { placement } => (placement, "withdrawn"),
            Ask::Propose { .. } | Ask::EndOffer { .. } | Ask::Resize { .. } => continue,
        };
        let sum = asked.entry((placement, state, &one.partner)).or_default();
        match one.heard {
            Heard::Done(_) => sum.0 += 1,
            Heard::Unknown => sum.1 += 1,
            Heard::Refused(_) => {}
        }
    }
    for (what, n) in &happened {
        let (certain, unknown) = asked.get(what).copied().unwrap_or_default();
        if *n > 1 || *n > certain + unknown {
            wrong.push(format!(
                "twice: {what:?} happened {n} times, {certain} acknowledged, {unknown} unknown"
            ));
        }
    }
    for (what, (certain, _)) in asked {
        if happened.get(&what).copied().unwrap_or_default() < certain {
            wrong.push(format!("lost: {what:?} was acknowledged"));
        }
    }
    wrong
}

/// Nobody is refused for a reason that a race does not explain.
fn refusals(told: &[Told], tally: &mut Tally) -> Vec<String> {
    let mut wrong = Vec::new();
    for one in told {
        let Heard::Refused(reason) = &one.heard else { continue };
        tally.no_place += usize::from(reason == "NO_FREE_PLACE");
        tally.offers_gone += usize::from(reason == "OFFER_NOT_OPEN");
        let may: &[&str] = match one.ask {
            Ask::Propose { .. } => &["NO_FREE_PLACE", "OFFER_NOT_OPEN", "NEED_NOT_OPEN"],
            Ask::Accept { .. } => &["TRANSITION_NOT_ALLOWED", "HOLD_EXPIRED", "EDUCATOR_AT_LIMIT"],
            Ask::Decline { .. } => &["TRANSITION_NOT_ALLOWED", "HOLD_EXPIRED"],
            Ask::Withdraw { .. } => &["TRANSITION_NOT_ALLOWED", "HOLD_EXPIRED"],
            Ask::EndOffer { .. } => &["OFFER_NOT_OPEN"],
            Ask::Resize { .. } => &["OFFER_NOT_OPEN", "PLACES_BELOW_USE"],
        };
        if !may.contains(&reason.as_str()) {
            wrong.push(format!("refused: {:?} of {} with {reason}", one.ask, one.partner));
        }
    }
    wrong
}
