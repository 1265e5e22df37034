//! The binary as a newcomer uses it: started, called, watched, killed.

#![allow(clippy::disallowed_methods, reason = "tests measure time, wait and make ids")]

mod call;
mod enrolments;
mod matching;
mod peer;
mod serve;
mod storage;
mod support;
mod watch;
