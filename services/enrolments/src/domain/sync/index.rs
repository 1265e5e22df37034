//! What a data set holds, as far as it takes to tell whether a record has changed: the hash of each row's record and
//! the row's number. Forty bytes a row, so that a million rows fit where an upload may be at home.

use super::ContentHash;

/// No row has this number.
const NOBODY: u32 = u32::MAX;

/// Finds a row's number by the hash of its record.
#[derive(Default)]
pub struct Index {
    rows: Vec<(ContentHash, u32)>,
    /// Positions in `rows`, by the hash: open addressing, at most half full.
    table: Vec<u32>,
}

impl Index {
    pub fn with_capacity(rows: usize) -> Self {
        let mut index = Self { rows: Vec::with_capacity(rows), table: Vec::new() };
        index.grow(rows);
        index
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Adds a row. A hash that is there already stays as it was: two rows never hold one record.
    pub fn insert(&mut self, hash: ContentHash, ordinal: u32) {
        if (self.rows.len() + 1) * 2 > self.table.len() {
            self.grow((self.rows.len() + 1) * 2);
        }
        let at = self.slot(&hash);
        if self.table[at] == NOBODY {
            self.table[at] = u32::try_from(self.rows.len()).unwrap_or(NOBODY - 1);
            self.rows.push((hash, ordinal));
        }
    }

    /// The number of the row that holds this record.
    pub fn find(&self, hash: &ContentHash) -> Option<u32> {
        if self.table.is_empty() {
            return None;
        }
        match self.table[self.slot(hash)] {
            NOBODY => None,
            row => self.rows.get(row as usize).map(|(_, ordinal)| *ordinal),
        }
    }

    /// Where the hash stands, or would.
    fn slot(&self, hash: &ContentHash) -> usize {
        let mask = self.table.len() - 1;
        let mut start = [0; 8];
        start.copy_from_slice(&hash[..8]);
        let mut at = usize::try_from(u64::from_le_bytes(start) & mask as u64).unwrap_or_default();
        loop {
            match self.table[at] {
                NOBODY => return at,
                row if self.rows[row as usize].0 == *hash => return at,
                _ => at = (at + 1) & mask,
            }
        }
    }

    fn grow(&mut self, rows: usize) {
        let size = (rows * 2).next_power_of_two().max(16);
        self.table = vec![NOBODY; size];
        for row in 0..self.rows.len() {
            let at = self.slot(&self.rows[row].0.clone());
            self.table[at] = u32::try_from(row).unwrap_or(NOBODY - 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(n: u32) -> ContentHash {
        let mut hash = ContentHash::default();
        // Many share a slot.
        hash[0] = (n % 7) as u8;
        hash[12..].copy_from_slice(&n.to_le_bytes());
        hash
    }

    #[test]
    fn a_row_is_found_by_what_it_holds_and_nothing_else_is() {
        let mut index = Index::default();
        assert_eq!(index.find(&hash(1)), None);
        (0..1_000).for_each(|n| index.insert(hash(n), n + 5));
        index.insert(hash(3), 99);
        assert!((0..1_000).all(|n| index.find(&hash(n)) == Some(n + 5)));
        assert_eq!((index.find(&hash(1_000)), index.len()), (None, 1_000));
    }
}
