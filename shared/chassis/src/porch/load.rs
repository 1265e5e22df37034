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
    calls: AtomicUsize,
    streams: AtomicUsize,
    /// Calls, then streams, of each partner.
    partners: Vec<[AtomicUsize; 2]>,
    by_partner: HashMap<PartnerId, usize>,
}

/// What one call adds to the counts; [`Load::leave`] takes it back.
#[derive(Debug, Default)]
pub(crate) struct Share {
    stream: bool,
    partner: Option<usize>,
}

/// Too much is under way.
#[derive(Debug)]
pub(crate) struct Overloaded;

impl Load {
    pub fn new(most: usize, partners: impl Iterator<Item = PartnerId>) -> Self {
        let by_partner: HashMap<_, _> = partners.enumerate().map(|(at, id)| (id, at)).collect();
        let counts = by_partner.iter().map(|_| Default::default()).collect();
        Self { most, calls: AtomicUsize::new(0), streams: AtomicUsize::new(0), partners: counts, by_partner }
    }

    /// Counts a call in, unless its class is to be refused by now: reports once half of what may be
    /// under way is, lists from 70 %, reads from 85 %, writes when it is all. Health checks and
    /// cancellations are never refused. Streams are idle most of their lives and are counted apart.
    pub fn enter(&self, class: Class) -> Result<Share, Overloaded> {
        let most = match class {
            Class::Health | Class::Cancel => usize::MAX,
            Class::Write | Class::Stream => self.most,
            Class::Read => part(self.most, 85),
            Class::List => part(self.most, 70),
            Class::Report => part(self.most, 50),
        };
        let stream = class == Class::Stream;
        let count = self.count(stream);
        if count.fetch_add(1, Relaxed) >= most {
            count.fetch_sub(1, Relaxed);
            return Err(Overloaded);
        }
        Ok(Share { stream, partner: None })
    }

    /// Counts a call to its partner, unless the partner has half of what may be under way already:
    /// the other half stays for the others.
    pub fn attribute(&self, share: &mut Share, class: Class, partner: &PartnerId) -> Result<(), Overloaded> {
        let Some(at) = self.by_partner.get(partner).copied() else { return Ok(()) };
        let count = &self.partners[at][usize::from(share.stream)];
        let before = count.fetch_add(1, Relaxed);
        if before >= part(self.most, 50) && !matches!(class, Class::Health | Class::Cancel) {
            count.fetch_sub(1, Relaxed);
            return Err(Overloaded);
        }
        share.partner = Some(at);
        Ok(())
    }

    pub fn leave(&self, share: &Share) {
        self.count(share.stream).fetch_sub(1, Relaxed);
        if let Some(at) = share.partner {
            self.partners[at][usize::from(share.stream)].fetch_sub(1, Relaxed);
        }
    }

    fn count(&self, stream: bool) -> &AtomicUsize {
        if stream { &self.streams } else { &self.calls }
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
                match load.enter(class) {
                    Ok(share) => load.leave(&share),
                    Err(Overloaded) if !refused.contains(&(class, under_way)) => {
                        refused.push((class, under_way))
                    }
                    Err(Overloaded) => {}
                }
            }
            let _held = load.enter(Class::Cancel);
        }
        let first = |class| refused.iter().find(|(of, _)| *of == class).map(|(_, at)| *at);
        assert_eq!(
            [Class::Report, Class::List, Class::Read, Class::Write].map(first),
            [Some(5), Some(7), Some(8), Some(10)]
        );
        assert_eq!([Class::Stream, Class::Cancel, Class::Health].map(first), [None; 3]);
    }

    #[test]
    fn a_partner_has_at_most_half_and_gives_back_what_it_had() {
        let load = load();
        let (durham, teesside) = ("durham".parse().unwrap(), "teesside".parse().unwrap());
        let enter = |partner| {
            let mut share = load.enter(Class::Write).unwrap();
            load.attribute(&mut share, Class::Write, partner).map(|()| share).map_err(|_| ())
        };
        let held: Vec<_> = (0..5).map(|_| enter(&durham).unwrap()).collect();
        let sixth = enter(&durham);
        assert!(sixth.is_err() && enter(&teesside).is_ok());
        held.iter().for_each(|share| load.leave(share));
        assert!(enter(&durham).is_ok());
    }
}
