//! The organisations that share this suite: `partners.toml`.

use crate::jwk::KeySet;
use http::Uri;
use serde::Deserialize;
use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    sync::Arc,
};
use vocabulary::{PartnerId, PartnerKind};

/// Why `partners.toml` cannot be used. Names the partner and the field.
#[derive(Debug, thiserror::Error)]
pub enum PartnersError {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("{}: {problem}", path.display())]
    Toml { path: PathBuf, problem: String },
    #[error("partner {partner}: {field}: {problem}")]
    Field { partner: String, field: &'static str, problem: String },
}

/// One organisation.
#[derive(Clone, Debug)]
pub struct Partner {
    pub id: PartnerId,
    pub name: String,
    pub kind: PartnerKind,
    /// A council's GSS code, a university's UKPRN, a voluntary organisation's charity number.
    pub code: String,
    /// The `iss` of its tokens; no other partner's.
    pub issuer: String,
    /// Where its services answer, by the service's name.
    pub addresses: BTreeMap<String, Uri>,
    pub(crate) keys: Arc<KeySet>,
}

/// All partners, in the order of the file. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Partners(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    all: Vec<Partner>,
    by_id: HashMap<PartnerId, usize>,
    by_issuer: HashMap<String, usize>,
}

/// A `[[partner]]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    name: String,
    kind: PartnerKind,
    code: String,
    issuer: String,
    /// A JWKS document, or the path of one beside this file.
    keys: String,
    #[serde(default)]
    addresses: BTreeMap<String, String>,
}

impl Partners {
    /// # Errors
    /// The file cannot be read, or says something that cannot be so.
    pub fn load(path: &Path) -> Result<Self, PartnersError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| PartnersError::File { path: path.to_owned(), source })?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let broken = |problem: String| PartnersError::Toml { path: path.to_owned(), problem };
        let mut file: toml::Table = toml::from_str(&text).map_err(|error| broken(error.to_string()))?;
        let entries = match file.remove("partner") {
            Some(toml::Value::Array(entries)) if !entries.is_empty() => entries,
            _ => return Err(broken("there is no [[partner]]".into())),
        };
        if let Some(key) = file.keys().next() {
            return Err(broken(format!("unknown key {key}")));
        }
        Self::collect(entries.into_iter().map(|entry| Partner::read(entry, folder)))
    }

    fn collect(
        partners: impl Iterator<Item = Result<Partner, PartnersError>>,
    ) -> Result<Self, PartnersError> {
        let mut inner = Inner::default();
        let mut owners = HashMap::new();
        for partner in partners {
            let partner = partner?;
            let at = inner.all.len();
            if inner.by_id.insert(partner.id.clone(), at).is_some() {
                return Err(wrong(&partner.id, "id", "is another partner's too"));
            }
            if inner.by_issuer.insert(partner.issuer.clone(), at).is_some() {
                return Err(wrong(&partner.id, "issuer", "is another partner's too"));
            }
            for key in partner.keys.identities() {
                if owners.insert(key.to_owned(), at).is_some() {
                    return Err(wrong(
                        &partner.id,
                        "keys",
                        "a key is there twice, or is another partner's too",
                    ));
                }
            }
            inner.all.push(partner);
        }
        Ok(Self(Arc::new(inner)))
    }

    pub fn get(&self, id: &PartnerId) -> Option<&Partner> {
        self.0.by_id.get(id).map(|at| &self.0.all[*at])
    }

    pub fn iter(&self) -> impl Iterator<Item = &Partner> {
        self.0.all.iter()
    }

    pub(crate) fn by_issuer(&self, issuer: &str) -> Option<&Partner> {
        self.0.by_issuer.get(issuer).map(|at| &self.0.all[*at])
    }
}

impl Partner {
    fn read(entry: toml::Value, folder: &Path) -> Result<Self, PartnersError> {
        let label = entry.get("id").and_then(toml::Value::as_str).unwrap_or("without an id").to_owned();
        let written: Written =
            entry.try_into().map_err(|error: toml::de::Error| wrong(&label, "fields", error.message()))?;
        let id: PartnerId = written
            .id
            .parse()
            .map_err(|error: vocabulary::NameError| wrong(&label, "id", &error.to_string()))?;
        if written.name.trim().is_empty() {
            return Err(wrong(&id, "name", "is empty"));
        }
        if !is_code(written.kind, &written.code) {
            return Err(wrong(&id, "code", expected_code(written.kind)));
        }
        if written.issuer.is_empty() || written.issuer.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(wrong(&id, "issuer", "is empty or has spaces"));
        }
        let keys = keys(&written.keys, folder).map_err(|problem| wrong(&id, "keys", &problem))?;
        let addresses = written
            .addresses
            .into_iter()
            .map(|(service, text)| {
                Ok((
                    service,
                    address(&text).ok_or_else(|| {
                        wrong(&id, "addresses", &format!("{text} is not http(s)://host:port"))
                    })?,
                ))
            })
            .collect::<Result<_, PartnersError>>()?;
        Ok(Self {
            id,
            name: written.name,
            kind: written.kind,
            code: written.code,
            issuer: written.issuer,
            addresses,
            keys: Arc::new(keys),
        })
    }
}

fn wrong(partner: &(impl ToString + ?Sized), field: &'static str, problem: &str) -> PartnersError {
    PartnersError::Field { partner: partner.to_string(), field, problem: problem.to_owned() }
}

fn keys(written: &str, folder: &Path) -> Result<KeySet, String> {
    if written.trim_start().starts_with('{') {
        return KeySet::parse(written);
    }
    let path = folder.join(written);
    let json = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    KeySet::parse(&json).map_err(|problem| format!("{}: {problem}", path.display()))
}

fn address(text: &str) -> Option<Uri> {
    let uri: Uri = text.parse().ok()?;
    let scheme = matches!(uri.scheme_str(), Some("http" | "https"));
    (scheme
        && uri.host().is_some()
        && uri.port_u16().is_some()
        && matches!(uri.path(), "" | "/")
        && uri.query().is_none())
    .then_some(uri)
}

fn is_code(kind: PartnerKind, code: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    match kind {
        PartnerKind::Council => {
            code.len() == 9 && code.starts_with(['E', 'N', 'S', 'W']) && digits(&code[1..])
        }
        PartnerKind::University => code.len() == 8 && code.starts_with('1') && digits(code),
        PartnerKind::Voluntary => (6..=8).contains(&code.len()) && digits(code.trim_start_matches("SC")),
    }
}

fn expected_code(kind: PartnerKind) -> &'static str {
    match kind {
        PartnerKind::Council => "expected a GSS code, for example E06000047",
        PartnerKind::University => "expected a UKPRN, for example 10007161",
        PartnerKind::Voluntary => "expected a charity number, for example 1234567 or SC012345",
    }
}

#[cfg(test)]
mod tests;
