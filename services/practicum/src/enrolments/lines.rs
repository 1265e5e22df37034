//! Physical lines, whatever ends them, each of bounded length.

use std::io::{self, BufRead, ErrorKind};

/// What a line may hold, in bytes; what is beyond is skipped.
pub const LONGEST: usize = 4 << 20;

/// A line without its end.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Line {
    /// From 1.
    pub number: u64,
    pub bytes: Vec<u8>,
    /// There was more of it than [`LONGEST`].
    pub cut: bool,
}

/// Ends at LF, CR LF or CR.
pub struct Lines<'a> {
    input: &'a mut dyn BufRead,
    number: u64,
    /// The last line ended with CR: an LF that follows is no line of its own.
    after_cr: bool,
}

impl<'a> Lines<'a> {
    pub fn new(input: &'a mut dyn BufRead) -> Self {
        Self { input, number: 0, after_cr: false }
    }

    /// Reads the next line into `line`, and tells whether there was one.
    ///
    /// # Errors
    /// The input cannot be read.
    pub fn next(&mut self, line: &mut Line) -> io::Result<bool> {
        line.bytes.clear();
        line.cut = false;
        line.number = self.number + 1;
        let mut any = false;
        loop {
            let mut chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                self.number += u64::from(any);
                return Ok(any);
            }
            if std::mem::take(&mut self.after_cr) && chunk[0] == b'\n' {
                self.input.consume(1);
                continue;
            }
            any = true;
            let end = chunk.iter().position(|byte| *byte == b'\n' || *byte == b'\r');
            self.after_cr = end.is_some_and(|end| chunk[end] == b'\r');
            let used = end.map_or(chunk.len(), |end| end + 1);
            chunk = &chunk[..end.unwrap_or(chunk.len())];
            let room = LONGEST - line.bytes.len();
            line.cut |= chunk.len() > room;
            line.bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
            self.input.consume(used);
            if end.is_some() {
                self.number += 1;
                return Ok(true);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn lines(text: &[u8], buffer: usize) -> Vec<(u64, String)> {
        let mut input = BufReader::with_capacity(buffer, text);
        let (mut lines, mut line, mut all) = (Lines::new(&mut input), Line::default(), Vec::new());
        while lines.next(&mut line).unwrap() {
            all.push((line.number, String::from_utf8_lossy(&line.bytes).into_owned()));
        }
        all
    }

    #[test]
    fn a_line_ends_at_any_end_however_the_input_is_cut() {
        for buffer in [1, 2, 3, 64] {
            for end in ["\n", "\r\n", "\r"] {
                let text = format!("a{end}{end}bc{end}d");
                let seen = lines(text.as_bytes(), buffer);
                let want = [(1, "a"), (2, ""), (3, "bc"), (4, "d")].map(|(n, t)| (n, t.to_owned()));
                assert_eq!(seen, want, "{end:?} {buffer}");
            }
        }
        assert_eq!(lines(b"", 8), vec![]);
    }

    #[test]
    fn a_line_without_end_is_cut_and_the_next_is_read() {
        let mut text = vec![b'x'; LONGEST + 10];
        text.extend_from_slice(b"\nnext");
        let mut input = text.as_slice();
        let (mut lines, mut line) = (Lines::new(&mut input), Line::default());
        assert!(lines.next(&mut line).unwrap() && line.cut && line.bytes.len() == LONGEST);
        assert!(lines.next(&mut line).unwrap() && !line.cut && line.bytes == b"next");
    }
}
