//! How long to wait before the next try.

use std::time::Duration;
use vocabulary::Clock;

const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(30);

/// Doubles with each try in vain, up to half a minute, and begins anew with what is heard.
#[derive(Debug, Default)]
pub struct Patience {
    tries: u32,
    begun: bool,
}

impl Patience {
    /// Whether anything has been heard at all.
    pub fn has_begun(&self) -> bool {
        self.begun
    }

    /// Whether nothing has been tried since something was heard.
    pub fn is_fresh(&self) -> bool {
        self.tries == 0
    }

    /// How often something was tried in vain since something was heard.
    pub fn tries(&self) -> u32 {
        self.tries
    }

    /// Somebody is there, which is no reason yet to be less patient.
    pub fn begin(&mut self) {
        self.begun = true;
    }

    /// Something was heard.
    pub fn renew(&mut self) {
        (self.tries, self.begun) = (0, true);
    }

    /// At least half of the wait, the rest by the clock's last digits: those who lost a feed together should not
    /// all come back together.
    pub fn next(&mut self) -> Duration {
        let whole = FIRST.saturating_mul(1 << self.tries.min(16)).min(LONGEST);
        self.tries += 1;
        let share = Clock::system().now().timestamp_subsec_micros() % 1_000;
        whole / 2 + whole / 2_000 * share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_doubles_up_to_half_a_minute_and_is_short_again_after_a_word() {
        let mut patience = Patience::default();
        for whole in [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
            let wait = patience.next();
            assert!(
                wait >= Duration::from_millis(whole / 2) && wait <= Duration::from_millis(whole),
                "{wait:?}"
            );
        }
        patience.begin();
        assert!(!patience.is_fresh() && patience.has_begun());
        patience.renew();
        assert!(patience.next() <= FIRST && patience.has_begun());
    }
}
