//! A file row by row, in bounded memory, whatever is wrong with some of them.

use super::{
    cells::{Cells, End},
    lines::{Line, Lines},
    row::{Column, Flaw, Header, Row},
};
use anyhow::{Result, bail};
use std::{collections::VecDeque, io::BufRead};

/// A quoted cell may go on over so many lines …
const LINES: usize = 50;
/// … and a row over so many bytes, before the quote is taken for a stray one.
const BYTES: usize = 1 << 20;

/// The rows of a file, after its header.
pub struct Rows<'a> {
    lines: Lines<'a>,
    header: Header,
    delimiter: u8,
    /// Read already, in search of the end of a row that has none.
    ahead: VecDeque<Line>,
    line: Line,
    row: Row,
    /// Of a sheet of several files' rows: the column that names the file, the file, and how many columns are not
    /// the file's own.
    only: Option<(usize, String, usize)>,
}

impl<'a> Rows<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// The file cannot be read, or does not begin with a header.
    pub fn new(input: &'a mut dyn BufRead) -> Result<Self> {
        let (mut lines, mut line) = (Lines::new(input), Line::default());
        let found = lines.next(&mut line)?;
        let text = line.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line.bytes);
        if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
            bail!("this is UTF-16: save it as CSV in UTF-8");
        }
        let count = |byte: u8| text.iter().filter(|other| **other == byte).count();
        let delimiter = if count(b',') > 0 {
            b','
        } else if count(b';') > 0 {
            b';'
        } else {
            b'\t'
        };
        let mut cells = Cells::default();
        let end = cells.read(text, delimiter);
        if !found || end != End::Closed || line.cut || cells.iter().all(|cell| cell.trim_ascii().is_empty()) {
            bail!("expected a header, the names of the columns, in the first line");
        }
        let header = Header::new(&cells);
        let (ahead, row) = (VecDeque::new(), Row::default());
        Ok(Self { lines, header, delimiter, ahead, line, row, only: None })
    }

    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Where each of these columns is.
    pub fn columns<const N: usize>(&self, names: [&str; N]) -> [Column; N] {
        names.map(|name| self.header.find(name))
    }

    /// Passes over the rows of other files, and over those with nothing behind the first `own` columns.
    pub fn only(&mut self, column: usize, file: &str, own: usize) {
        self.only = Some((column, file.to_owned(), own));
    }

    /// The next row; lines without anything are passed over.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn next(&mut self) -> Result<Option<&Row>> {
        while self.advance()? {
            self.read()?;
            let own = self.only.as_ref().map_or(0, |(_, _, own)| *own);
            let other =
                self.only.as_ref().is_some_and(|(column, file, _)| !self.row.says(Some(*column), file));
            if !other && !self.row.is_blank(own) {
                return Ok(Some(&self.row));
            }
        }
        Ok(None)
    }

    fn advance(&mut self) -> Result<bool> {
        match self.ahead.pop_front() {
            Some(line) => self.line = line,
            None => return Ok(self.lines.next(&mut self.line)?),
        }
        Ok(true)
    }

    /// Makes a row of the line, and of those after it where a cell goes on there.
    fn read(&mut self) -> Result<()> {
        let row = &mut self.row;
        (row.line, row.flaw) = (self.line.number, None);
        if self.line.cut {
            row.cells.split(&self.line.bytes, self.delimiter);
            row.flaw = Some(Flaw::TooLong);
            return Ok(());
        }
        let flaw = match row.cells.read(&self.line.bytes, self.delimiter) {
            End::Closed if row.is_blank(self.header.names.len()) => return Ok(()),
            End::Closed => Flaw::TooManyCells,
            End::Ragged => Flaw::Ragged,
            End::Open if self.joined()? => return Ok(()),
            End::Open => Flaw::Unclosed,
        };
        self.row.flaw = Some(flaw);
        if flaw != Flaw::TooManyCells {
            self.row.cells.split(&self.line.bytes, self.delimiter);
        }
        Ok(())
    }

    /// Whether the lines that follow complete the row to as many cells as the header has; they are used up then, and
    /// read as rows of their own otherwise.
    fn joined(&mut self) -> Result<bool> {
        let mut text = self.line.bytes.clone();
        for count in 1..=LINES {
            if self.ahead.len() < count {
                let mut line = Line::default();
                if !self.lines.next(&mut line)? {
                    return Ok(false);
                }
                self.ahead.push_back(line);
            }
            let line = &self.ahead[count - 1];
            if line.cut || text.len() + line.bytes.len() > BYTES {
                return Ok(false);
            }
            text.push(b'\n');
            text.extend_from_slice(&line.bytes);
            match self.row.cells.read(&text, self.delimiter) {
                End::Open => {}
                End::Closed if self.row.cells.len() == self.header.names.len() => {
                    self.ahead.drain(..count);
                    return Ok(true);
                }
                End::Closed | End::Ragged => return Ok(false),
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Vec<(u64, String, Option<Flaw>)> {
        let mut input = text;
        let mut rows = Rows::new(&mut input).unwrap();
        let [id, name] = rows.columns(["id", "name"]);
        let mut all = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            all.push((row.line, format!("{}={}", row.text(id), row.text(name)), row.flaw));
        }
        all
    }

    fn plain(text: &str) -> Vec<(u64, String)> {
        read(text.as_bytes())
            .into_iter()
            .map(|(line, text, flaw)| (line, format!("{text}{}", flaw.map_or("", |_| "!"))))
            .collect()
    }

    #[test]
    fn mark_ends_blank_lines_and_delimiters_are_no_matter() {
        let want = [(2, "1=a".to_owned()), (4, "2=b".to_owned())];
        assert_eq!(plain("\u{feff}ID,Name,x\r\n1,a\r\n\r\n2,b,,,\r\n,,\r\n"), want);
        assert_eq!(plain("name;id\na;1\n;\nb;2"), want);
        assert_eq!(plain("Name\tx\tID\ra\t\t1\r\rb\t\t2\r"), want);
    }

    #[test]
    fn a_cell_may_hold_a_line_end_and_a_stray_quote_costs_its_own_row_alone() {
        assert_eq!(plain("id,name\n1,\"a\nb\"\n2,c\n"), [(2, "1=a\nb".into()), (4, "2=c".into())]);
        let stray = "id,name\n1,\"a\n2,b\n3,\"c, d\"\n4,\"e\"\n5,\"f\n";
        let want = [(2, "1=\"a!"), (3, "2=b"), (4, "3=c, d"), (5, "4=e"), (6, "5=\"f!")];
        assert_eq!(plain(stray), want.map(|(line, text)| (line, text.to_owned())));
        let many: String = (2..200).map(|n| format!("{n},x\n")).collect();
        let seen = plain(&format!("id,name\n1,\"a\n{many}"));
        assert_eq!((seen.len(), seen[0].1.as_str(), seen[1].1.as_str()), (199, "1=\"a!", "2=x"));
    }

    #[test]
    fn a_row_with_a_comma_too_many_is_told_and_one_with_fewer_cells_is_not() {
        let seen = read(b"id,name,more\n1,Smith, J,x\n2,\"a\"b\n3\n");
        let flaws: Vec<_> = seen.iter().map(|(_, _, flaw)| *flaw).collect();
        assert_eq!(flaws, [Some(Flaw::TooManyCells), Some(Flaw::Ragged), None]);
    }

    #[test]
    fn a_megabyte_in_one_cell_does_not_touch_the_next_row() {
        let text = format!("id,name\n1,{}\n2,b\n", "x".repeat(1 << 20));
        let seen = plain(&text);
        assert_eq!((seen[0].1.len(), seen[1].1.as_str()), (2 + super::super::row::LONGEST_CELL, "2=b"));
    }

    #[test]
    fn what_has_no_header_is_no_table() {
        for text in [&b""[..], b"\n1,2\n", b"\xff\xfei\0d\0", b"id,\"name\n"] {
            assert!(Rows::new(&mut &*text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn whatever_the_bytes_every_line_is_read_once_and_in_its_order() {
        let (letters, mut seed) = (b"a,\"\n\r;\xff\0 1", 1_u32);
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            usize::try_from(seed >> 16).unwrap() % below
        };
        for _ in 0..3_000 {
            let mut text = b"id,name\n".to_vec();
            text.extend((0..random(80)).map(|_| letters[random(letters.len())]));
            let lines: Vec<_> = read(&text).into_iter().map(|(line, _, _)| line).collect();
            assert!(lines.is_sorted_by(|a, b| a < b), "{lines:?} {text:?}");
        }
    }
}
