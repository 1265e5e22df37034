//! One row of a file, by the names of its columns.

use super::cells::Cells;

/// What is taken of a cell, in bytes: more than the service takes of any field, so that a longer one is refused there.
pub const LONGEST_CELL: usize = 4_096;
/// Stands for bytes that are no UTF-8. The service takes it in no field, and so such a row is refused there with its
/// field, and everything else of the record is still known.
const BROKEN: char = '\0';

/// What is wrong with a row as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// A quote is not closed on this line, nor where the row could end.
    Unclosed,
    /// A quoted cell goes on behind its closing quote.
    Ragged,
    /// There are more cells than columns.
    TooManyCells,
    /// The line is longer than any row can be.
    TooLong,
}

impl Flaw {
    /// What would have been right.
    pub fn expected(self) -> &'static str {
        match self {
            Flaw::Unclosed => "a closing quote for each that opens a field",
            Flaw::Ragged => "a quote within a quoted field written twice",
            Flaw::TooManyCells => "as many fields as the header has; a field that holds a comma in quotes",
            Flaw::TooLong => "a line of at most 4 MiB",
        }
    }

    pub fn code(self) -> &'static str {
        if self == Flaw::TooLong { "too_long" } else { "invalid_value" }
    }
}

/// Where in a row a column is, if the file has it.
pub type Column = Option<usize>;

/// The columns of a file.
#[derive(Debug, Default, Clone)]
pub struct Header {
    /// As the file spells them.
    pub names: Vec<String>,
    keys: Vec<String>,
}

impl Header {
    pub fn new(cells: &Cells) -> Self {
        let mut names: Vec<String> =
            cells.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
        while names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        let keys = names.iter().map(|name| key(name)).collect();
        Self { names, keys }
    }

    /// Whatever the case, spaces and underscores.
    pub fn find(&self, name: &str) -> Column {
        let wanted = key(name);
        self.keys.iter().position(|key| *key == wanted)
    }
}

/// A column's name without what exports spell differently.
pub fn key(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
}

/// A row, as good as it could be read.
#[derive(Debug, Default)]
pub struct Row {
    /// The first of its lines, from 1.
    pub line: u64,
    pub cells: Cells,
    pub flaw: Option<Flaw>,
}

impl Row {
    /// The bytes of a cell; none where there is no such column or cell.
    pub fn bytes(&self, column: Column) -> &[u8] {
        column.map_or(&[], |at| self.cells.get(at))
    }

    /// A cell for the wire, as it is.
    pub fn verbatim(&self, column: Column) -> String {
        let bytes = self.bytes(column);
        let cut = bytes.len() > LONGEST_CELL;
        let mut text = String::new();
        for chunk in bytes[..bytes.len().min(LONGEST_CELL)].utf8_chunks() {
            text.push_str(chunk.valid());
            // A character that the cut has halved is not broken.
            let halved = cut && text.len() + chunk.invalid().len() >= LONGEST_CELL;
            if !chunk.invalid().is_empty() && !halved {
                text.push(BROKEN);
            }
        }
        text
    }

    /// A cell for the wire, without spaces around it.
    pub fn text(&self, column: Column) -> String {
        let text = self.verbatim(column);
        let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if trimmed.len() == text.len() { text } else { trimmed.to_owned() }
    }

    /// Whether the cell says this word, in whatever case.
    pub fn says(&self, column: Column, word: &str) -> bool {
        self.bytes(column).trim_ascii().eq_ignore_ascii_case(word.as_bytes())
    }

    pub fn is_empty(&self, column: Column) -> bool {
        self.bytes(column).trim_ascii().is_empty()
    }

    /// Whether nothing stands in any cell from `first` on.
    pub fn is_blank(&self, first: usize) -> bool {
        self.cells.iter().skip(first).all(|cell| cell.trim_ascii().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &[u8]) -> Row {
        let mut row = Row::default();
        row.cells.read(text, b',');
        row
    }

    #[test]
    fn columns_are_found_however_they_are_spelt() {
        let header = Header::new(&row("Sourced_ID, status ,DATE last modified,,".as_bytes()).cells);
        assert_eq!(header.names.len(), 3);
        assert_eq!((header.find("sourcedId"), header.find("dateLastModified")), (Some(0), Some(2)));
        assert_eq!(header.find("role"), None);
    }

    #[test]
    fn a_cell_is_taken_as_it_is_or_shows_that_it_is_broken() {
        let good = row(" Łukasz ,王小明,سارة,Siân".as_bytes());
        let texts: Vec<_> = (0..4).map(|at| good.verbatim(Some(at))).collect();
        assert_eq!(texts, [" Łukasz ", "王小明", "سارة", "Siân"]);
        assert_eq!(
            (good.text(Some(0)), good.text(None), good.text(Some(9))),
            ("Łukasz".into(), "".into(), "".into())
        );
        assert_eq!(row(b"M\xfcller").text(Some(0)), "M\0ller");
        let long = row("é".repeat(500_000).as_bytes()).verbatim(Some(0));
        assert_eq!((long.len(), long.contains(BROKEN)), (LONGEST_CELL, false));
        let odd = row(format!("x{}", "é".repeat(500_000)).as_bytes()).verbatim(Some(0));
        assert_eq!((odd.len(), odd.contains(BROKEN)), (LONGEST_CELL - 1, false));
    }
}
