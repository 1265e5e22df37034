//! What is read as a table, in a terminal.

use prost_types::Timestamp;

/// Columns as wide as their widest cell; the first to the left, numbers to the right.
pub fn table(rows: &[Vec<String>], right: bool) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| {
        rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(at, (cell, width))| match at {
            0 => format!("{cell:<width$}"),
            _ if right => format!("{cell:>width$}"),
            _ => format!("{cell:<width$}"),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// 1,234,567.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The beginning of what was found, fit for a terminal.
pub fn shown(text: &str) -> String {
    let mut shown: String =
        text.chars().take(40).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(40).is_some() {
        shown.push('…');
    }
    shown
}

/// The whole of what a service says in words, fit for a terminal.
pub fn said(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

pub fn time(time: Option<&Timestamp>) -> String {
    let instant = time.and_then(|time| chrono::DateTime::from_timestamp(time.seconds, 0));
    instant.map(|instant| instant.format("%Y-%m-%d %H:%M:%SZ").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_peer_says_cannot_move_the_cursor() {
        assert_eq!((shown("a\u{7}b"), said("a\u{1b}[2Jb")), ("a\u{fffd}b".into(), "a\u{fffd}[2Jb".into()));
        assert_eq!(shown(&"x".repeat(41)), format!("{}…", "x".repeat(40)));
    }

    #[test]
    fn a_column_is_as_wide_as_its_widest_cell() {
        let rows = [["", "places"], ["Łódź", "7"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(table(&rows, true), "      places\nŁódź       7");
        assert_eq!(table(&rows, false), "      places\nŁódź  7");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
