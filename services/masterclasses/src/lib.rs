//! masterclasses.
