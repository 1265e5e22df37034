//! Which rows a run has met, one bit each; and what one batch met, in a few bytes.

use super::Kind;

/// Rows by their numbers.
#[derive(Clone, Default)]
pub struct Seen {
    bits: Vec<u64>,
}

impl Seen {
    /// Whether the row was met for the first time.
    pub fn meet(&mut self, ordinal: u32) -> bool {
        let (word, bit) = (ordinal as usize / 64, 1 << (ordinal % 64));
        if word >= self.bits.len() {
            self.bits.resize(word + 1, 0);
        }
        let first = self.bits[word] & bit == 0;
        self.bits[word] |= bit;
        first
    }

    pub fn has(&self, ordinal: u32) -> bool {
        self.bits.get(ordinal as usize / 64).is_some_and(|word| word & (1 << (ordinal % 64)) != 0)
    }

    /// Numbers below `end` that were not met, in order.
    pub fn missing(&self, end: u32) -> impl Iterator<Item = u32> {
        (0..end).filter(|ordinal| !self.has(*ordinal))
    }
}

/// Counts of one batch by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub received: [u64; 4],
    pub unchanged: [u64; 4],
}

impl Tally {
    pub fn add(&mut self, other: &Tally) {
        for kind in Kind::ALL {
            self.received[kind.at()] += other.received[kind.at()];
            self.unchanged[kind.at()] += other.unchanged[kind.at()];
        }
    }

    pub fn records(&self) -> u64 {
        self.received.iter().sum()
    }
}

/// A batch as it is kept: its tally, then its rows as runs of consecutive numbers, each the distance from the end of
/// the last one and its length. A batch in the order in which its rows were made takes a dozen bytes.
pub fn encode(tally: &Tally, ordinals: &[u32]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(32);
    tally.received.iter().chain(&tally.unchanged).for_each(|count| varint(&mut bytes, *count));
    let mut last: i64 = 0;
    let mut rest = ordinals;
    while let Some(first) = rest.first().copied() {
        let follows = |(n, next): &(usize, &u32)| u64::from(**next) == u64::from(first) + *n as u64;
        let run = rest.iter().enumerate().take_while(follows).count();
        let distance = i64::from(first) - last;
        // The sign in the last bit: small distances either way are small numbers.
        varint(&mut bytes, ((distance << 1) ^ (distance >> 63)).cast_unsigned());
        varint(&mut bytes, run as u64);
        last = i64::from(first) + i64::try_from(run).unwrap_or_default();
        rest = &rest[run..];
    }
    bytes
}

/// What [`encode`] wrote; `None` where it wrote something else. `meet` is told of each row.
pub fn decode(bytes: &[u8], mut meet: impl FnMut(u32)) -> Option<Tally> {
    let mut rest = bytes;
    let mut tally = Tally::default();
    for count in tally.received.iter_mut().chain(&mut tally.unchanged) {
        *count = unvarint(&mut rest)?;
    }
    let mut last: i64 = 0;
    while !rest.is_empty() {
        let (zigzag, run) = (unvarint(&mut rest)?, unvarint(&mut rest)?);
        let distance = (zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed();
        let first = last.checked_add(distance)?;
        last = first.checked_add(i64::try_from(run).ok()?)?;
        let (from, to) = (u32::try_from(first).ok()?, u32::try_from(last).ok()?);
        (from..to).for_each(&mut meet);
    }
    Some(tally)
}

fn varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push((number & 0x7f) as u8);
}

fn unvarint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_batch_in_the_usual_order_is_a_few_bytes() {
        let tally = Tally { received: [0, 0, 0, 5_000], unchanged: [0, 0, 0, 5_000] };
        let ordinals: Vec<u32> = (900_000..905_000).collect();
        assert!(encode(&tally, &ordinals).len() <= 20, "{}", encode(&tally, &ordinals).len());
    }

    #[test]
    fn a_row_is_met_once() {
        let mut seen = Seen::default();
        assert!(seen.meet(70) && !seen.meet(70) && seen.meet(0));
        assert!(seen.has(70) && !seen.has(71) && !seen.has(1_000_000));
        assert_eq!(seen.missing(72).collect::<Vec<_>>(), (1..70).chain([71]).collect::<Vec<_>>());
    }

    proptest! {
        #[test]
        fn what_a_batch_met_is_read_as_it_was_written(
            ordinals in proptest::collection::vec(any::<u32>().prop_map(|n| n % (u32::MAX - 1)), 0..200),
            counts in any::<[u32; 8]>(),
        ) {
            let mut tally = Tally::default();
            for (n, count) in counts.into_iter().enumerate() {
                let side = if n < 4 { &mut tally.received } else { &mut tally.unchanged };
                side[n % 4] = count.into();
            }
            let mut met = Vec::new();
            prop_assert_eq!(decode(&encode(&tally, &ordinals), |n| met.push(n)), Some(tally));
            prop_assert_eq!(met, ordinals);
        }
    }
}
