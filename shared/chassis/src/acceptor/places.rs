//! How many connections there may be, in all and of one peer.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The connections that are open, by peer.
#[derive(Clone)]
pub(crate) struct Places(Arc<Inner>);

struct Inner {
    most: usize,
    most_per_peer: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by_peer: HashMap<IpAddr, usize>,
}

/// One connection's place; given back when dropped.
pub(crate) struct Place {
    places: Places,
    peer: IpAddr,
}

impl Places {
    pub fn new(most: usize, most_per_peer: usize) -> Self {
        Self(Arc::new(Inner { most, most_per_peer, taken: Mutex::default() }))
    }

    /// A place for `peer`, or `None` where it, or everybody together, has the most there may be.
    pub fn take(&self, peer: IpAddr) -> Option<Place> {
        let peer = who(peer);
        let mut taken = self.taken();
        if taken.all >= self.0.most {
            return None;
        }
        let own = taken.by_peer.entry(peer).or_default();
        if *own >= self.0.most_per_peer {
            return None;
        }
        *own += 1;
        taken.all += 1;
        drop(taken);
        Some(Place { places: self.clone(), peer })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        // Counting cannot panic half way, so what a poisoned lock guards is whole.
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.all -= 1;
        if let Some(own) = taken.by_peer.get_mut(&self.peer) {
            *own -= 1;
            if *own == 0 {
                taken.by_peer.remove(&self.peer);
            }
        }
    }
}

/// One peer is one IPv4 address, however it is written, or one /64: a host has all of that.
fn who(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_cannot_take_anothers_places_nor_all_take_more_than_there_are() {
        let places = Places::new(3, 2);
        let take = |ip: &str| places.take(ip.parse().unwrap());
        let first = take("10.0.0.1");
        let held = (take("::ffff:10.0.0.1"), take("2001:db8::1"));
        assert!(first.is_some() && held.0.is_some() && held.1.is_some());
        assert!(take("10.0.0.1").is_none(), "a peer has two places");
        assert!(take("10.0.0.2").is_none(), "there are three places in all");
        drop(first);
        let again = take("2001:db8::2");
        assert!(again.is_some(), "a place was not given back");
        drop(held.0);
        assert!(take("2001:db8::ffff:1").is_none(), "one host has a whole /64");
    }
}
