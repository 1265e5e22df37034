//! practicum.
