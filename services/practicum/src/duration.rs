//! Durations as people write them.

use std::time::Duration;

/// `500ms`, `10s`, `15m` or `1h`.
///
/// # Errors
/// Anything else, and zero.
pub fn parse(text: &str) -> Result<Duration, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let millis = match unit {
        "ms" => Some(1),
        "s" => Some(1_000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        _ => None,
    };
    let whole =
        number.parse::<u64>().ok().zip(millis).and_then(|(number, millis)| number.checked_mul(millis));
    match whole {
        Some(millis) if millis > 0 => Ok(Duration::from_millis(millis)),
        _ => Err("expected a number and a unit, such as 500ms, 10s, 15m or 1h".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_number_and_a_unit() {
        assert_eq!(parse("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse("15m"), Ok(Duration::from_secs(900)));
        assert_eq!(parse("1h"), Ok(Duration::from_secs(3_600)));
        for bad in
            ["", "10", "s", "0s", "-1s", "1.5s", "1 s", "1d", "99999999999999999999h", "5124095576030432h"]
        {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
    }
}
