//! Journeys: what people do with the suite, from outside, over gRPC, on both stores.

mod across;
mod attendance;
mod audit;
mod booking;
mod calendar;
mod contention;
mod enrolments;
mod fences;
mod fresh;
mod hosting;
mod learning;
mod lists;
mod masterclasses;
mod matching;
mod needs;
mod placements;
mod series;
mod sessions;
mod waiting;
mod watch;
