//! First come, first served, read from the feed: whoever joined the list first left it first, and nobody who walked in
//! was seated while somebody waited. Where seats are kept for partners this holds among the people of one partner.

use crate::oracle::{Kept, Line, Remains};
use std::{collections::HashMap, fmt};

/// One booking's way through the list.
struct Way<'a> {
    kept: &'a Kept,
    made: &'a Line,
    /// The change by which it stopped waiting.
    left: Option<&'a Line>,
    /// Whether it stopped waiting because it got a seat.
    promoted: bool,
}

impl fmt::Display for Way<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.kept.name.rsplit('/').next().unwrap_or("");
        let left = self.left.map(|line| line.seq);
        let (made, joined, state) = (self.made.seq, self.kept.joined_at, &self.kept.state);
        write!(f, "{id} (made {made}, joined {joined:?}, left the list {left:?}, now {state})")
    }
}

pub fn judge(remains: &Remains) -> Vec<String> {
    let mut lines: HashMap<&str, Vec<&Line>> = HashMap::new();
    remains.feed.iter().for_each(|line| lines.entry(&line.resource).or_default().push(line));
    let mut sessions: HashMap<&str, Vec<Way>> = HashMap::new();
    for kept in remains.bookings.values() {
        let Some(theirs) = lines.get(kept.name.as_str()) else { continue };
        let session = kept.name.split_once("/bookings/").map_or("", |(session, _)| session);
        sessions.entry(session).or_default().push(way(kept, theirs));
    }
    let pools = sessions.into_values().flat_map(|ways| pools(ways, remains.fenced));
    pools.flat_map(|ways| inversions(&ways).into_iter().chain(barged(&ways))).collect()
}

/// Those who may have the same seats.
fn pools(ways: Vec<Way>, fenced: bool) -> Vec<Vec<Way>> {
    let mut pools: HashMap<&str, Vec<Way>> = HashMap::new();
    for way in ways {
        pools.entry(if fenced { &way.kept.partner } else { "" }).or_default().push(way);
    }
    pools.into_values().collect()
}

/// Somebody who waits is changed by leaving the list and by nothing else: by a seat, after which a change may follow
/// that gives the seat up, or by giving up the place.
fn way<'a>(kept: &'a Kept, theirs: &[&'a Line]) -> Way<'a> {
    let left = if kept.seated_at_once { Some(theirs[0]) } else { theirs.get(1).copied() };
    let seated = kept.seated_at_once || matches!(kept.state.as_str(), "confirmed" | "offered");
    Way { kept, made: theirs[0], left, promoted: seated || theirs.len() > 2 }
}

/// Pairs of which the later one was served first. Changes of one transaction are simultaneous.
fn inversions(ways: &[Way]) -> Vec<String> {
    let mut queue: Vec<&Way> = ways.iter().filter(|way| way.kept.joined_at.is_some()).collect();
    queue.sort_unstable_by_key(|way| way.kept.joined_at);
    let mut wrong = Vec::new();
    for (place, earlier) in queue.iter().enumerate() {
        for later in queue[place + 1..].iter().filter(|way| way.promoted) {
            let Some(served) = later.left else { continue };
            let waited = earlier.left.is_none_or(|left| left.seq > served.seq && left.at_us != served.at_us);
            if waited {
                wrong.push(format!("barged: {later} was served before {earlier}"));
            }
        }
    }
    wrong
}

/// People who never joined the list and were seated while somebody stood in it.
fn barged(ways: &[Way]) -> Vec<String> {
    let mut wrong = Vec::new();
    let queue: Vec<&Way> = ways.iter().filter(|way| way.kept.joined_at.is_some()).collect();
    for walker in ways.iter().filter(|way| way.kept.joined_at.is_none()) {
        let stood = |way: &&&Way| {
            let before = way.kept.joined_at.is_some_and(|at| at < walker.made.seq)
                && way.made.at_us != walker.made.at_us;
            before
                && way.left.is_none_or(|left| left.seq > walker.made.seq && left.at_us != walker.made.at_us)
        };
        if let Some(waiting) = queue.iter().find(stood) {
            wrong.push(format!(
                "barged: {walker} of {} walked in while {waiting} of {} waited",
                walker.kept.partner, waiting.kept.partner
            ));
        }
    }
    wrong
}
