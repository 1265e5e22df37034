//! A made-up region: students of two universities and offers of three councils, scattered evenly.

use anyhow::Result;
use contracts::placements::v1 as wire;
use futures_util::{StreamExt, TryStreamExt, stream};
use practicum_tests::{Coordinator, Stand, coordinators, dice::Dice};
use vocabulary::Role;

pub const YEAR: &str = "2026/27";
pub const COUNCILS: [&str; 3] = ["durham", "gateshead", "sunderland"];
pub const UNIVERSITIES: [&str; 2] = ["teesside", "northumbria"];
/// Requests under way at once.
const AT_ONCE: usize = 32;
/// So far a student of this region goes: some twenty offers lie within.
const MINUTES: i32 = 12;
/// Square kilometres for each offer.
const ROOM: f64 = 6.0;

/// How many there are, and how far apart.
pub struct Region {
    students: u32,
    offers: u32,
    /// Degrees of latitude from the southernmost to the northernmost.
    side: f64,
}

impl Region {
    pub fn of(students: u32) -> Self {
        let offers = students / 10;
        Self { students, offers, side: (f64::from(offers) * ROOM).sqrt() / 111.0 }
    }

    /// Makes everybody through the service, as its callers would.
    pub async fn fill(&self, stand: &Stand) -> Result<()> {
        let mut dice = Dice::seeded(self.students.into());
        let (mut hosts, mut senders) = (Vec::new(), Vec::new());
        for council in COUNCILS {
            hosts.push(stand.coordinator(council).await);
        }
        for university in UNIVERSITIES {
            senders.push(stand.coordinator(university).await);
        }
        let offers: Vec<_> = (0..self.offers).map(|n| (n, self.somewhere(&mut dice))).collect();
        let made = offers.into_iter().map(|(n, place)| {
            let host = hosts[n as usize % hosts.len()].clone();
            // Seven and a half places an offer are three quarters of ten students.
            let places = if n % 2 == 0 { 7 } else { 8 };
            async move { host.offer(&format!("o{n}"), offer(places, place)).await.map(drop) }
        });
        stream::iter(made).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        let homes: Vec<_> = (0..self.students).map(|n| (n, self.somewhere(&mut dice))).collect();
        let made = homes.into_iter().map(|(n, place)| {
            let sender = senders[n as usize % senders.len()].clone();
            let student = format!("s{n}");
            async move { sender.need(&student, need(&sender, &student, place)).await.map(drop) }
        });
        Ok(stream::iter(made).buffer_unordered(AT_ONCE).try_collect::<()>().await?)
    }

    fn somewhere(&self, dice: &mut Dice) -> wire::Location {
        let mut part = || dice.share() * self.side;
        // A degree of longitude is shorter than one of latitude up here.
        let (north, east) = (part(), part() / 54.5_f64.to_radians().cos());
        wire::Location { postcode: "DH1".into(), latitude: Some(54.5 + north), longitude: Some(-2.0 + east) }
    }
}

/// Who matches for the partnership.
pub async fn partnership(stand: &Stand) -> Coordinator {
    let token = stand.token("durham", &[Role::PartnershipCoordinator], "matcher");
    Coordinator::new("durham", stand.placements_channel().await, &token)
}

/// So many places somewhere.
pub fn offer(places: i32, location: wire::Location) -> wire::PlacementOffer {
    wire::PlacementOffer {
        academic_year: YEAR.into(),
        location: Some(location),
        ..coordinators::offer(places)
    }
}

/// A student who lives somewhere and does not go far.
pub fn need(university: &Coordinator, student: &str, home: wire::Location) -> wire::PlacementNeed {
    wire::PlacementNeed {
        academic_year: YEAR.into(),
        start_date: "2026-09-21".into(),
        home: Some(home),
        max_travel_minutes: MINUTES,
        adjustments: String::new(),
        ..university.looking(student)
    }
}
