//! Enrolments: what a university teaches, who is on it, and who may see that.

mod audit;
mod courses;
mod fresh;
mod hands;
mod lists;
mod places;
mod sponsors;
mod states;
mod syncs;
mod verify;
mod watch;
