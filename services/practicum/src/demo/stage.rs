//! How the demo's partners call: each with a token of its own, each step under a request id of its own.

use super::{cast, marker::request_id};
use crate::{cli::Identity, client, folder::Folder, serve::Stand, token};
use anyhow::{Context, Result, anyhow};
use chrono::Datelike;
use contracts::{
    enrolments::v1::{GetCourseRequest, enrolment_service_client::EnrolmentServiceClient},
    masterclasses::v1::{
        GetMasterclassRequest, booking_service_client::BookingServiceClient,
        masterclass_service_client::MasterclassServiceClient,
    },
    placements::v1::{
        GetPlacementOfferRequest, hosting_service_client::HostingServiceClient,
        matching_service_client::MatchingServiceClient,
    },
};
use jiff::{ToSpan, civil::Weekday, tz::TimeZone};
use prost_types::Timestamp;
use std::{collections::BTreeMap, time::Duration};
use tonic::{
    Code, Request,
    metadata::{Ascii, MetadataValue},
    transport::Channel,
};
use vocabulary::{Instant, Role, from_micros};

const LIFE: Duration = Duration::from_secs(10 * 60);
/// Who does what the demo shows.
const ROLES: [Role; 5] = [
    Role::ProgrammeManager,
    Role::Scheduler,
    Role::Registrar,
    Role::PlacementCoordinator,
    Role::PartnershipCoordinator,
];

pub struct Stage {
    pub masterclasses: MasterclassServiceClient<Channel>,
    pub bookings: BookingServiceClient<Channel>,
    pub enrolments: EnrolmentServiceClient<Channel>,
    pub hosting: HostingServiceClient<Channel>,
    pub matching: MatchingServiceClient<Channel>,
    bearers: BTreeMap<&'static str, MetadataValue<Ascii>>,
    began: Instant,
}

impl Stage {
    /// # Errors
    /// A service does not answer, or a partner of the demo has no development key.
    pub async fn new(folder: &Folder, stand: &Stand) -> Result<Self> {
        let channel = connect(stand, "masterclasses").await?;
        let enrolments = EnrolmentServiceClient::new(connect(stand, "enrolments").await?);
        let mut bearers = BTreeMap::new();
        for partner in cast::PARTNERS {
            let (partner_id, role) = (partner.parse()?, ROLES.to_vec());
            let identity = Identity { partner: Some(partner_id), role, subject: Some("demo".into()) };
            let token = token::mint(folder, &identity, LIFE);
            let token = token.context("the demo is for the partners that partners.toml has by default")?;
            bearers.insert(partner, client::bearer(&token)?);
        }
        let masterclasses = MasterclassServiceClient::new(channel.clone());
        let placements = connect(stand, "placements").await?;
        Ok(Self {
            masterclasses,
            bookings: BookingServiceClient::new(channel),
            enrolments,
            hosting: HostingServiceClient::new(placements.clone()),
            matching: MatchingServiceClient::new(placements),
            bearers,
            began: from_micros(0),
        })
    }

    /// What every date and every request id counts from.
    pub fn since(&mut self, began: Instant) {
        self.began = began;
    }

    /// # Errors
    /// The service says something else than yes or no.
    pub async fn has_masterclass(&mut self, name: &str) -> Result<bool> {
        let request = self.ask("durham", GetMasterclassRequest { name: name.into() })?;
        is_there(self.masterclasses.get_masterclass(request).await)
    }

    /// # Errors
    /// The service says something else than yes or no.
    pub async fn has_course(&mut self, name: &str) -> Result<bool> {
        let request = self.ask("teesside", GetCourseRequest { name: name.into() })?;
        is_there(self.enrolments.get_course(request).await)
    }

    /// # Errors
    /// The service says something else than yes or no.
    pub async fn has_offer(&mut self, name: &str) -> Result<bool> {
        let request = self.ask("durham", GetPlacementOfferRequest { name: name.into() })?;
        is_there(self.hosting.get_placement_offer(request).await)
    }

    /// A request of this partner's.
    ///
    /// # Errors
    /// The partner is not of the demo.
    pub fn ask<T>(&self, partner: &str, message: T) -> Result<Request<T>> {
        let bearer = self.bearers.get(partner).with_context(|| format!("{partner} is not of the demo"))?;
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", bearer.clone());
        Ok(request)
    }

    /// The same for the same step of the same load.
    pub fn id(&self, step: &str) -> String {
        request_id(self.began, step)
    }

    /// The year in whose autumn the academic year began that is under way.
    ///
    /// # Errors
    /// The clock stands outside the calendar.
    pub fn academic_year(&self) -> Result<i16> {
        let began = jiff::Timestamp::from_microsecond(self.began.timestamp_micros())?;
        let date = began.to_zoned(TimeZone::get("Europe/London")?).date();
        Ok(if date.month() >= 9 { date.year() } else { date.year() - 1 })
    }

    /// The calendar year in which the academic year of its placements begins: they start in the January after, which
    /// lies ahead whenever the demo is loaded.
    pub fn placement_year(&self) -> i16 {
        i16::try_from(self.began.year()).unwrap_or(i16::MAX - 9)
    }

    /// "2026/27"
    pub fn placement_years(&self) -> String {
        let year = self.placement_year();
        format!("{year}/{:02}", (year + 1) % 100)
    }

    /// So many weeks after the Monday that follows, at a time of day in London.
    ///
    /// # Errors
    /// The clock stands outside the calendar.
    pub fn at(&self, weeks: i64, day: Weekday, hour: i8, minute: i8) -> Result<Timestamp> {
        let zone = TimeZone::get("Europe/London")?;
        let began = jiff::Timestamp::from_microsecond(self.began.timestamp_micros())?;
        let monday = began.to_zoned(zone.clone()).date().nth_weekday(1, Weekday::Monday)?;
        let date = monday.checked_add((weeks * 7 + i64::from(day.to_monday_zero_offset())).days())?;
        let seconds = date.at(hour, minute, 0, 0).to_zoned(zone)?.timestamp().as_second();
        Ok(Timestamp { seconds, nanos: 0 })
    }
}

fn is_there<T>(answer: Result<T, tonic::Status>) -> Result<bool> {
    match answer {
        Ok(_) => Ok(true),
        Err(status) if status.code() == Code::NotFound => Ok(false),
        Err(status) => Err(status.into()),
    }
}

async fn connect(stand: &Stand, service: &str) -> Result<Channel> {
    let address = stand.addresses.get(service).with_context(|| format!("the demo needs {service}"))?;
    client::connect(address, stand.ca.as_deref()).await
}

/// The one that a list answers, where there must be one.
///
/// # Errors
/// There is none.
pub fn first<T>(list: Vec<T>) -> Result<T> {
    list.into_iter().next().ok_or_else(|| anyhow!("an answer that should hold one thing holds none"))
}
