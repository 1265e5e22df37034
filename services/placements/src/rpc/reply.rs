//! From the domain to the wire: the only way out.

mod hosting;
mod matching;
mod need;
mod placement;
mod words;

pub use hosting::*;
pub use matching::*;
pub use need::*;
pub use placement::*;
