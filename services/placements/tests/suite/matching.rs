//! Needs, checks and match runs, through the door.

mod adjustments;
mod applied;
mod checks;
mod needs;
mod plans;
mod refused;
mod runs;

use crate::house::market as house;
