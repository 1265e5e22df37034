//! The partners of a stand: those of development, and a voluntary organisation, of which development has none.

use admission::Partners;
use std::{net::SocketAddr, path::Path};

/// Its id.
pub const VOLUNTARY: &str = "harbour";

/// Writes everybody's keys and `partners.toml` under `folder`, with the services' addresses where they are known.
pub fn write(folder: &Path, addresses: &[(&str, SocketAddr)]) {
    Partners::write_defaults(folder, addresses).expect("the folder can be written");
    // Its key pair is one that another set of defaults made: no two partners share one.
    let other = folder.join("other");
    Partners::write_defaults(&other, &[]).expect("the folder can be written");
    for end in ["pem", "jwks.json"] {
        let (from, to) =
            (other.join(format!("keys/durham.{end}")), folder.join(format!("keys/{VOLUNTARY}.{end}")));
        std::fs::copy(from, to).expect("the key was just made");
    }
    let path = folder.join("partners.toml");
    let known = std::fs::read_to_string(&path).expect("it was just written");
    let more = format!(
        "\n[[partner]]\nid = \"{VOLUNTARY}\"\nname = \"Harbour\"\nkind = \"voluntary\"\ncode = \"1098765\"\n\
         issuer = \"https://{VOLUNTARY}.practicum.invalid\"\nkeys = \"keys/{VOLUNTARY}.jwks.json\"\n"
    );
    std::fs::write(&path, known + &more).expect("the folder can be written");
}
