//! Supply: interest, practice educators and offers, through the door.

mod educators;
mod interests;
mod offers;
mod plans;
mod races;
mod refused;
mod seen;
mod tables;
mod twins;
