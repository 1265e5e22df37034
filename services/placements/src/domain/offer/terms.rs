//! What a host says of its places.

use crate::domain::{
    AcademicYear, Day, EducatorName, Location, OfferName, Place, Refusal, Setting, Stage, Weekdays,
};
use serde::{Deserialize, Serialize};

pub(super) const LATEST_END_DATE: &str = "placement_offer.latest_end_date";

/// `L` is where: on the map, or, before that was looked up, as the caller says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfferTerms<L = Location> {
    pub academic_year: AcademicYear,
    pub team: String,
    pub setting: Setting,
    pub statutory: bool,
    /// Stages that the places suit, in order, at least one.
    pub stages: Vec<Stage>,
    pub places: u32,
    /// The window within which a placement must fall.
    pub earliest_start_date: Option<Day>,
    pub latest_end_date: Option<Day>,
    pub weekdays: Weekdays,
    pub location: L,
    pub driver_required: bool,
    /// Who will teach, as far as known; in order of their names.
    pub practice_educators: Vec<EducatorName>,
}

/// The terms that an update may set; `None` leaves one as it is. A day that is given as `None` is taken away.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OfferEdit {
    pub academic_year: Option<AcademicYear>,
    pub team: Option<String>,
    pub setting: Option<Setting>,
    pub statutory: Option<bool>,
    pub stages: Option<Vec<Stage>>,
    pub places: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest_start_date: Option<Option<Day>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_end_date: Option<Option<Day>>,
    pub weekdays: Option<Weekdays>,
    pub location: Option<Location>,
    pub driver_required: Option<bool>,
    pub practice_educators: Option<Vec<EducatorName>>,
}

impl OfferTerms<Place> {
    /// The same, now that it is known where that is.
    pub fn at(self, location: Location) -> OfferTerms {
        OfferTerms {
            academic_year: self.academic_year,
            team: self.team,
            setting: self.setting,
            statutory: self.statutory,
            stages: self.stages,
            places: self.places,
            earliest_start_date: self.earliest_start_date,
            latest_end_date: self.latest_end_date,
            weekdays: self.weekdays,
            location,
            driver_required: self.driver_required,
            practice_educators: self.practice_educators,
        }
    }
}

impl OfferTerms {
    /// Whether the window is over: its last day was before today.
    pub fn has_passed(&self, today: Day) -> bool {
        self.latest_end_date.is_some_and(|last| last < today)
    }

    /// # Errors
    /// The window ends before it begins; somebody of another partner would teach.
    pub fn check(&self, offer: &OfferName) -> Result<(), Refusal> {
        if self.latest_end_date.zip(self.earliest_start_date).is_some_and(|(last, first)| last < first) {
            return Err(Refusal::field(LATEST_END_DATE, "must not be before earliest_start_date"));
        }
        match self.practice_educators.iter().find(|educator| educator.partner != offer.partner) {
            Some(stranger) => Err(Self::unknown(stranger)),
            None => Ok(()),
        }
    }

    /// Another partner's practice educator is as absent as one that does not exist.
    pub fn unknown(educator: &EducatorName) -> Refusal {
        Refusal::field("placement_offer.practice_educators", format!("you have no {educator}"))
    }

    pub(super) fn edit(&mut self, edit: OfferEdit) {
        set(&mut self.academic_year, edit.academic_year);
        set(&mut self.team, edit.team);
        set(&mut self.setting, edit.setting);
        set(&mut self.statutory, edit.statutory);
        set(&mut self.stages, edit.stages);
        set(&mut self.places, edit.places);
        set(&mut self.earliest_start_date, edit.earliest_start_date);
        set(&mut self.latest_end_date, edit.latest_end_date);
        set(&mut self.weekdays, edit.weekdays);
        set(&mut self.location, edit.location);
        set(&mut self.driver_required, edit.driver_required);
        set(&mut self.practice_educators, edit.practice_educators);
    }

    /// The fields that placements rely on and that would not hold for them any more: a student's earlier setting and
    /// statutory work, stage, year and journey were judged by them. A stage more takes nothing from anybody.
    pub(super) fn relied_on(&self, new: &Self) -> Vec<String> {
        let fields = [
            ("academic_year", self.academic_year != new.academic_year),
            ("setting", self.setting != new.setting),
            ("statutory", self.statutory != new.statutory),
            ("stages", !self.stages.iter().all(|stage| new.stages.contains(stage))),
            ("location", self.location != new.location),
        ];
        fields.iter().filter(|(_, changed)| *changed).map(|(field, _)| (*field).to_owned()).collect()
    }
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}
