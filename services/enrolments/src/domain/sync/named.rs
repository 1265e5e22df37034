//! What the records of a run are called and name, noted while they come. In the good case it shows that no two of them
//! can be wrong together, so that nobody has to look for it; where it does not, the tables are looked at.

use super::{Body, Kind, Record};
use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
};

/// Eight bytes are noted of a name. Somebody who sends more is looked at in the tables.
const MOST: usize = 2_000_000;

/// What need not be looked for among a run's staged records. Nothing, by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clear {
    /// By kind: no two have one source id.
    pub single: [bool; 4],
    /// No two enrolments are of one learner on one run.
    pub pairs: bool,
    /// Whomever and whatever enrolments name has been sent too.
    pub referred: bool,
}

/// Hashes, in parts by one of their bytes: a set that grows is there twice meanwhile, and of a million that would be
/// most of what a run may take.
struct Hashes(Vec<HashSet<u64>>);

impl Default for Hashes {
    fn default() -> Self {
        Self(vec![HashSet::new(); 256])
    }
}

impl Hashes {
    /// Whether it is new.
    fn insert(&mut self, hash: u64) -> bool {
        self.0[usize::from(hash.to_le_bytes()[0])].insert(hash)
    }

    fn contains(&self, hash: u64) -> bool {
        self.0[usize::from(hash.to_le_bytes()[0])].contains(&hash)
    }
}

/// Names of one run's records, as hashes with a key that nobody knows. Two that hash alike raise a doubt, and the
/// tables settle it; that one passes for another that was not sent is as good as impossible, and an apply would see it.
pub struct Named {
    key: RandomState,
    sent: [Hashes; 4],
    pairs: Hashes,
    /// How many of both.
    noted: usize,
    /// Named by an enrolment before they were sent, if they were.
    awaited: HashSet<(Kind, u64)>,
    clear: Clear,
}

impl Named {
    /// Of a run whose every record will be noted, or of one of which some went by.
    pub fn of(whole: bool) -> Self {
        let clear = Clear { single: [whole; 4], pairs: whole, referred: whole };
        Self {
            key: RandomState::new(),
            sent: Default::default(),
            pairs: Hashes::default(),
            noted: 0,
            awaited: HashSet::new(),
            clear,
        }
    }

    /// Notes a record that was staged, or whose row says the same already.
    pub fn note(&mut self, record: &Record, staged: bool) {
        if self.clear == Clear::default() {
            return;
        }
        match &record.body {
            Some(_) if record.dropped => *self = Self::of(false),
            None => *self = Self::of(false),
            Some(Body::Enrolment(_)) if !staged => {}
            Some(Body::Enrolment(it)) => {
                self.send(Kind::Enrolment, &record.source_id);
                let pair = self.key.hash_one((&it.course_run, &it.learner));
                self.clear.pairs &= self.pairs.insert(pair);
                self.noted += 1;
                self.name(Kind::CourseRun, &it.course_run);
                self.name(Kind::Learner, &it.learner);
            }
            Some(_) => self.send(record.kind(), &record.source_id),
        }
        if self.noted + self.awaited.len() > MOST {
            *self = Self::of(false);
        }
    }

    pub fn clear(&self) -> Clear {
        let sent = |(kind, name): &(Kind, u64)| self.sent[kind.at()].contains(*name);
        Clear { referred: self.clear.referred && self.awaited.iter().all(sent), ..self.clear }
    }

    fn send(&mut self, kind: Kind, source_id: &str) {
        let first = self.sent[kind.at()].insert(self.key.hash_one(source_id));
        self.clear.single[kind.at()] &= first;
        self.noted += 1;
    }

    fn name(&mut self, kind: Kind, source_id: &str) {
        let name = self.key.hash_one(source_id);
        if !self.sent[kind.at()].contains(name) {
            self.awaited.insert((kind, name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Enrolment, Learner, record::CourseRun};
    use super::*;

    const ALL_CLEAR: Clear = Clear { single: [true; 4], pairs: true, referred: true };

    fn record(source_id: &str, body: Body) -> Record {
        Record { source_id: source_id.into(), body: Some(body), ..Record::default() }
    }

    fn learner(id: &str) -> Record {
        record(id, Body::Learner(Learner::default()))
    }

    fn run(id: &str) -> Record {
        record(id, Body::CourseRun(CourseRun::default()))
    }

    fn enrolment(id: &str, run: &str, learner: &str) -> Record {
        let (course_run, learner) = (run.into(), learner.into());
        record(id, Body::Enrolment(Enrolment { course_run, learner, ..Enrolment::default() }))
    }

    fn noted(records: &[Record]) -> Clear {
        let mut named = Named::of(true);
        records.iter().for_each(|record| named.note(record, true));
        named.clear()
    }

    #[test]
    fn records_that_name_each_other_once_are_clear_in_whatever_order_they_come() {
        let mut records = vec![enrolment("e", "r", "l"), run("r"), learner("l"), enrolment("f", "r", "m")];
        // One name for several kinds is not the same name.
        records.extend([learner("m"), learner("r"), learner("e")]);
        assert_eq!(noted(&records), ALL_CLEAR);
    }

    #[test]
    fn whatever_comes_twice_or_names_what_did_not_come_is_not_clear() {
        let (r, l, e) = (run("r"), learner("l"), enrolment("e", "r", "l"));
        let of = |more: Record| noted(&[r.clone(), l.clone(), e.clone(), more]);
        let single = |kind: Kind| {
            let mut single = [true; 4];
            single[kind.at()] = false;
            Clear { single, ..ALL_CLEAR }
        };
        assert_eq!(of(l.clone()), single(Kind::Learner));
        assert_eq!(of(r.clone()), single(Kind::CourseRun));
        assert_eq!(of(enrolment("f", "r", "l")), Clear { pairs: false, ..ALL_CLEAR });
        assert_eq!(of(enrolment("f", "r", "nobody")), Clear { referred: false, ..ALL_CLEAR });
        assert_eq!(
            of(enrolment("f", "l", "l")),
            Clear { referred: false, ..ALL_CLEAR },
            "a learner is no run"
        );
        assert_eq!(of(Record { dropped: true, ..learner("gone") }), Clear::default());
    }

    #[test]
    fn what_was_there_may_be_named_and_a_run_that_was_half_seen_is_not_clear() {
        let mut named = Named::of(true);
        [run("r"), learner("l")].iter().for_each(|record| named.note(record, false));
        named.note(&enrolment("there", "x", "y"), false);
        named.note(&enrolment("e", "r", "l"), true);
        assert_eq!(named.clear(), ALL_CLEAR);
        let mut half = Named::of(false);
        half.note(&run("r"), true);
        assert_eq!(half.clear(), Clear::default());
    }
}
