//! `grpc-timeout`: how long the caller waits.

use http::{HeaderMap, HeaderValue};
use std::time::Duration;

const HEADER: &str = "grpc-timeout";
/// Longer than anything runs, and short enough to be added to any instant.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The header is there and is not one to eight digits and a unit, or is there twice.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// The time that the caller gives; `None` where it gives none.
pub(crate) fn read(headers: &HeaderMap) -> Result<Option<Duration>, Malformed> {
    let mut values = headers.get_all(HEADER).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(only), None) => parse(only).map(Some),
        (Some(_), Some(_)) => Err(Malformed),
    }
}

fn parse(value: &HeaderValue) -> Result<Duration, Malformed> {
    let (unit, digits) = value.as_bytes().split_last().ok_or(Malformed)?;
    if !matches!(digits.len(), 1..=8) || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Malformed);
    }
    let amount = digits.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    let time = match unit {
        b'H' => Duration::from_secs(amount * 3_600),
        b'M' => Duration::from_secs(amount * 60),
        b'S' => Duration::from_secs(amount),
        b'm' => Duration::from_millis(amount),
        b'u' => Duration::from_micros(amount),
        b'n' => Duration::from_nanos(amount),
        _ => return Err(Malformed),
    };
    Ok(time.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(values: &[&str]) -> Result<Option<Duration>, Malformed> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(HEADER, HeaderValue::from_str(value).unwrap());
        }
        read(&headers)
    }

    #[test]
    fn a_timeout_is_up_to_eight_digits_and_a_unit() {
        assert_eq!(with(&[]), Ok(None));
        assert_eq!(with(&["250m"]), Ok(Some(Duration::from_millis(250))));
        assert_eq!(with(&["0S"]), Ok(Some(Duration::ZERO)));
        assert_eq!(with(&["2M"]), Ok(Some(Duration::from_secs(120))));
        assert_eq!(with(&["1H"]), Ok(Some(Duration::from_secs(3_600))));
        assert_eq!(with(&["7u"]), Ok(Some(Duration::from_micros(7))));
        assert_eq!(with(&["7n"]), Ok(Some(Duration::from_nanos(7))));
        assert_eq!(with(&["99999999H"]), Ok(Some(LONGEST)));
    }

    #[test]
    fn anything_else_is_malformed_rather_than_ignored() {
        for bad in ["", "S", "5", "5s", "123456789S", "-1S", "1.5S", "+1S", " 1S", "1 S", "1SS", "0x1S"] {
            assert_eq!(with(&[bad]), Err(Malformed), "{bad:?}");
        }
        assert_eq!(with(&["1S", "1S"]), Err(Malformed));
    }
}
