//! Masterclasses: what a workforce needs taught, who teaches it and when, and who has a seat.

pub mod domain;
