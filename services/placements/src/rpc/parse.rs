//! From the wire to what an action asks for: the only way in. What the contract declares is checked first; what it
//! cannot declare is checked here. Every field that is wrong is named.

mod educator;
mod interest;
mod matching;
mod need;
mod offer;
mod placement;
mod words;

pub use educator::*;
pub use interest::*;
pub use matching::*;
pub use need::*;
pub use offer::*;
pub use placement::*;

pub use chassis::checked;
pub use refusals::{Faults, paths, plain, required};
