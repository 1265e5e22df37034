//! How a decision is said: aloud in words, or quietly.

/// What a rule's decision comes to, before the book says how hard the rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Met,
    /// Something is not known yet, and somebody should look. Never in the way, and free.
    Unsure,
    /// By so many units.
    Broken(u32),
}

/// Whoever decides says one of these, once: saying it uses it up. Words that nobody wants are never put together, so a
/// match run may ask for thousands of decisions.
pub(super) trait Say: Sized {
    type Said;

    fn say(self, outcome: Outcome, words: impl FnOnce() -> String) -> Self::Said;

    fn met(self, words: impl FnOnce() -> String) -> Self::Said {
        self.say(Outcome::Met, words)
    }

    fn unsure(self, words: impl FnOnce() -> String) -> Self::Said {
        self.say(Outcome::Unsure, words)
    }

    fn broken(self, words: impl FnOnce() -> String) -> Self::Said {
        self.say(Outcome::Broken(1), words)
    }

    /// Met where there are none.
    fn units(self, units: u32, words: impl FnOnce() -> String) -> Self::Said {
        self.say(if units == 0 { Outcome::Met } else { Outcome::Broken(units) }, words)
    }
}

/// For those who only count.
pub(super) struct Quietly;

impl Say for Quietly {
    type Said = Outcome;

    fn say(self, outcome: Outcome, _words: impl FnOnce() -> String) -> Outcome {
        outcome
    }
}

/// For those who read.
pub(super) struct Aloud;

impl Say for Aloud {
    type Said = (Outcome, String);

    fn say(self, outcome: Outcome, words: impl FnOnce() -> String) -> (Outcome, String) {
        (outcome, words())
    }
}
