//! Partners and keys for development: what a newcomer needs before anything runs.

use crate::{Partners, PartnersError, atomic, mint};
use std::{fmt::Write, io, net::SocketAddr, path::Path};

/// Three councils and two universities of the North East of England, by their public codes.
const PARTNERS: &[(&str, &str, &str, &str)] = &[
    ("durham", "Durham County Council", "council", "E06000047"),
    ("gateshead", "Gateshead Council", "council", "E08000037"),
    ("sunderland", "Sunderland City Council", "council", "E08000024"),
    ("teesside", "Teesside University", "university", "10007161"),
    ("northumbria", "Northumbria University", "university", "10001282"),
];

impl Partners {
    /// Writes `partners.toml` and a key pair a partner under `folder`, for development only: whoever
    /// can read the folder can be anybody. `addresses` are the services' names and where all partners'
    /// answer. What is there already stays as it is, and several processes may do this at once.
    ///
    /// # Errors
    /// A file cannot be written, or one that was there cannot be used.
    pub fn write_defaults(folder: &Path, addresses: &[(&str, SocketAddr)]) -> Result<(), PartnersError> {
        let path = folder.join("partners.toml");
        let keys = folder.join("keys");
        PARTNERS
            .iter()
            .try_for_each(|(id, ..)| mint::write_keys(&keys, id))
            .and_then(|()| atomic::create_once(&path, atomic::PUBLIC, document(addresses).as_bytes()))
            .map_err(|source: io::Error| PartnersError::File { path, source })
    }
}

fn document(addresses: &[(&str, SocketAddr)]) -> String {
    let mut text =
        String::from("# Partners for development, with keys that anybody on this machine may use.\n");
    for (id, name, kind, code) in PARTNERS {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n[[partner]]\nid = \"{id}\"\nname = \"{name}\"\nkind = \"{kind}\"\ncode = \"{code}\"\n\
             issuer = \"https://{id}.practicum.invalid\"\nkeys = \"keys/{id}.jwks.json\"\n[partner.addresses]\n"
        );
        for (service, address) in addresses {
            let _ = writeln!(text, "{service} = \"http://{address}\"");
        }
    }
    text
}
