//! Places of placement offers: universities that race for the last ones while their hosts take them back and time runs
//! out, and processes that die between a proposal's acknowledgement and its answer.

mod books;
mod feed;
mod hosts;
mod judge;
mod killed;
mod party;
mod race;
mod region;
mod runs;
mod universities;
