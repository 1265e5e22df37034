//! What this service's resources are called.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use vocabulary::{AcademicYear, NameError, PartnerId, ResourceId, segments, serde_as_name};

/// A name of the shape `partners/{partner}/{collection}/{id}`, keyed in the store as `{partner}/{id}`.
macro_rules! partner_name {
    ($(#[$doc:meta])* $name:ident, $collection:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name {
            pub partner: PartnerId,
            pub id: ResourceId,
        }

        impl $name {
            /// `{partner}/{id}`: how the store keys it.
            pub fn key(&self) -> String {
                format!("{}/{}", self.partner, self.id)
            }

            /// # Errors
            /// It is no such key.
            pub fn from_key(key: &str) -> Result<Self, NameError> {
                let (partner, id) = key.split_once('/').ok_or(NameError($expected))?;
                Ok(Self { partner: partner.parse()?, id: id.parse()? })
            }
        }

        impl FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                let bad = |_| NameError($expected);
                let [partner, id] = segments(text, ["partners", $collection], $expected)?;
                Ok(Self { partner: partner.parse().map_err(bad)?, id: id.parse().map_err(bad)? })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!("partners/{}/", $collection, "/{}"), self.partner, self.id)
            }
        }

        serde_as_name!($name);
    };
}

/// A name of the shape `{collection}/{id}`, keyed in the store by its id.
macro_rules! top_name {
    ($(#[$doc:meta])* $name:ident, $collection:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(pub ResourceId);

        impl FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                let [id] = segments(text, [$collection], $expected)?;
                id.parse().map(Self).map_err(|_| NameError($expected))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($collection, "/{}"), self.0)
            }
        }

        serde_as_name!($name);
    };
}

partner_name!(
    /// `partners/{partner}/practiceEducators/{practice_educator}`
    EducatorName, "practiceEducators", "\"partners/{partner}/practiceEducators/{practice_educator}\"");
partner_name!(
    /// `partners/{partner}/placementOffers/{placement_offer}`
    OfferName, "placementOffers", "\"partners/{partner}/placementOffers/{placement_offer}\"");
partner_name!(
    /// `partners/{partner}/placementNeeds/{placement_need}`
    NeedName, "placementNeeds", "\"partners/{partner}/placementNeeds/{placement_need}\"");
top_name!(
    /// `placements/{placement}`
    PlacementName, "placements", "\"placements/{placement}\"");
top_name!(
    /// `matchRuns/{match_run}`
    MatchRunName, "matchRuns", "\"matchRuns/{match_run}\"");

/// `partners/{partner}/hostingInterests/{academic_year}`, the year as "2026-27".
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InterestName {
    pub partner: PartnerId,
    pub academic_year: AcademicYear,
}

impl InterestName {
    /// `{partner}/{academic_year}`, the year as "2026-27": how the store keys it.
    pub fn key(&self) -> String {
        format!("{}/{}", self.partner, self.segment())
    }

    /// # Errors
    /// It is no such key.
    pub fn from_key(key: &str) -> Result<Self, NameError> {
        let (partner, year) = key.split_once('/').ok_or(NameError("a hosting interest's key"))?;
        format!("partners/{partner}/hostingInterests/{year}").parse()
    }

    fn segment(&self) -> String {
        self.academic_year.to_string().replace('/', "-")
    }
}

impl FromStr for InterestName {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        const EXPECTED: &str = "\"partners/{partner}/hostingInterests/2026-27\"";
        let [partner, year] = segments(text, ["partners", "hostingInterests"], EXPECTED)?;
        if year.contains('/') {
            return Err(NameError(EXPECTED));
        }
        let academic_year = year.replacen('-', "/", 1).parse().map_err(|_| NameError(EXPECTED))?;
        Ok(Self { partner: partner.parse().map_err(|_| NameError(EXPECTED))?, academic_year })
    }
}

impl fmt::Display for InterestName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "partners/{}/hostingInterests/{}", self.partner, self.segment())
    }
}

serde_as_name!(InterestName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written_and_nothing_else_is() {
        let text = "partners/durham/placementOffers/north-1";
        let name: OfferName = text.parse().unwrap();
        assert_eq!((name.to_string().as_str(), OfferName::from_key(&name.key())), (text, Ok(name)));
        assert_eq!("placements/p1".parse::<PlacementName>().unwrap().to_string(), "placements/p1");
        for bad in [
            "",
            "partners/durham/placementNeeds/x",
            "partners//placementOffers/x",
            "partners/a/placementOffers/b/c",
        ] {
            assert!(bad.parse::<OfferName>().is_err(), "{bad}");
        }
        let text = "partners/durham/hostingInterests/2026-27";
        let name: InterestName = text.parse().unwrap();
        assert_eq!((name.to_string().as_str(), InterestName::from_key(&name.key())), (text, Ok(name)));
        assert!("partners/durham/hostingInterests/2026-28".parse::<InterestName>().is_err());
    }
}
