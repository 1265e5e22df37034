//! Learning records: what somebody attends at masterclasses arrives by itself, once, whatever stops in between; and what
//! their own partner records by hand.

mod by_hand;
mod follow;
