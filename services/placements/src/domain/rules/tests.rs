//! How the rules stand, rule by rule.
