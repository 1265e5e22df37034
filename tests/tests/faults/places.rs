//! Places of placement offers: universities that race for the last ones while their hosts take them back and time runs
//! out.

mod books;
mod feed;
mod hosts;
mod judge;
mod party;
mod race;
mod region;
mod universities;
