//! How much is under way, and what is refused when it is too much.

use admission::Class;
use std::{
    collections::HashMap,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};
use vocabulary::PartnerId;

/// Counts of calls under way. They guard nothing but themselves, so no order among them is needed.
pub(crate) struct Load {
    most: usize,
    /// By [`Pool`].
    all: [AtomicUsize; 3],
    partners: Vec<[AtomicUsize; 3]>,
    by_partner: HashMap<PartnerId, usize>,
}

/// What is counted together. Streams are idle most of their lives; what strangers may ask must not
/// take the places of those who have a token.
#[derive(Clone, Copy, Debug)]
enum Pool {
    Calls,
    Streams,
    Open,
}

/// What one call adds to the counts; [`Load::leave`] takes it back.
#[derive(Debug)]
pub(crate) struct Share {
    pool: Pool,
    partner: Option<usize>,
}

/// Too much is under way.
#[derive(Debug)]
pub(crate) struct Overloaded;

impl Load {
    pub fn new(most: usize, partners: impl Iterator<Item = PartnerId>) -> Self {
        let by_partner: HashMap<_, _> = partners.enumerate().map(|(at, id)| (id, at)).collect();
        let counts = by_partner.iter().map(|_| Default::default()).collect();
        Self { most, all: Default::default(), partners: counts, by_partner }
    }

    /// Counts a call in, unless its class is to be refused by now: reports once half of what may be
    /// under way is, lists from 70 %, reads from 85 %, writes when it is all. Cancellations and health
    /// checks are never refused; only those who watch health for ever are, when there are too many.
    pub fn enter(&self, class: Class, streams_out: bool) -> Result<Share, Overloaded> {
        let (pool, most) = match class {
            Class::Health if streams_out => (Pool::Open, self.most),
            Class::Health => (Pool::Open, usize::MAX),
            Class::Cancel => (Pool::Calls, usize::MAX),
            Class::Stream => (Pool::Streams, self.most),
            Class::Write => (Pool::Calls, self.most),
            Class::Read => (Pool::Calls, part(self.most, 85)),
            Class::List => (Pool::Calls, part(self.most, 70)),
            Class::Report => (Pool::Calls, part(self.most, 50)),
        };
        let count = &self.all[pool as usize];
        if count.fetch_add(1, Relaxed) >= most {
            count.fetch_sub(1, Relaxed);
            return Err(Overloaded);
        }
        Ok(Share { pool, partner: None })
    }

    /// Counts a call to its partner, unless the partner has half of what may be under way already:
    /// the other half stays for the others.
    pub fn attribute(&self, share: &mut Share, class: Class, partner: &PartnerId) -> Result<(), Overloaded> {
        let Some(at) = self.by_partner.get(partner).copied() else { return Ok(()) };
        let count = &self.partners[at][share.pool as usize];
        let before = count.fetch_add(1, Relaxed);
        if before >= part(self.most, 50) && !matches!(class, Class::Health | Class::Cancel) {
            count.fetch_sub(1, Relaxed);
            return Err(Overloaded);
        }
        share.partner = Some(at);
        Ok(())
    }

    pub fn leave(&self, share: &Share) {
        self.all[share.pool as usize].fetch_sub(1, Relaxed);
        if let Some(at) = share.partner {
            self.partners[at][share.pool as usize].fetch_sub(1, Relaxed);
        }
    }
}

fn part(whole: usize, percent: usize) -> usize {
    (whole * percent / 100).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load() -> Load {
        Load::new(10, ["durham", "teesside"].into_iter().map(|id| id.parse().unwrap()))
    }

    #[test]
    fn reports_are_refused_first_then_lists_then_reads_then_writes_and_cancellations_never() {
        let load = load();
        let mut refused = Vec::new();
        for under_way in 0..12 {
            for class in [
                Class::Report,
                Class::List,
                Class::Read,
                Class::Write,
                Class::Stream,
                Class::Cancel,
                Class::Health,
            ] {
                match load.enter(class, class == Class::Stream) {
                    Ok(share) => load.leave(&share),
                    Err(Overloaded) if !refused.contains(&(class, under_way)) => {
                        refused.push((class, under_way))
                    }
                    Err(Overloaded) => {}
                }
            }
            let _held = load.enter(Class::Cancel, false);
        }
        let first = |class| refused.iter().find(|(of, _)| *of == class).map(|(_, at)| *at);
        assert_eq!(
            [Class::Report, Class::List, Class::Read, Class::Write].map(first),
            [Some(5), Some(7), Some(8), Some(10)]
        );
        assert_eq!([Class::Stream, Class::Cancel, Class::Health].map(first), [None; 3]);
    }

    #[test]
    fn strangers_who_watch_health_take_nobodys_place_and_never_a_checks() {
        let load = load();
        let watchers: Vec<_> = (0..12).map(|_| load.enter(Class::Health, true)).collect();
        assert_eq!(watchers.iter().filter(|watcher| watcher.is_err()).count(), 2);
        assert!(load.enter(Class::Health, false).is_ok() && load.enter(Class::Report, false).is_ok());
    }

    #[test]
    fn a_partner_has_at_most_half_and_gives_back_what_it_had() {
        let load = load();
        let (durham, teesside) = ("durham".parse().unwrap(), "teesside".parse().unwrap());
        let enter = |partner| {
            let mut share = load.enter(Class::Write, false).unwrap();
            load.attribute(&mut share, Class::Write, partner).map(|()| share).map_err(|_| ())
        };
        let held: Vec<_> = (0..5).map(|_| enter(&durham).unwrap()).collect();
        let sixth = enter(&durham);
        assert!(sixth.is_err() && enter(&teesside).is_ok());
        held.iter().for_each(|share| load.leave(share));
        assert!(enter(&durham).is_ok());
    }
}
