//! Placements: what councils can host, whom universities send, and each placement from proposal to outcome.

pub mod domain;
