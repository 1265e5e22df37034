//! The contracts in Rust: types, clients and servers generated from `proto/`, their descriptors,
//! and the checks that a request must pass before anything reads it.

mod rules;
mod violation;

pub use violation::{Validate, Violation, violations};

/// Every contract and what it imports, with comments and buf.validate options: for reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/contracts.bin"));

/// The modules follow the packages, without their common first segment.
macro_rules! package {
    ($name:ident, $file:literal) => {
        #[doc = concat!("The package `", $file, "`.")]
        pub mod $name {
            /// Its first, and so far only, version.
            #[allow(missing_docs, clippy::all, clippy::pedantic, rustdoc::all, reason = "generated")]
            pub mod v1 {
                tonic::include_proto!($file);
            }
        }
    };
}

package!(common, "practicum.common.v1");
package!(enrolments, "practicum.enrolments.v1");
package!(masterclasses, "practicum.masterclasses.v1");
package!(placements, "practicum.placements.v1");
package!(recruitment, "practicum.recruitment.v1");

/// One check for every message of every contract.
#[allow(clippy::all, clippy::pedantic, reason = "generated")]
mod validators {
    use crate::rules::{self, Pattern, Range, Text};
    use crate::violation::{Findings, Place, Validate};

    include!(concat!(env!("OUT_DIR"), "/validators.rs"));
}
