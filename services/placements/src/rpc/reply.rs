//! From the domain to the wire: the only way out.

mod hosting;
mod words;

pub use hosting::*;
