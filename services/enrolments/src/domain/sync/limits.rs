//! How much a run may drop or lose before a person has to look, and what they are told.

use serde::{Deserialize, Serialize};

/// What the client asked for; what it did not, the rule book says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LimitsAsked {
    pub max_drop_percent: Option<f64>,
    pub max_drops: Option<i64>,
    pub max_reject_percent: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    pub max_drop_percent: f64,
    pub max_drops: i64,
    pub max_reject_percent: f64,
}

impl LimitsAsked {
    pub fn or(self, otherwise: Limits) -> Limits {
        Limits {
            max_drop_percent: self.max_drop_percent.unwrap_or(otherwise.max_drop_percent),
            max_drops: self.max_drops.unwrap_or(otherwise.max_drops),
            max_reject_percent: self.max_reject_percent.unwrap_or(otherwise.max_reject_percent),
        }
    }
}

/// What a plan comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// Whether what is missing would be dropped.
    pub snapshot: bool,
    pub records: i64,
    pub rejected: i64,
    /// Live enrolments in scope before the run.
    pub live: i64,
    pub drops: i64,
    /// Dropped by runs of this data set in the 24 hours before.
    pub recent_drops: i64,
    /// Enrolments that would be dropped, were their learners not on a placement.
    pub placed: i64,
    /// Some of their names.
    pub placed_names: Vec<String>,
}

impl Outlook {
    /// Why a person has to look; nothing where nobody has to.
    pub fn guards(&self, limits: &Limits) -> Vec<String> {
        let mut guards = Vec::new();
        if self.snapshot && self.records == 0 {
            guards.push(format!("the snapshot is empty; {} enrolments are in its scope", figure(self.live)));
        }
        self.drop_guards(limits, &mut guards);
        if passes(self.rejected, self.records, limits.max_reject_percent) {
            guards.push(format!(
                "refuses {} of {} records ({}), limit {} %",
                figure(self.rejected),
                figure(self.records),
                share(self.rejected, self.records),
                limits.max_reject_percent
            ));
        }
        if self.placed > 0 {
            guards.push(format!(
                "{} enrolments are gone from the source and are kept, because their learners are on a placement: {}{}",
                figure(self.placed),
                self.placed_names.join(", "),
                if i64::try_from(self.placed_names.len()) == Ok(self.placed) { "" } else { " and others" }
            ));
        }
        guards
    }

    fn drop_guards(&self, limits: &Limits, guards: &mut Vec<String>) {
        if self.drops == 0 {
            return;
        }
        // What was dropped today was live a day ago.
        let (together, then) = (self.drops + self.recent_drops, self.live + self.recent_drops);
        if passes(self.drops, self.live, limits.max_drop_percent) {
            guards.push(format!(
                "drops {} of {} enrolments ({}), limit {} %",
                figure(self.drops),
                figure(self.live),
                share(self.drops, self.live),
                limits.max_drop_percent
            ));
        } else if self.recent_drops > 0 && passes(together, then, limits.max_drop_percent) {
            guards.push(format!(
                "drops {} enrolments, with those of the last 24 hours {} of {} ({}), limit {} %",
                figure(self.drops),
                figure(together),
                figure(then),
                share(together, then),
                limits.max_drop_percent
            ));
        }
        if self.drops > limits.max_drops {
            guards.push(format!(
                "drops {} enrolments, limit {}",
                figure(self.drops),
                figure(limits.max_drops)
            ));
        } else if together > limits.max_drops {
            guards.push(format!(
                "drops {} enrolments, with those of the last 24 hours {}, limit {}",
                figure(self.drops),
                figure(together),
                figure(limits.max_drops)
            ));
        }
    }
}

/// Whether `part` is more than so many hundredths of `whole`.
#[allow(clippy::cast_precision_loss, reason = "counts of rows are far below 2^52")]
fn passes(part: i64, whole: i64, percent: f64) -> bool {
    part as f64 * 100.0 > percent * whole as f64
}

/// "8.0 %", half up.
fn share(part: i64, whole: i64) -> String {
    let tenths = if whole == 0 {
        1_000
    } else {
        (i128::from(part) * 2_000 + i128::from(whole)) / (i128::from(whole) * 2)
    };
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// "5,120"
pub fn figure(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && digit.is_ascii_digit() && (digits.len() - at).is_multiple_of(3) && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { max_drop_percent: 5.0, max_drops: 500, max_reject_percent: 1.0 };

    fn guards(outlook: Outlook) -> Vec<String> {
        outlook.guards(&LIMITS)
    }

    #[test]
    fn a_limit_that_is_passed_is_said_in_words_and_figures() {
        let outlook =
            Outlook { snapshot: true, records: 4_708, live: 5_120, drops: 412, ..Outlook::default() };
        assert_eq!(guards(outlook), ["drops 412 of 5,120 enrolments (8.0 %), limit 5 %"]);
        let many = Outlook { records: 1, live: 1_000_000, drops: 501, ..Outlook::default() };
        assert_eq!(guards(many), ["drops 501 enrolments, limit 500"]);
        let bad = Outlook { records: 5_000, rejected: 51, ..Outlook::default() };
        assert_eq!(guards(bad), ["refuses 51 of 5,000 records (1.0 %), limit 1 %"]);
    }

    #[test]
    fn a_limit_that_is_only_reached_is_not_passed() {
        let outlook = Outlook { records: 100, rejected: 1, live: 1_000, drops: 50, ..Outlook::default() };
        assert!(guards(outlook).is_empty());
    }

    #[test]
    fn an_empty_snapshot_always_waits_and_an_empty_delta_never_does() {
        let outlook = Outlook { snapshot: true, ..Outlook::default() };
        assert_eq!(guards(outlook.clone()), ["the snapshot is empty; 0 enrolments are in its scope"]);
        assert!(guards(Outlook { snapshot: false, ..outlook }).is_empty());
    }

    #[test]
    fn drops_of_the_last_day_count_together() {
        let outlook = Outlook { records: 960, live: 960, drops: 11, recent_drops: 40, ..Outlook::default() };
        assert_eq!(
            guards(outlook),
            ["drops 11 enrolments, with those of the last 24 hours 51 of 1,000 (5.1 %), limit 5 %"]
        );
        let many =
            Outlook { records: 1, live: 1_000_000, drops: 300, recent_drops: 201, ..Outlook::default() };
        assert_eq!(guards(many), ["drops 300 enrolments, with those of the last 24 hours 501, limit 500"]);
    }

    #[test]
    fn what_a_placement_keeps_is_named() {
        let placed_names = vec!["partners/t/enrolments/e1".to_owned()];
        let outlook = Outlook { records: 9, placed: 2, placed_names, ..Outlook::default() };
        let [guard] = &guards(outlook)[..] else { panic!("one guard") };
        assert!(guard.starts_with("2 enrolments") && guard.ends_with("partners/t/enrolments/e1 and others"));
    }

    #[test]
    fn the_clients_own_limits_go_before_the_rule_books() {
        let asked = LimitsAsked { max_drops: Some(0), ..LimitsAsked::default() };
        assert_eq!(asked.or(LIMITS), Limits { max_drops: 0, ..LIMITS });
        assert_eq!(
            (figure(0), figure(999), figure(1_234_567), figure(-1_000)),
            ("0".into(), "999".into(), "1,234,567".into(), "-1,000".into())
        );
    }
}
