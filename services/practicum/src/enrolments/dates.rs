//! Dates and academic years as exports write them, into what the contract says.

use jiff::civil::Date;

/// The first month of an academic year.
const FIRST_MONTH: i8 = 8;

/// A calendar date of any of the usual forms: ISO with or without hyphens, day before month with slashes, points or
/// hyphens, and any of them with a time behind it. The date is the one that is written: no zone moves it.
pub fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    if !text.is_ascii() {
        return None;
    }
    let end = text.find(['T', 't', ' ']).unwrap_or(text.len());
    let (day, time) = text.split_at(end);
    if !time.is_empty() && !is_time(time[1..].trim()) {
        return None;
    }
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let number = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<i16>().ok()).flatten()
    };
    let (year, month, day) = match parts[..] {
        [whole] if whole.len() == 8 => (&whole[..4], &whole[4..6], &whole[6..]),
        [year, month, day] if year.len() == 4 && month.len() <= 2 && day.len() <= 2 => (year, month, day),
        [day, month, year] if year.len() == 4 && month.len() <= 2 && day.len() <= 2 => (year, month, day),
        _ => return None,
    };
    let small = |text| number(text).and_then(|number| i8::try_from(number).ok());
    Date::new(number(year)?, small(month)?, small(day)?).ok()
}

/// `09:30`, `00:00:00`, `00:00:00.000Z`, `09:30:00+01:00`.
fn is_time(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.contains(':')
        && text.chars().all(|c| c.is_ascii_digit() || ":.+-Zz ".contains(c))
}

/// As the contract writes a date, where it is one; else as it was found, so that the service refuses it in its place.
pub fn iso(text: String) -> String {
    match date(&text) {
        Some(date) => date.to_string(),
        None => text,
    }
}

/// The academic year that begins in this calendar year: "2026/27".
pub fn year_from(begins: i16) -> String {
    format!("{begins:04}/{:02}", (begins + 1).rem_euclid(100))
}

/// The academic year that a day lies in, August to July.
pub fn year_of(date: Date) -> String {
    year_from(if date.month() >= FIRST_MONTH { date.year() } else { date.year() - 1 })
}

/// 1 August and 31 July, where the year is one.
pub fn bounds(year: &str) -> Option<(Date, Date)> {
    let begins: i16 = year.get(..4)?.parse().ok()?;
    Some((Date::new(begins, FIRST_MONTH, 1).ok()?, Date::new(begins + 1, FIRST_MONTH - 1, 31).ok()?))
}

/// An academic year that stands somewhere in a text: "2026/27", "Autumn 2026-27", "AY2026-2027".
pub fn year_in(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let digits = |from: usize, count: usize| {
        let part = bytes.get(from..from + count)?;
        let number = std::str::from_utf8(part).ok()?.parse::<i16>().ok()?;
        part.iter().all(u8::is_ascii_digit).then_some(number)
    };
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    (0..bytes.len()).find_map(|at| {
        if at > 0 && is_digit(at - 1) || !matches!(bytes.get(at + 4), Some(b'/' | b'-')) {
            return None;
        }
        let begins = digits(at, 4)?;
        let long = digits(at + 5, 4) == Some(begins.checked_add(1)?) && !is_digit(at + 9);
        let short = digits(at + 5, 2) == Some((begins + 1) % 100) && !is_digit(at + 7);
        (long || short).then(|| year_from(begins))
    })
}

/// OneRoster's schoolYear: the calendar year in which it ends, or the year as it is called.
pub fn school_year(text: &str) -> Option<String> {
    let text = text.trim();
    match text.parse::<i16>() {
        Ok(ends) if (1..=9999).contains(&ends) && text.len() == 4 => Some(year_from(ends - 1)),
        _ => year_in(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_in_the_forms_that_exports_write() {
        for text in [
            "2018-09-01",
            "2018-9-1",
            "01/09/2018",
            "1/9/2018",
            "01.09.2018",
            "01-09-2018",
            "2018/09/01",
            "20180901",
            " 2018-09-01T00:00:00Z ",
            "2018-09-01T23:59:59.000+01:00",
            "2018-09-01 00:00",
            "01/09/2018 00:00:00",
        ] {
            assert_eq!(iso(text.into()), "2018-09-01", "{text}");
        }
    }

    #[test]
    fn what_is_no_date_stays_as_it_was_found() {
        for text in [
            "",
            "31/02/2026",
            "2026-13-01",
            "09/31/2018",
            "1/9/18",
            "soon",
            "2018-09-01Tx",
            "٢٠١٨-09-01",
            "+018-09-01",
        ] {
            assert_eq!(iso(text.into()), text);
        }
        assert_eq!(iso("0000-01-01".into()), "0000-01-01");
        assert_eq!(iso("31/12/9999".into()), "9999-12-31");
    }

    #[test]
    fn an_academic_year_is_called_by_the_year_that_it_begins_in() {
        assert_eq!(school_year("2019").as_deref(), Some("2018/19"));
        assert_eq!(school_year("2000").as_deref(), Some("1999/00"));
        for text in ["2018/19", "2018-2019", "AY 2018-19", "Fall 2018/19"] {
            assert_eq!(school_year(text).as_deref(), Some("2018/19"), "{text}");
        }
        for text in ["", "2018", "19", "2018/20", "12018/19", "2018/195", "next"] {
            assert_eq!(year_in(text), None, "{text}");
        }
        let year = |text| year_of(date(text).unwrap());
        assert_eq!((year("2026-07-31"), year("2026-08-01")), ("2025/26".into(), "2026/27".into()));
        let (first, last) = bounds("2026/27").unwrap();
        assert_eq!((first.to_string(), last.to_string()), ("2026-08-01".into(), "2027-07-31".into()));
    }
}
