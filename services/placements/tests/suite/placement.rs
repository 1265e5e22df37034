//! Placements from proposal to outcome, through the door.

mod answered;
mod assessed;
mod confirmed;
mod days;
mod house;
mod plans;
mod proposed;
mod races;
mod seen;
mod states;
mod tables;
mod university;
mod watched;
