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
        let urls: Vec<_> = addresses.iter().map(|(service, at)| (*service, format!("http://{at}"))).collect();
        PARTNERS
            .iter()
            .try_for_each(|(id, ..)| mint::write_keys(&keys, id))
            .and_then(|()| atomic::create_once(&path, atomic::PUBLIC, document(&urls).as_bytes()))
            .map_err(|source: io::Error| PartnersError::File { path, source })
    }

    /// Has `partners.toml` say these addresses, where it is still as [`Partners::write_defaults`] left it, with all
    /// services on this machine. One that somebody has edited stays as it is.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn move_defaults(folder: &Path, addresses: &[(&str, String)]) -> Result<(), PartnersError> {
        let path = folder.join("partners.toml");
        let moved = std::fs::read_to_string(&path).and_then(|text| {
            let new = document(addresses);
            if text == new || !is_default(&text) {
                return Ok(());
            }
            atomic::replace(&path, atomic::PUBLIC, new.as_bytes())
        });
        moved.map_err(|source| PartnersError::File { path, source })
    }
}

/// Whether a text is what [`document`] says for some addresses of this machine.
fn is_default(text: &str) -> bool {
    let first = text.lines().skip_while(|line| *line != "[partner.addresses]").skip(1);
    let addresses = first.take_while(|line| !line.is_empty()).map(|line| {
        let (service, url) = line.split_once(" = \"")?;
        let url = url.strip_suffix('"')?;
        let host = url.split_once("://").map_or("", |(_, rest)| rest);
        ["127.0.0.1:", "localhost:"]
            .iter()
            .any(|here| host.starts_with(here))
            .then(|| (service, url.to_owned()))
    });
    let addresses: Option<Vec<_>> = addresses.collect();
    addresses.is_some_and(|addresses| document(&addresses) == text)
}

fn document(addresses: &[(&str, String)]) -> String {
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
            let _ = writeln!(text, "{service} = \"{address}\"");
        }
    }
    text
}
