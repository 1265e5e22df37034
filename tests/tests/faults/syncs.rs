//! Syncs of enrolments: streams that break in every way and at every point, readers who look while a run is applied,
//! streams that take a run over, and records that are malformed.

mod endings;
mod eye;
mod fenced;
mod killed;
mod lab;
mod malformed;
mod names;
mod older;
pub mod process;
mod readers;
mod records;
mod reset;
mod talk;
