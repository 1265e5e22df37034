//! What this service's resources are called.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use vocabulary::{NameError, PartnerId, ResourceId, segments};

/// `masterclasses/{masterclass}`
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MasterclassName(pub ResourceId);

impl FromStr for MasterclassName {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        const EXPECTED: &str = "\"masterclasses/{masterclass}\"";
        let [id] = segments(text, ["masterclasses"], EXPECTED)?;
        Ok(Self(id.parse().map_err(|_| NameError(EXPECTED))?))
    }
}

impl fmt::Display for MasterclassName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "masterclasses/{}", self.0)
    }
}

vocabulary::serde_as_name!(MasterclassName);

/// `masterclasses/{masterclass}/sessions/{session}`
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SessionName {
    pub masterclass: ResourceId,
    pub session: ResourceId,
}

impl SessionName {
    /// `{masterclass}/{session}`: how the store keys it.
    pub fn key(&self) -> String {
        format!("{}/{}", self.masterclass, self.session)
    }

    pub fn from_key(key: &str) -> Result<Self, NameError> {
        const EXPECTED: NameError = NameError("a session's key");
        let (masterclass, session) = key.split_once('/').ok_or(EXPECTED)?;
        Ok(Self { masterclass: masterclass.parse()?, session: session.parse()? })
    }
}

impl FromStr for SessionName {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        const EXPECTED: &str = "\"masterclasses/{masterclass}/sessions/{session}\"";
        let bad = |_| NameError(EXPECTED);
        let [masterclass, session] = segments(text, ["masterclasses", "sessions"], EXPECTED)?;
        Ok(Self { masterclass: masterclass.parse().map_err(bad)?, session: session.parse().map_err(bad)? })
    }
}

impl fmt::Display for SessionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "masterclasses/{}/sessions/{}", self.masterclass, self.session)
    }
}

vocabulary::serde_as_name!(SessionName);

/// `masterclasses/{masterclass}/sessions/{session}/bookings/{booking}`
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BookingName {
    pub session: SessionName,
    pub id: ResourceId,
}

impl FromStr for BookingName {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        const EXPECTED: &str = "\"masterclasses/{masterclass}/sessions/{session}/bookings/{booking}\"";
        let bad = |_| NameError(EXPECTED);
        let [masterclass, session, id] = segments(text, ["masterclasses", "sessions", "bookings"], EXPECTED)?;
        let session = SessionName {
            masterclass: masterclass.parse().map_err(bad)?,
            session: session.parse().map_err(bad)?,
        };
        Ok(Self { session, id: id.parse().map_err(bad)? })
    }
}

impl fmt::Display for BookingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/bookings/{}", self.session, self.id)
    }
}

vocabulary::serde_as_name!(BookingName);

/// `partners/{partner}/learningNeeds/{learning_need}`
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NeedName {
    pub partner: PartnerId,
    pub id: ResourceId,
}

impl FromStr for NeedName {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        const EXPECTED: &str = "\"partners/{partner}/learningNeeds/{learning_need}\"";
        let bad = |_| NameError(EXPECTED);
        let [partner, id] = segments(text, ["partners", "learningNeeds"], EXPECTED)?;
        Ok(Self { partner: partner.parse().map_err(bad)?, id: id.parse().map_err(bad)? })
    }
}

impl fmt::Display for NeedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "partners/{}/learningNeeds/{}", self.partner, self.id)
    }
}

vocabulary::serde_as_name!(NeedName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written_and_nothing_else_is() {
        let text = "masterclasses/trauma/sessions/may-1/bookings/b1";
        let name: BookingName = text.parse().unwrap();
        assert_eq!(name.to_string(), text);
        assert_eq!(SessionName::from_key(&name.session.key()).unwrap(), name.session);
        for bad in
            ["", "masterclasses/a", "masterclasses//sessions/b/bookings/c", &format!("{text}/x"), "x/y/z"]
        {
            assert!(bad.parse::<BookingName>().is_err(), "{bad}");
        }
    }
}
