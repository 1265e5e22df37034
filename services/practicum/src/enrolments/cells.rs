//! One row of cells: quotes, doubled quotes, and what is wrong with either.

use std::ops::Range;

/// How a row's text ended.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// As it should.
    Closed,
    /// Within a quoted cell.
    Open,
    /// Something stands behind the quote that closes a cell.
    Ragged,
}

/// Cells, unquoted, one after the other in `bytes`.
#[derive(Debug, Default)]
pub struct Cells {
    bytes: Vec<u8>,
    ranges: Vec<Range<usize>>,
}

impl Cells {
    pub fn len(&self) -> usize {
        self.ranges.len()
    }

    /// Empty where the row has no such cell.
    pub fn get(&self, at: usize) -> &[u8] {
        self.ranges.get(at).map_or(&[], |range| &self.bytes[range.clone()])
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.ranges.iter().map(|range| &self.bytes[range.clone()])
    }

    /// Reads a row. Quotes mean something only where a cell begins with one.
    pub fn read(&mut self, text: &[u8], delimiter: u8) -> End {
        self.clear();
        if !text.contains(&b'"') {
            self.split(text, delimiter);
            return End::Closed;
        }
        let mut rest = text;
        loop {
            let from = self.bytes.len();
            let plain = rest.first() != Some(&b'"');
            let end = if plain { until(rest, delimiter) } else { 1 };
            if plain {
                self.bytes.extend_from_slice(&rest[..end]);
                rest = &rest[end..];
            } else {
                let Some(used) = self.quoted(&rest[1..]) else { return End::Open };
                rest = &rest[1 + used..];
            }
            self.ranges.push(from..self.bytes.len());
            match rest.first() {
                None => return End::Closed,
                Some(byte) if *byte == delimiter => rest = &rest[1..],
                Some(_) => return End::Ragged,
            }
        }
    }

    /// Reads a row as if quotes meant nothing: what can still be had of one whose quotes are wrong.
    pub fn split(&mut self, text: &[u8], delimiter: u8) {
        self.clear();
        self.bytes.extend_from_slice(text);
        let mut from = 0;
        for cell in text.split(|byte| *byte == delimiter) {
            self.ranges.push(from..from + cell.len());
            from += cell.len() + 1;
        }
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.ranges.clear();
    }

    /// What follows an opening quote; answers how much of it that was, its closing quote included.
    fn quoted(&mut self, text: &[u8]) -> Option<usize> {
        let mut at = 0;
        loop {
            let quote = at + text[at..].iter().position(|byte| *byte == b'"')?;
            self.bytes.extend_from_slice(&text[at..quote]);
            if text.get(quote + 1) != Some(&b'"') {
                return Some(quote + 1);
            }
            self.bytes.push(b'"');
            at = quote + 2;
        }
    }
}

fn until(text: &[u8], delimiter: u8) -> usize {
    text.iter().position(|byte| *byte == delimiter).unwrap_or(text.len())
}

/// Appends a cell in the way that it is read again as it is.
pub fn write(row: &mut Vec<u8>, cell: &[u8]) {
    if !row.is_empty() {
        row.push(b',');
    }
    let plain = !cell.iter().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n' | b';' | b'\t'));
    // An empty first cell must not look like no cell at all.
    if plain && !(row.is_empty() && cell.is_empty()) {
        row.extend_from_slice(cell);
        return;
    }
    row.push(b'"');
    for byte in cell {
        if *byte == b'"' {
            row.push(b'"');
        }
        row.push(*byte);
    }
    row.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (End, Vec<String>) {
        let mut cells = Cells::default();
        let end = cells.read(text.as_bytes(), b',');
        (end, cells.iter().map(|cell| String::from_utf8(cell.to_vec()).unwrap()).collect())
    }

    #[test]
    fn quotes_are_read_where_a_cell_begins_with_one() {
        for (text, want) in [
            ("a,b,", &["a", "b", ""][..]),
            ("\"a,b\",\"\",c", &["a,b", "", "c"]),
            ("\"say \"\"yes\"\"\",5\" pipe", &["say \"yes\"", "5\" pipe"]),
            ("\"two\nlines\"", &["two\nlines"]),
        ] {
            let (end, cells) = read(text);
            assert_eq!((end, cells), (End::Closed, want.iter().map(|cell| (*cell).to_owned()).collect()));
        }
        assert_eq!(read("a,\"b").0, End::Open);
        assert_eq!(read("a,\"b\"\"").0, End::Open);
        assert_eq!(read("a,\"b\"c,d").0, End::Ragged);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let cells = ["", "a,b", "say \"yes\"", "two\nlines", " plain ", ""];
        let mut row = Vec::new();
        cells.iter().for_each(|cell| write(&mut row, cell.as_bytes()));
        assert_eq!(read(std::str::from_utf8(&row).unwrap()).1, cells);
    }
}
