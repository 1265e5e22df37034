//! What this service's resources are called.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use vocabulary::{NameError, PartnerId, ResourceId, segments};
pub use vocabulary::{person_from_key, person_key};

/// `partners/{partner}/courses/{course}`
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CourseName {
    pub partner: PartnerId,
    pub id: ResourceId,
}

impl CourseName {
    /// `{partner}/{course}`: how the store keys it.
    pub fn key(&self) -> String {
        format!("{}/{}", self.partner, self.id)
    }

    pub fn from_key(key: &str) -> Result<Self, NameError> {
        let (partner, id) = key.split_once('/').ok_or(NameError("a course's key"))?;
        Ok(Self { partner: partner.parse()?, id: id.parse()? })
    }
}

impl FromStr for CourseName {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        const EXPECTED: &str = "\"partners/{partner}/courses/{course}\"";
        let bad = |_| NameError(EXPECTED);
        let [partner, id] = segments(text, ["partners", "courses"], EXPECTED)?;
        Ok(Self { partner: partner.parse().map_err(bad)?, id: id.parse().map_err(bad)? })
    }
}

impl fmt::Display for CourseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "partners/{}/courses/{}", self.partner, self.id)
    }
}

vocabulary::serde_as_name!(CourseName);

/// `partners/{partner}/courses/{course}/runs/{run}`
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RunName {
    pub course: CourseName,
    pub id: ResourceId,
}

impl RunName {
    /// `{partner}/{course}/{run}`: how the store keys it.
    pub fn key(&self) -> String {
        format!("{}/{}", self.course.key(), self.id)
    }

    pub fn from_key(key: &str) -> Result<Self, NameError> {
        let (course, id) = key.rsplit_once('/').ok_or(NameError("a run's key"))?;
        Ok(Self { course: CourseName::from_key(course)?, id: id.parse()? })
    }

    pub fn partner(&self) -> &PartnerId {
        &self.course.partner
    }
}

impl FromStr for RunName {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        const EXPECTED: &str = "\"partners/{partner}/courses/{course}/runs/{run}\"";
        let bad = |_| NameError(EXPECTED);
        let [partner, course, id] = segments(text, ["partners", "courses", "runs"], EXPECTED)?;
        let course = CourseName { partner: partner.parse().map_err(bad)?, id: course.parse().map_err(bad)? };
        Ok(Self { course, id: id.parse().map_err(bad)? })
    }
}

impl fmt::Display for RunName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/runs/{}", self.course, self.id)
    }
}

vocabulary::serde_as_name!(RunName);

/// `partners/{partner}/enrolments/{enrolment}`
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EnrolmentName {
    pub partner: PartnerId,
    pub id: ResourceId,
}

impl EnrolmentName {
    /// `{partner}/{enrolment}`: how the store keys it.
    pub fn key(&self) -> String {
        format!("{}/{}", self.partner, self.id)
    }

    pub fn from_key(key: &str) -> Result<Self, NameError> {
        let (partner, id) = key.split_once('/').ok_or(NameError("an enrolment's key"))?;
        Ok(Self { partner: partner.parse()?, id: id.parse()? })
    }
}

impl FromStr for EnrolmentName {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        const EXPECTED: &str = "\"partners/{partner}/enrolments/{enrolment}\"";
        let bad = |_| NameError(EXPECTED);
        let [partner, id] = segments(text, ["partners", "enrolments"], EXPECTED)?;
        Ok(Self { partner: partner.parse().map_err(bad)?, id: id.parse().map_err(bad)? })
    }
}

impl fmt::Display for EnrolmentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "partners/{}/enrolments/{}", self.partner, self.id)
    }
}

vocabulary::serde_as_name!(EnrolmentName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written_and_nothing_else_is() {
        let text = "partners/teesside/courses/ba-sw/runs/2026";
        let name: RunName = text.parse().unwrap();
        assert_eq!(name.to_string(), text);
        assert_eq!(RunName::from_key(&name.key()).unwrap(), name);
        assert_eq!(CourseName::from_key(&name.course.key()).unwrap(), name.course);
        for bad in ["", "partners/a", "partners//courses/b/runs/c", &format!("{text}/x"), "x/y/z/a/b/c"] {
            assert!(bad.parse::<RunName>().is_err(), "{bad}");
        }
        let person: vocabulary::PersonName = "partners/teesside/people/Q1~2".parse().unwrap();
        assert_eq!(person_from_key(&person_key(&person)).unwrap(), person);
    }
}
