//! The councils' interest in hosting, and who teaches there. Nobody of them exists.

use crate::demo::stage::Stage;
use anyhow::Result;
use contracts::{
    common::v1::Person,
    placements::v1::{
        CreatePracticeEducatorRequest, HostingInterest, PracticeEducator, SetHostingInterestRequest,
        hosting_interest::Interest,
        practice_educator::Qualification::{self, InTraining, Stage1, Stage2},
    },
};

/// A council, how many years from now, and what it says.
const INTERESTS: &[(&str, i16, Interest, i32, &str)] = &[
    ("durham", 0, Interest::ActivelyLooking, 9, ""),
    ("gateshead", 0, Interest::Open, 6, ""),
    ("sunderland", 0, Interest::AlreadyArranged, 5, ""),
    ("sunderland", 1, Interest::NotOpen, 0, "two of our practice educators retire in the summer"),
];

/// A council, the educator's number and name there, their qualification, and how many learners at one time.
const EDUCATORS: &[(&str, &str, &str, Qualification, i32)] = &[
    ("durham", "d-1101", "Imogen Raistrick-Oyelaran", Stage2, 2),
    ("durham", "d-1102", "Pavel Dvořáček", Stage2, 2),
    ("durham", "d-1103", "Comfort Asante-Bell", Stage1, 1),
    ("durham", "d-1104", "Rhian Ellwood", Stage2, 1),
    ("durham", "d-1105", "Tomasz Grabiec", InTraining, 1),
    ("gateshead", "g-2101", "Saoirse McCardle", Stage2, 2),
    ("gateshead", "g-2102", "Wendeline Obi", Stage2, 1),
    ("gateshead", "g-2103", "Hamid Farrokhzad", Stage1, 1),
    ("sunderland", "s-3101", "Bethan Carrick", Stage2, 2),
    ("sunderland", "s-3102", "Nikolaos Vlahos", Stage2, 1),
    ("sunderland", "s-3103", "Adaeze Nwosu-Harker", Stage2, 1),
    ("sunderland", "s-3104", "Florin Băciuț", Stage1, 1),
];

/// # Errors
/// The service refuses.
pub async fn host(stage: &mut Stage) -> Result<Vec<String>> {
    for interest in INTERESTS {
        say(stage, interest).await?;
    }
    for educator in EDUCATORS {
        teach(stage, educator).await?;
    }
    Ok(vec![format!(
        "hosting interest of durham, gateshead and sunderland, and {} practice educators of theirs",
        EDUCATORS.len()
    )])
}

async fn say(
    stage: &mut Stage,
    (partner, later, interest, places, why): &(&str, i16, Interest, i32, &str),
) -> Result<()> {
    let year = stage.placement_year() + later;
    let name = format!("partners/{partner}/hostingInterests/{year}-{:02}", (year + 1) % 100);
    let hosting_interest = HostingInterest {
        name: name.clone(),
        interest: (*interest).into(),
        places_expected: *places,
        reasons_not_hosting: (!why.is_empty()).then(|| (*why).to_owned()).into_iter().collect(),
        ..HostingInterest::default()
    };
    let ask =
        SetHostingInterestRequest { hosting_interest: Some(hosting_interest), request_id: stage.id(&name) };
    let request = stage.ask(partner, ask)?;
    stage.hosting.set_hosting_interest(request).await?;
    Ok(())
}

async fn teach(
    stage: &mut Stage,
    (partner, id, name, qualification, most): &(&str, &str, &str, Qualification, i32),
) -> Result<()> {
    let person = Person {
        person: format!("partners/{partner}/people/{}", id.to_uppercase()),
        display_name: (*name).into(),
        email: format!("{id}@{partner}.invalid"),
        ..Person::default()
    };
    let current_until = match qualification {
        InTraining => String::new(),
        _ => format!("{}-08-31", stage.placement_year() + 3),
    };
    let practice_educator = PracticeEducator {
        person: Some(person),
        qualification: (*qualification).into(),
        current_until,
        max_learners: *most,
        ..PracticeEducator::default()
    };
    let ask = CreatePracticeEducatorRequest {
        parent: format!("partners/{partner}"),
        practice_educator: Some(practice_educator),
        practice_educator_id: (*id).into(),
        request_id: stage.id(id),
    };
    let request = stage.ask(partner, ask)?;
    stage.hosting.create_practice_educator(request).await?;
    Ok(())
}
