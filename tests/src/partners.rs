//! The partners of a stand: those of development, a voluntary organisation, of which development has none, and as many
//! more universities as are asked for.

use admission::Partners;
use std::{net::SocketAddr, path::Path};

/// Its id.
pub const VOLUNTARY: &str = "harbour";

/// One of the universities beyond those of development, from 0 on.
pub fn university(n: usize) -> String {
    format!("university-{n}")
}

/// Writes everybody's keys and `partners.toml` under `folder`, with the services' addresses where they are known, and so
/// many universities more.
pub fn write(folder: &Path, addresses: &[(&str, SocketAddr)], universities: usize) {
    Partners::write_defaults(folder, addresses).expect("the folder can be written");
    let mut more = entry(VOLUNTARY, "voluntary", "1098765");
    borrow_keys(folder, 0, &[VOLUNTARY.to_owned()]);
    for n in 0..universities {
        more += &entry(&university(n), "university", &format!("1{n:07}"));
    }
    let ids: Vec<String> = (0..universities).map(university).collect();
    for (set, ids) in (1..).zip(ids.chunks(LENDERS.len())) {
        borrow_keys(folder, set, ids);
    }
    let path = folder.join("partners.toml");
    let known = std::fs::read_to_string(&path).expect("it was just written");
    std::fs::write(&path, known + &more).expect("the folder can be written");
}

fn entry(id: &str, kind: &str, code: &str) -> String {
    format!(
        "\n[[partner]]\nid = \"{id}\"\nname = \"{id}\"\nkind = \"{kind}\"\ncode = \"{code}\"\n\
         issuer = \"https://{id}.practicum.invalid\"\nkeys = \"keys/{id}.jwks.json\"\n"
    )
}

/// Whose key pairs another set of defaults makes.
const LENDERS: [&str; 5] = ["durham", "gateshead", "sunderland", "teesside", "northumbria"];

/// Gives up to five partners key pairs that another set of defaults made: no two partners share one.
fn borrow_keys(folder: &Path, set: usize, ids: &[String]) {
    let other = folder.join(format!("other-{set}"));
    Partners::write_defaults(&other, &[]).expect("the folder can be written");
    for (lender, id) in LENDERS.iter().zip(ids) {
        for end in ["pem", "jwks.json"] {
            let (from, to) =
                (other.join(format!("keys/{lender}.{end}")), folder.join(format!("keys/{id}.{end}")));
            std::fs::copy(from, to).expect("the key was just made");
        }
    }
}
