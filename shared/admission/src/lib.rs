//! Who is calling, and may they.
//!
//! [`Partners`] says who may issue tokens, [`Verifier`] turns a token into a `Caller`, and an
//! [`AccessTable`] says which roles of which kind of partner may call a method. [`Sealer`] makes page
//! and resume tokens that nobody else can use. [`DevelopmentKeys`] signs tokens for development and
//! tests, with keys that [`Partners::write_defaults`] makes.

mod access;
mod atomic;
mod claims;
mod defaults;
mod denied;
mod jwk;
mod mint;
mod partners;
mod sealer;
mod verifier;

pub use access::{AccessTable, Class, Row, TableError};
pub use denied::{Denied, TokenFault};
pub use mint::{DevelopmentKeys, MintError};
pub use partners::{Partner, Partners, PartnersError};
pub use sealer::Sealer;
pub use verifier::{Verified, Verifier};

/// The audience of every token of the suite, unless settings say otherwise.
pub const AUDIENCE: &str = "practicum";
