//! Days, money and numbers as a sentence says them.

use crate::domain::Day;

/// "21 October 2026"
pub(super) fn spoken(day: Day) -> String {
    day.date().format("%-d %B %Y").to_string()
}

/// "£2,000.00"
pub(super) fn pounds(pence: u64) -> String {
    format!("£{}.{:02}", figure(pence / 100), pence % 100)
}

/// "5,120"
pub(super) fn figure(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "1 minute", "34 minutes"
pub(super) fn some(number: u64, what: &str) -> String {
    format!("{} {what}{}", figure(number), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_said_as_people_write_them() {
        assert_eq!(spoken("2026-10-01".parse().unwrap()), "1 October 2026");
        assert_eq!((pounds(2_000).as_str(), pounds(123_456_705).as_str()), ("£20.00", "£1,234,567.05"));
        assert_eq!(
            (some(1, "day"), some(1_000, "day"), some(0, "day")),
            ("1 day".into(), "1,000 days".into(), "0 days".into())
        );
    }
}
