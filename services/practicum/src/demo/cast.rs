//! The people of the demo. None of them exists.

use contracts::common::v1::Person;

/// A partner's own number for somebody, and what they are called.
type Member = (&'static str, &'static str);

const DURHAM: &[Member] = &[
    ("D-1001", "Angharad Llwyd-Prosser"),
    ("D-1002", "Oluwaseun Bankole"),
    ("D-1003", "Wulandari"),
    ("D-1004", "Siân Ffrancon"),
    ("D-1005", "Małgorzata Wrzesińska"),
];
const GATESHEAD: &[Member] = &[
    ("G-2001", "Zbigniew Kościelny"),
    ("G-2002", "ليلى الحدّاد"),
    ("G-2003", "Máire Ní Dhálaigh"),
    ("G-2004", "Tendai Moyo-Hargreaves"),
];
const SUNDERLAND: &[Member] = &[
    ("S-3001", "Yusuf ibn Dawud"),
    ("S-3002", "Nguyễn Thị Ánh"),
    ("S-3003", "Gwenllian ap Rhys"),
    ("S-3004", "D'Arcy O'Mallory"),
];
const TEESSIDE: &[Member] = &[
    ("t7000101", "Harpreet Kaur Gill"),
    ("t7000102", "Thirumalai"),
    ("t7000103", "Bronisława Zając"),
    ("t7000104", "José María Iturriaga-Núñez"),
    ("t7000105", "Rosalind Ekwueme"),
    ("t7000106", "Idris Gwynne-Okafor"),
];
const NORTHUMBRIA: &[Member] = &[
    ("w8000201", "Aisling Ó Cathasaigh-Webb"),
    ("w8000202", "عمر القاضي"),
    ("w8000203", "Mengistu"),
    ("w8000204", "Katarzyna van den Heuvel"),
];

/// The partners that people come from.
pub const PARTNERS: [&str; 5] = ["durham", "gateshead", "sunderland", "teesside", "northumbria"];

fn of(partner: &str) -> &'static [Member] {
    match partner {
        "durham" => DURHAM,
        "gateshead" => GATESHEAD,
        "sunderland" => SUNDERLAND,
        "teesside" => TEESSIDE,
        _ => NORTHUMBRIA,
    }
}

/// How many people there are.
pub fn size() -> usize {
    PARTNERS.iter().map(|partner| of(partner).len()).sum()
}

/// A partner's people by their place in the list, from 0.
pub fn person(partner: &str, at: usize) -> Person {
    let members = of(partner);
    let (id, name) = members[at % members.len()];
    Person {
        person: format!("partners/{partner}/people/{id}"),
        display_name: name.into(),
        email: format!("{}@{partner}.invalid", id.to_lowercase()),
        social_work_england_number: String::new(),
    }
}
