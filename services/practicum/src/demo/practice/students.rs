//! Whom the universities send. Nobody of them exists.

use super::map;
use crate::demo::stage::Stage;
use anyhow::Result;
use contracts::{
    common::v1::Person,
    placements::v1::{
        CreatePlacementNeedRequest, EarlierPlacement, PlacementNeed,
        Setting::{
            self, Adults, ChildrenLookedAfter, ChildrenWithDisabilities, EarlyHelp, FamiliesFirst, Fostering,
            MentalHealth, VoluntarySector, YoungPeople,
        },
        Stage as Part,
    },
};

/// A student by their university's number, and what they look for.
pub struct Student {
    pub university: &'static str,
    pub id: &'static str,
    pub name: &'static str,
    home: &'static str,
    drives: bool,
    wishes: &'static [Setting],
    /// Where the first placement was and whether it was statutory; whoever has none yet looks for it.
    before: Option<(Setting, bool)>,
    /// Less than the usual limit; 0 otherwise.
    minutes: i32,
    excluded: &'static [&'static str],
    /// Monday to Thursday, not Friday.
    short_week: bool,
    adjustments: &'static str,
}

const fn student(
    university: &'static str,
    (id, name): (&'static str, &'static str),
    (home, drives): (&'static str, bool),
    wishes: &'static [Setting],
    before: Option<(Setting, bool)>,
) -> Student {
    let (excluded, adjustments) = (&[], "");
    Student {
        university,
        id,
        name,
        home,
        drives,
        wishes,
        before,
        minutes: 0,
        excluded,
        short_week: false,
        adjustments,
    }
}

const T: &str = "teesside";
const N: &str = "northumbria";

pub const STUDENTS: &[Student] = &[
    Student {
        excluded: &["partners/durham"],
        ..student(
            T,
            ("t7100201", "Perpetua Lindqvist"),
            ("TS1", true),
            &[FamiliesFirst],
            Some((Adults, true)),
        )
    },
    student(
        T,
        ("t7100202", "Dafydd Okonjo"),
        ("TS18", true),
        &[Adults, MentalHealth],
        Some((EarlyHelp, false)),
    ),
    student(
        T,
        ("t7100203", "Marigold Szymańska"),
        ("TS24", true),
        &[FamiliesFirst, ChildrenLookedAfter],
        Some((MentalHealth, true)),
    ),
    student(
        T,
        ("t7100204", "Ruairí Featherstonehaugh"),
        ("DL1", true),
        &[ChildrenLookedAfter],
        Some((Adults, true)),
    ),
    Student {
        minutes: 60,
        ..student(
            T,
            ("t7100205", "Blessing Adomako"),
            ("DL3", true),
            &[ChildrenLookedAfter, YoungPeople],
            Some((VoluntarySector, false)),
        )
    },
    Student {
        adjustments: "Uses a wheelchair: a step-free office, and a parking space near the door.",
        ..student(
            T,
            ("t7100206", "Sunniva Achterberg"),
            ("TS26", true),
            &[MentalHealth],
            Some((FamiliesFirst, true)),
        )
    },
    student(T, ("t7100207", "Iolo Hathersage"), ("DL12", false), &[Adults], Some((Fostering, false))),
    student(T, ("t7100208", "Quynh Nhu Tran-Bellamy"), ("TS5", true), &[Adults], Some((Adults, true))),
    Student {
        short_week: true,
        ..student(
            T,
            ("t7100209", "Ezekiel Thwaite"),
            ("DH6", true),
            &[YoungPeople],
            Some((MentalHealth, true)),
        )
    },
    student(T, ("t7100210", "Clementine Darkwah"), ("TS10", false), &[FamiliesFirst], Some((Adults, true))),
    student(N, ("w8100301", "Maolíosa Brannigan"), ("NE1", false), &[FamiliesFirst], Some((Adults, true))),
    student(
        N,
        ("w8100302", "Otobong Rutherford"),
        ("NE6", false),
        &[FamiliesFirst, YoungPeople],
        Some((VoluntarySector, false)),
    ),
    student(
        N,
        ("w8100303", "Henrietta Çelik"),
        ("NE29", true),
        &[MentalHealth, Adults],
        Some((FamiliesFirst, true)),
    ),
    student(
        N,
        ("w8100304", "Lowri Standish-Mensah"),
        ("NE33", true),
        &[Adults],
        Some((ChildrenLookedAfter, true)),
    ),
    student(
        N,
        ("w8100305", "Gopal Trevithick"),
        ("NE46", true),
        &[Adults, FamiliesFirst],
        Some((EarlyHelp, false)),
    ),
    Student {
        adjustments: "Dyslexia: written work a day ahead, and software that reads aloud.",
        ..student(
            N,
            ("w8100306", "Annika Ferreira-Holt"),
            ("SR4", true),
            &[ChildrenWithDisabilities],
            Some((Adults, true)),
        )
    },
    student(
        N,
        ("w8100307", "Tobiah Underhill"),
        ("TD15", true),
        &[MentalHealth],
        Some((FamiliesFirst, true)),
    ),
    Student {
        minutes: 45,
        ..student(
            N,
            ("w8100308", "Zofia Marchbanks"),
            ("NE24", false),
            &[FamiliesFirst],
            Some((Adults, true)),
        )
    },
    student(T, ("t7100211", "Aurelio Pennington"), ("DL5", true), &[EarlyHelp], None),
    student(T, ("t7100212", "Siobhán Kwarteng"), ("DL1", false), &[FamiliesFirst, EarlyHelp], None),
    student(T, ("t7100213", "Bartholomew Naidoo"), ("TS18", true), &[], None),
    student(T, ("t7100214", "Eluned Varga"), ("TS1", true), &[Adults], None),
    student(T, ("t7100215", "Kerensa Whitlock"), ("SR8", false), &[FamiliesFirst], None),
    Student {
        adjustments: "Needs Friday afternoons for treatment until Easter.",
        short_week: true,
        ..student(T, ("t7100216", "Mustafa Ellerby"), ("DH1", true), &[YoungPeople], None)
    },
    student(T, ("t7100217", "Philippa Nowakowska"), ("DH3", true), &[Fostering, EarlyHelp], None),
    student(N, ("w8100309", "Isambard Oyelowo"), ("NE3", false), &[Fostering], None),
    student(N, ("w8100310", "Nerys Kaczmarek"), ("NE9", false), &[YoungPeople, Fostering], None),
    student(N, ("w8100311", "Caoimhe Abernathy"), ("SR1", false), &[FamiliesFirst], None),
    Student {
        excluded: &["partners/sunderland"],
        ..student(N, ("w8100312", "Radomir Blenkinsop"), ("SR5", true), &[Adults], None)
    },
    student(N, ("w8100313", "Thandeka Musgrove"), ("NE38", true), &[Adults, MentalHealth], None),
];

impl Student {
    /// With an address in a domain that cannot exist.
    pub fn person(&self) -> Person {
        let Student { university, id, name, .. } = self;
        Person {
            person: format!("partners/{university}/people/{id}"),
            display_name: (*name).into(),
            email: format!("{id}@{university}.invalid"),
            ..Person::default()
        }
    }

    pub fn is_final(&self) -> bool {
        self.before.is_some()
    }

    fn need(&self, stage: &Stage) -> PlacementNeed {
        let part = if self.is_final() { Part::Final } else { Part::First };
        let before = self.before.map(|(setting, statutory)| EarlierPlacement {
            stage: Part::First.into(),
            setting: setting.into(),
            statutory,
            host: "elsewhere".into(),
        });
        PlacementNeed {
            student: Some(self.person()),
            stage: part.into(),
            academic_year: stage.placement_years(),
            start_date: format!(
                "{}-01-{}",
                stage.placement_year() + 1,
                if self.is_final() { "11" } else { "25" }
            ),
            weekdays: if self.short_week { vec![1, 2, 3, 4] } else { vec![] },
            home: Some(map::at(self.home)),
            max_travel_minutes: self.minutes,
            drives: self.drives,
            preferred_settings: self.wishes.iter().map(|setting| (*setting).into()).collect(),
            earlier_placements: before.into_iter().collect(),
            excluded_partners: self.excluded.iter().map(|partner| (*partner).to_owned()).collect(),
            adjustments: self.adjustments.into(),
            ..PlacementNeed::default()
        }
    }
}

/// # Errors
/// The service refuses.
pub async fn need(stage: &mut Stage) -> Result<Vec<String>> {
    for student in STUDENTS {
        let ask = CreatePlacementNeedRequest {
            parent: format!("partners/{}", student.university),
            placement_need: Some(student.need(stage)),
            placement_need_id: student.id.into(),
            request_id: stage.id(&format!("need {}", student.id)),
        };
        let request = stage.ask(student.university, ask)?;
        stage.matching.create_placement_need(request).await?;
    }
    let finals = STUDENTS.iter().filter(|student| student.is_final()).count();
    let adjusted = STUDENTS.iter().filter(|student| !student.adjustments.is_empty()).count();
    Ok(vec![format!(
        "{} placement needs of teesside and northumbria for {}: {finals} final, {} first, {adjusted} with adjustments",
        STUDENTS.len(),
        stage.placement_years(),
        STUDENTS.len() - finals
    )])
}
