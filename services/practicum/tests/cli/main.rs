//! The binary as a newcomer uses it: started, called, watched, killed.

mod call;
mod serve;
mod storage;
mod support;
mod watch;
