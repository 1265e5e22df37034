//! Needs, checks and match runs, through the door.

mod adjustments;
mod applied;
mod checks;
mod house;
mod needs;
mod plans;
mod refused;
mod runs;
