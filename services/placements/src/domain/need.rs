//! Placement needs: the students who look for a place.

use super::{
    AcademicYear, Day, Location, NeedName, Person, Place, PlacementName, Refusal, Setting, Stage, Weekdays,
    person::PersonEdit,
};
use serde::{Deserialize, Serialize};
use vocabulary::{Instant, PartnerId, Personal, Revision};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedState {
    Open,
    Matched,
    Withdrawn,
}

impl NeedState {
    pub const fn words(self) -> &'static str {
        match self {
            NeedState::Open => "open",
            NeedState::Matched => "matched",
            NeedState::Withdrawn => "withdrawn",
        }
    }
}

/// A placement that the student served elsewhere, for the rules that look back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierPlacement {
    pub stage: Stage,
    pub setting: Setting,
    pub statutory: bool,
    /// `partners/{partner}`, or a name.
    pub host: String,
}

/// What a university says of a student's need. `Home` is a [`Place`] until it has been found on the map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NeedTerms<Home = Personal<Location>> {
    pub academic_year: AcademicYear,
    /// From when the student is free.
    pub start_date: Day,
    pub weekdays: Weekdays,
    /// Where the student travels from.
    pub home: Home,
    /// One way; the rule book's limit where there is none.
    pub max_travel_minutes: Option<u32>,
    pub drives: bool,
    /// Best first.
    pub preferred_settings: Vec<Setting>,
    pub earlier_placements: Vec<EarlierPlacement>,
    /// Where the student must not be placed; in order.
    pub excluded_partners: Vec<PartnerId>,
    /// Reasonable adjustments: special category data. Empty unless somebody who may see them asked for this one need.
    pub adjustments: Personal<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Need {
    pub name: NeedName,
    pub revision: Revision,
    pub student: Person,
    pub stage: Stage,
    pub terms: NeedTerms,
    pub state: NeedState,
    /// The live placement that answers it.
    pub placement: Option<PlacementName>,
    pub created: Instant,
    pub updated: Instant,
}

/// What an update says of a need; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NeedEdit {
    pub student: PersonEdit,
    pub stage: Option<Stage>,
    pub academic_year: Option<AcademicYear>,
    pub start_date: Option<Day>,
    pub weekdays: Option<Weekdays>,
    pub home: Option<Place>,
    pub max_travel_minutes: Option<Option<u32>>,
    pub drives: Option<bool>,
    pub preferred_settings: Option<Vec<Setting>>,
    pub earlier_placements: Option<Vec<EarlierPlacement>>,
    pub excluded_partners: Option<Vec<PartnerId>>,
    pub adjustments: Option<Personal<String>>,
}

impl NeedTerms<Place> {
    /// With the home where it was found.
    pub fn at(self, home: Location) -> NeedTerms {
        NeedTerms {
            academic_year: self.academic_year,
            start_date: self.start_date,
            weekdays: self.weekdays,
            home: home.into(),
            max_travel_minutes: self.max_travel_minutes,
            drives: self.drives,
            preferred_settings: self.preferred_settings,
            earlier_placements: self.earlier_placements,
            excluded_partners: self.excluded_partners,
            adjustments: self.adjustments,
        }
    }
}

impl NeedTerms {
    /// Nobody travels longer than the rule book says.
    ///
    /// # Errors
    /// The field that is wrong.
    pub fn check(&self, limit_minutes: u32) -> Result<(), Refusal> {
        match self.max_travel_minutes.filter(|minutes| *minutes > limit_minutes) {
            Some(_) => {
                let why = format!("is more than the rule book's limit of {limit_minutes} minutes");
                Err(Refusal::field("placement_need.max_travel_minutes", why))
            }
            None => Ok(()),
        }
    }
}

impl Need {
    /// A new one, which is open.
    pub fn made(name: NeedName, student: Person, stage: Stage, terms: NeedTerms, now: Instant) -> Self {
        let (revision, state) = (Revision::default(), NeedState::Open);
        Self { name, revision, student, stage, terms, state, placement: None, created: now, updated: now }
    }

    /// # Errors
    /// [`Refusal::NeedNotOpen`].
    pub fn check_open(&self) -> Result<(), Refusal> {
        if self.state == NeedState::Open { Ok(()) } else { Err(Refusal::NeedNotOpen { state: self.state }) }
    }

    /// Takes it back.
    ///
    /// # Errors
    /// [`Refusal::NeedNotOpen`]: a placement that answers it is ended by its own calls.
    pub fn withdraw(&mut self, now: Instant) -> Result<(), Refusal> {
        self.check_open()?;
        (self.state, self.updated) = (NeedState::Withdrawn, now);
        Ok(())
    }

    /// A placement answers it.
    pub fn match_with(&mut self, placement: PlacementName, now: Instant) {
        (self.state, self.placement, self.updated) = (NeedState::Matched, Some(placement), now);
    }

    /// The placement that answered it is no more, and it looks for a place again.
    pub fn reopen(&mut self, placement: &PlacementName, now: Instant) {
        if self.placement.as_ref() == Some(placement) {
            (self.state, self.placement, self.updated) = (NeedState::Open, None, now);
        }
    }

    /// Another need took its place while a placement answered it.
    pub fn give_way(&mut self) {
        self.state = NeedState::Withdrawn;
    }

    /// Sets what the edit names; the home is where it was found on the map. The student and the adjustments are kept
    /// apart, and edited there.
    pub fn edit(&mut self, edit: NeedEdit, home: Option<Location>, now: Instant) {
        fn set<T>(field: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *field = value;
            }
        }
        let terms = &mut self.terms;
        set(&mut self.stage, edit.stage);
        set(&mut terms.academic_year, edit.academic_year);
        set(&mut terms.start_date, edit.start_date);
        set(&mut terms.weekdays, edit.weekdays);
        set(&mut terms.home, home.map(Personal::new));
        set(&mut terms.max_travel_minutes, edit.max_travel_minutes);
        set(&mut terms.drives, edit.drives);
        set(&mut terms.preferred_settings, edit.preferred_settings);
        set(&mut terms.earlier_placements, edit.earlier_placements);
        set(&mut terms.excluded_partners, edit.excluded_partners);
        self.updated = now;
    }
}
