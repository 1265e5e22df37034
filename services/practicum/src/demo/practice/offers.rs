//! The places that the councils offer.

use super::map;
use crate::demo::stage::Stage;
use anyhow::Result;
use contracts::placements::v1::{
    CreatePlacementOfferRequest, PlacementOffer, PublishPlacementOfferRequest, ReaffirmPlacementOfferRequest,
    Setting, Stage as Part, WithdrawPlacementOfferRequest,
};

/// Whose being there says that the placements are.
pub const FIRST: &str = "partners/durham/placementOffers/peterlee-families-first";

const FINAL: &[Part] = &[Part::Final];
const EARLY: &[Part] = &[Part::First];
const BOTH: &[Part] = &[Part::First, Part::Final];

/// How far an offer is led.
#[derive(Clone, Copy, PartialEq)]
enum Led {
    Draft,
    Published,
    /// Said to be still true.
    Reaffirmed,
    Withdrawn,
}

struct Offer {
    host: &'static str,
    id: &'static str,
    team: &'static str,
    setting: Setting,
    statutory: bool,
    stages: &'static [Part],
    places: i32,
    outcode: &'static str,
    /// Empty where the host names somebody on acceptance.
    educator: &'static str,
    driver: bool,
    weekdays: &'static [i32],
    led: Led,
}

/// What most offers are: open, statutory, for one final placement from Monday to Friday.
const USUAL: Offer = Offer {
    host: "durham",
    id: "",
    team: "",
    setting: Setting::Unspecified,
    statutory: true,
    stages: FINAL,
    places: 1,
    outcode: "",
    educator: "",
    driver: false,
    weekdays: &[],
    led: Led::Published,
};

const OFFERS: &[Offer] = &[
    Offer {
        id: "peterlee-families-first",
        team: "Families First, Peterlee",
        setting: Setting::FamiliesFirst,
        stages: BOTH,
        places: 2,
        outcode: "SR8",
        educator: "d-1101",
        led: Led::Reaffirmed,
        ..USUAL
    },
    Offer {
        id: "bishop-auckland-looked-after",
        team: "Children looked after, Bishop Auckland",
        setting: Setting::ChildrenLookedAfter,
        places: 2,
        outcode: "DL14",
        educator: "d-1102",
        driver: true,
        ..USUAL
    },
    Offer {
        id: "stanley-adults",
        team: "Adult care, Stanley",
        setting: Setting::Adults,
        outcode: "DH9",
        educator: "d-1103",
        ..USUAL
    },
    Offer {
        id: "durham-mental-health",
        team: "Community mental health, Durham City",
        setting: Setting::MentalHealth,
        outcode: "DH1",
        educator: "d-1104",
        led: Led::Reaffirmed,
        ..USUAL
    },
    Offer {
        id: "newton-aycliffe-early-help",
        team: "Early help, Newton Aycliffe",
        setting: Setting::EarlyHelp,
        statutory: false,
        stages: EARLY,
        places: 2,
        outcode: "DL5",
        educator: "d-1105",
        ..USUAL
    },
    Offer {
        id: "durham-fostering",
        team: "Fostering, Durham City",
        setting: Setting::Fostering,
        statutory: false,
        stages: BOTH,
        outcode: "DH1",
        led: Led::Draft,
        ..USUAL
    },
    Offer {
        host: "gateshead",
        id: "central-assessment",
        team: "Assessment, Gateshead Central",
        setting: Setting::FamiliesFirst,
        places: 2,
        outcode: "NE8",
        educator: "g-2101",
        led: Led::Reaffirmed,
        ..USUAL
    },
    Offer {
        host: "gateshead",
        id: "blaydon-adults",
        team: "Adult care, Blaydon",
        setting: Setting::Adults,
        outcode: "NE21",
        educator: "g-2102",
        ..USUAL
    },
    Offer {
        host: "gateshead",
        id: "felling-young-people",
        team: "Adolescents, Felling",
        setting: Setting::YoungPeople,
        statutory: false,
        stages: BOTH,
        outcode: "NE10",
        educator: "g-2103",
        weekdays: &[1, 2, 3, 4],
        ..USUAL
    },
    Offer {
        host: "gateshead",
        id: "low-fell-fostering",
        team: "Fostering, Low Fell",
        setting: Setting::Fostering,
        statutory: false,
        stages: EARLY,
        places: 2,
        outcode: "NE9",
        ..USUAL
    },
    Offer {
        host: "sunderland",
        id: "houghton-disabilities",
        team: "Disabled children, Houghton-le-Spring",
        setting: Setting::ChildrenWithDisabilities,
        outcode: "DH4",
        educator: "s-3103",
        driver: true,
        ..USUAL
    },
    Offer {
        host: "sunderland",
        id: "washington-adults",
        team: "Adult care, Washington",
        setting: Setting::Adults,
        stages: BOTH,
        places: 2,
        outcode: "NE38",
        educator: "s-3101",
        led: Led::Reaffirmed,
        ..USUAL
    },
    Offer {
        host: "sunderland",
        id: "sunderland-mental-health",
        team: "Community mental health, Sunderland East",
        setting: Setting::MentalHealth,
        outcode: "SR1",
        educator: "s-3102",
        ..USUAL
    },
    Offer {
        host: "sunderland",
        id: "hendon-families",
        team: "Families First, Hendon",
        setting: Setting::FamiliesFirst,
        stages: EARLY,
        outcode: "SR2",
        educator: "s-3104",
        ..USUAL
    },
    Offer {
        host: "sunderland",
        id: "southwick-care-leavers",
        team: "Care leavers, Southwick",
        setting: Setting::YoungPeople,
        statutory: false,
        outcode: "SR5",
        led: Led::Withdrawn,
        ..USUAL
    },
];

/// # Errors
/// The service refuses.
pub async fn offer(stage: &mut Stage) -> Result<Vec<String>> {
    for offer in OFFERS {
        draft(stage, offer).await?;
        lead(stage, offer).await?;
    }
    let open = OFFERS.iter().filter(|offer| matches!(offer.led, Led::Published | Led::Reaffirmed));
    let places: i32 = open.map(|offer| offer.places).sum();
    Ok(vec![format!(
        "{} offers of durham, gateshead and sunderland: {places} places in {} teams, a draft, and one taken back",
        OFFERS.len(),
        OFFERS.len() - 2
    )])
}

async fn draft(stage: &mut Stage, offer: &Offer) -> Result<()> {
    let year = stage.placement_year();
    let parent = format!("partners/{}", offer.host);
    let named =
        (!offer.educator.is_empty()).then(|| format!("{parent}/practiceEducators/{}", offer.educator));
    let placement_offer = PlacementOffer {
        academic_year: stage.placement_years(),
        team: offer.team.into(),
        setting: offer.setting.into(),
        statutory: offer.statutory,
        stages: offer.stages.iter().map(|part| (*part).into()).collect(),
        places: offer.places,
        earliest_start_date: format!("{}-01-04", year + 1),
        latest_end_date: format!("{}-07-30", year + 1),
        weekdays: offer.weekdays.to_vec(),
        location: Some(map::at(offer.outcode)),
        driver_required: offer.driver,
        practice_educators: named.into_iter().collect(),
        ..PlacementOffer::default()
    };
    let ask = CreatePlacementOfferRequest {
        parent,
        placement_offer: Some(placement_offer),
        placement_offer_id: offer.id.into(),
        request_id: stage.id(offer.id),
    };
    let request = stage.ask(offer.host, ask)?;
    stage.hosting.create_placement_offer(request).await?;
    Ok(())
}

async fn lead(stage: &mut Stage, offer: &Offer) -> Result<()> {
    let name = format!("partners/{}/placementOffers/{}", offer.host, offer.id);
    if offer.led == Led::Draft {
        return Ok(());
    }
    let request_id = stage.id(&format!("publish {}", offer.id));
    let ask = PublishPlacementOfferRequest { name: name.clone(), request_id, ..Default::default() };
    let request = stage.ask(offer.host, ask)?;
    stage.hosting.publish_placement_offer(request).await?;
    let request_id = stage.id(&format!("lead {}", offer.id));
    if offer.led == Led::Reaffirmed {
        let request = stage.ask(offer.host, ReaffirmPlacementOfferRequest { name, request_id })?;
        stage.hosting.reaffirm_placement_offer(request).await?;
    } else if offer.led == Led::Withdrawn {
        let reason = "the team moves to another building".into();
        let ask = WithdrawPlacementOfferRequest { name, reason, request_id, ..Default::default() };
        let request = stage.ask(offer.host, ask)?;
        stage.hosting.withdraw_placement_offer(request).await?;
    }
    Ok(())
}
