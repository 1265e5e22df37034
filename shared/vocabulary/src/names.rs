//! Names of partners, people and resources.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr, sync::Arc};

/// Why a string is not the name that it should be. The text says what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {0}")]
pub struct NameError(pub &'static str);

macro_rules! text_newtype {
    ($(#[$doc:meta])* $name:ident, $check:expr, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                if $check(text) { Ok(Self(text.into())) } else { Err(NameError($expected)) }
            }
        }
        impl TryFrom<String> for $name {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.to_string()
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_newtype!(
    /// A partner's own segment of a name, for example `durham` of `partners/durham`.
    PartnerId, is_partner_id, "a partner id: a lower-case letter, then up to 62 letters, digits or hyphens");
text_newtype!(
    /// The last segment of any other resource's name.
    ResourceId, is_resource_id, "an id: 1 to 63 lower-case letters, digits or hyphens, not starting with a hyphen");

fn is_partner_id(text: &str) -> bool {
    is_resource_id(text) && text.as_bytes()[0].is_ascii_lowercase()
}

/// Whether `text` can be a segment of a resource's name: `[a-z0-9][a-z0-9-]{0,62}`.
pub fn is_resource_id(text: &str) -> bool {
    matches!(text.len(), 1..=63)
        && !text.starts_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Whether `text` can be a partner's identifier for a person: `[A-Za-z0-9._~-]{1,64}`.
pub fn is_person_id(text: &str) -> bool {
    matches!(text.len(), 1..=64) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._~-".contains(&b))
}

impl PartnerId {
    /// From `partners/{partner}`.
    pub fn from_name(name: &str) -> Result<Self, NameError> {
        let expected = NameError("\"partners/{partner}\"");
        name.strip_prefix("partners/").ok_or(expected)?.parse().map_err(|_| expected)
    }

    /// `partners/{partner}`.
    pub fn name(&self) -> String {
        format!("partners/{self}")
    }
}

/// A person as one partner knows them: `partners/{partner}/people/{person}`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName {
    whole: Arc<str>,
    partner: PartnerId,
}

impl PersonName {
    /// # Errors
    /// `person` is not a person id.
    pub fn new(partner: &PartnerId, person: &str) -> Result<Self, NameError> {
        format!("partners/{partner}/people/{person}").parse()
    }

    pub fn partner(&self) -> &PartnerId {
        &self.partner
    }

    pub fn as_str(&self) -> &str {
        &self.whole
    }
}

impl FromStr for PersonName {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        let expected = NameError("\"partners/{partner}/people/{person}\"");
        let (partner, person) =
            text.strip_prefix("partners/").and_then(|rest| rest.split_once("/people/")).ok_or(expected)?;
        if !is_person_id(person) {
            return Err(expected);
        }
        Ok(Self { whole: text.into(), partner: partner.parse().map_err(|_| expected)? })
    }
}

impl TryFrom<String> for PersonName {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<PersonName> for String {
    fn from(name: PersonName) -> String {
        name.whole.to_string()
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.whole)
    }
}

/// A person's name says who they are, so Debug shows the partner alone.
impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "partners/{}/people/…", self.partner)
    }
}

/// Splits `text` along a pattern such as `partners/*/courses/*`.
///
/// # Errors
/// It does not follow the pattern; the text is `expected`.
pub fn segments<const N: usize>(
    text: &str,
    collections: [&str; N],
    expected: &'static str,
) -> Result<[String; N], NameError> {
    let mut parts = text.split('/');
    let mut ids = [const { String::new() }; N];
    for (id, collection) in ids.iter_mut().zip(collections) {
        if parts.next() != Some(collection) {
            return Err(NameError(expected));
        }
        *id = parts.next().ok_or(NameError(expected))?.to_owned();
    }
    if parts.next().is_some() { Err(NameError(expected)) } else { Ok(ids) }
}

/// A name that serialises as it is written.
#[macro_export]
macro_rules! serde_as_name {
    ($name:ident) => {
        impl TryFrom<String> for $name {
            type Error = $crate::NameError;
            fn try_from(text: String) -> Result<Self, $crate::NameError> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.to_string()
            }
        }
    };
}

/// `{partner}/{person}`: how the store keys a person.
pub fn person_key(person: &PersonName) -> String {
    let id = person.as_str().rsplit('/').next().unwrap_or_default();
    format!("{}/{id}", person.partner())
}

/// As [`person_key`] made it.
///
/// # Errors
/// It is no person's key.
pub fn person_from_key(key: &str) -> Result<PersonName, NameError> {
    let (partner, id) = key.split_once('/').ok_or(NameError("a person's key"))?;
    PersonName::new(&partner.parse()?, id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partner_id_starts_with_a_letter() {
        assert!("durham".parse::<PartnerId>().is_ok());
        for bad in ["", "9to5", "-a", "Durham", "a b", "partners/durham", "a\0", &"a".repeat(64)] {
            assert!(bad.parse::<PartnerId>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_person_name_knows_its_partner_and_hides_itself_in_debug() {
        let name: PersonName = "partners/durham/people/P-123".parse().unwrap();
        assert_eq!(name.partner().as_str(), "durham");
        assert!(!format!("{name:?}").contains("P-123"));
        for bad in ["partners/durham/people/", "partners//people/x", "people/x", "partners/durham/people/a/b"]
        {
            assert!(bad.parse::<PersonName>().is_err(), "{bad:?}");
        }
    }
}
