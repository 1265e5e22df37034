//! A service opened in process on either database, and asked through its door without a socket.

pub mod market;

use admission::{Partners, Sealer};
use contracts::{
    common::v1::Person,
    placements::v1::{
        CreatePlacementOfferRequest, CreatePracticeEducatorRequest, Location, PlacementOffer,
        PracticeEducator, PublishPlacementOfferRequest, Setting, Stage,
        hosting_service_client::HostingServiceClient, practice_educator::Qualification,
    },
};
use ledger::{Change, ChangeKind, Database, FeedRow, Viewers};
use placements::{
    Placements, Settings,
    domain::{self, Refusal},
    rpc, store,
};
use sqlx::{Connection, Executor, PgConnection};
use std::{net::SocketAddr, path::PathBuf, time::Duration};
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::{
    Request, Status,
    service::{Interceptor, Routes, interceptor::InterceptedService},
};
use vocabulary::{Call, Clock, PartnerKind, Role, Scope};

pub struct House {
    pub app: Placements,
    pub clock: Clock,
    routes: Routes,
    stop: DropGuard,
    settings: Settings,
    folder: Folder,
    file: Option<testkit::SqlitePath>,
    postgres: Option<testkit::Database>,
}

/// Gone with whoever holds it.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Where other services answer, by their names.
pub type Others<'a> = &'a [(&'a str, SocketAddr)];

/// The way in past the porch, as somebody.
pub type Door = InterceptedService<Routes, As>;
pub type Hosting = HostingServiceClient<Door>;

/// Whoever has come past the porch.
#[derive(Clone)]
pub struct As(Call);

impl Interceptor for As {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.extensions_mut().insert(self.0.clone());
        Ok(request)
    }
}

/// Outward codes that the service knows.
const OUTCODES: &str =
    "id,outcode,latitude,longitude\n1,DH1,54.77,-1.57\n2,NE8,54.95,-1.6\n3,TS1,54.57,-1.23\n";

impl House {
    pub async fn on_sqlite() -> Self {
        Self::on_sqlite_beside(&[]).await
    }

    pub async fn on_postgres() -> Self {
        Self::on_postgres_beside(&[]).await
    }

    /// One that speaks for every partner to these.
    pub async fn on_sqlite_beside(others: Others<'_>) -> Self {
        let file = testkit::sqlite_path();
        let mut settings = Settings::load(None).unwrap();
        settings.database.file = Some(file.path().to_owned());
        Self::open(settings, others, Some(file), None).await
    }

    /// As [`House::on_sqlite_beside`].
    pub async fn on_postgres_beside(others: Others<'_>) -> Self {
        let database = testkit::postgres().fresh_database().await;
        let mut settings = Settings::load(None).unwrap();
        settings.database.postgres = Some(database.app_url.clone());
        settings.database.postgres_owner = Some(database.owner_url.clone());
        Self::open(settings, others, None, Some(database)).await
    }

    async fn open(
        mut settings: Settings,
        others: Others<'_>,
        file: Option<testkit::SqlitePath>,
        postgres: Option<testkit::Database>,
    ) -> Self {
        let folder = std::env::temp_dir().join(format!("practicum-placements-{}", vocabulary::Ids.next()));
        let folder = Folder(folder);
        Partners::write_defaults(&folder.0, others).unwrap();
        std::fs::write(folder.0.join("outcodes.csv"), OUTCODES).unwrap();
        settings.rules.outcodes = Some(folder.0.join("outcodes.csv"));
        settings.peers.keys = Some(folder.0.join("keys")).filter(|_| !others.is_empty());
        let clock = Clock::movable();
        let (app, routes, stop) = stand(&settings, &folder, &clock).await.unwrap();
        Self { app, clock, routes, stop, settings, folder, file, postgres }
    }

    /// The service anew over what this one leaves behind, as if its process had ended.
    pub async fn reopened(self) -> Self {
        let Self { app, clock, routes, stop, settings, folder, file, postgres } = self;
        drop((app, routes, stop));
        loop {
            // The file is another's for as long as tasks of the first one end.
            match stand(&settings, &folder, &clock).await {
                Ok((app, routes, stop)) => {
                    return Self { app, clock, routes, stop, settings, folder, file, postgres };
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    /// Moves the clock to noon of a day.
    pub fn at(&self, day: &str) {
        let noon: vocabulary::Instant = format!("{day}T12:00:00Z").parse().unwrap();
        self.clock.advance(noon - self.clock.now());
    }

    /// Where it is on PostgreSQL: a connection as the owner of the tables, who sees every row.
    pub async fn owner(&self) -> PgConnection {
        let url = &self.postgres.as_ref().unwrap().owner_url;
        let mut owner = PgConnection::connect(url).await.unwrap();
        owner.execute("SET search_path TO placements; SET practicum.scope TO 'service'").await.unwrap();
        owner
    }

    /// Where it is on PostgreSQL: a connection as the service's own role, with no scope.
    pub async fn role(&self) -> PgConnection {
        let url = &self.postgres.as_ref().unwrap().app_url;
        let mut role = PgConnection::connect(url).await.unwrap();
        role.execute("SET search_path TO placements").await.unwrap();
        role
    }

    /// The door, as whoever calls.
    pub fn door(&self, call: Call) -> Door {
        InterceptedService::new(self.routes.clone(), As(call))
    }

    /// HostingService, as a partner's coordinator.
    pub fn hosting(&self, partner: &str) -> Hosting {
        HostingServiceClient::new(self.door(call(partner)))
    }

    /// Everything that the change feed holds, oldest first.
    pub async fn feed(&self) -> Vec<FeedRow> {
        let tx = self.app.ledger.database.read(&Scope::Service, None).await.unwrap();
        let rows = tx.all("SELECT * FROM feed ORDER BY seq", vec![]).await.unwrap();
        let text = |row: &sea_orm::QueryResult, column: &str| row.try_get::<String>("", column).unwrap();
        let read = |row: &sea_orm::QueryResult| FeedRow {
            seq: row.try_get("", "seq").unwrap(),
            at_us: row.try_get("", "at_us").unwrap(),
            collection: text(row, "collection"),
            resource: text(row, "resource"),
            kind: serde_json::from_value(text(row, "kind").into()).unwrap(),
            viewers: text(row, "viewers"),
            actor: text(row, "actor"),
        };
        rows.iter().map(read).collect()
    }

    /// Somebody who teaches for a host.
    pub async fn educator(&self, host: &str, id: &str, max_learners: i32) -> PracticeEducator {
        let request = CreatePracticeEducatorRequest {
            parent: format!("partners/{host}"),
            practice_educator: Some(PracticeEducator { max_learners, ..educator(host, id) }),
            practice_educator_id: id.into(),
            request_id: String::new(),
        };
        self.hosting(host).create_practice_educator(request).await.unwrap().into_inner()
    }

    /// A draft of a host.
    pub async fn draft(&self, host: &str, id: &str, offer: PlacementOffer) -> PlacementOffer {
        self.hosting(host).create_placement_offer(drafting(host, id, offer)).await.unwrap().into_inner()
    }

    /// An open offer of a host.
    pub async fn offer(&self, host: &str, id: &str, places: i32) -> PlacementOffer {
        let draft = self.draft(host, id, PlacementOffer { places, ..offer() }).await;
        let publish = PublishPlacementOfferRequest { name: draft.name, ..Default::default() };
        self.hosting(host).publish_placement_offer(publish).await.unwrap().into_inner()
    }

    /// Changes an offer as what becomes of a placement does, in a unit of the service's own.
    pub async fn change_offer<T: Send>(
        &self,
        name: &str,
        change: impl Fn(&mut domain::Offer) -> Result<T, Refusal> + Send + Sync,
    ) -> Result<T, Refusal> {
        ledger::retrying(|| self.change_offer_once(name, &change)).await.unwrap()
    }

    async fn change_offer_once<T: Send>(
        &self,
        name: &str,
        change: impl Fn(&mut domain::Offer) -> Result<T, Refusal> + Send + Sync,
    ) -> Result<Result<T, Refusal>, ledger::Fault> {
        let mut unit = self.app.ledger.begin(&Scope::Service, None).await?;
        let mut offer = store::offers::lock(unit.tx(), &name.parse().unwrap()).await?.unwrap();
        let made = match change(&mut offer) {
            Ok(made) => made,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let changed = Change {
            collection: "placementOffers",
            resource: name.into(),
            kind: ChangeKind::Updated,
            viewers: Viewers::Partners(vec![offer.name.partner.clone()]),
            actor: offer.name.partner.clone(),
        };
        offer.revision = unit.revise(vec![changed]).await?[0];
        store::offers::save(unit.tx(), &[&offer]).await?;
        self.app.ledger.commit(unit, vec![]).await?;
        Ok(Ok(made))
    }

    /// A placement of a university's student on an offer, past the service.
    pub async fn placed(&self, offer: &str, university: &str) {
        let offer: domain::OfferName = offer.parse().unwrap();
        let student = format!("{university}/{}", offer.id);
        let tx = self.app.ledger.database.write(&Scope::Service, None).await.unwrap();
        let made = "INSERT INTO students (id, partner, display_name, email, social_work_england_number) \
                    VALUES ($1, $2, '', '', '')";
        tx.run(made, vec![student.clone().into(), university.into()]).await.unwrap();
        let made = "INSERT INTO placements (id, revision, need, offer, host, university, student, stage, setting, \
                    statutory, state, start_date, weekdays, days_required, days_attended, skills_days, projected_end, \
                    suspensions, reviews, concerns, waivers, rules, recommendation, reason, create_us, update_us) \
                    VALUES ($1, 1, $2, $3, $4, $5, $2, 'final', 'adults', true, 'accepted', '2026-09-21', 31, 100, 0, 0, \
                    '2027-03-01', '[]', '[]', '[]', '[]', '[]', '', '', 0, 0)";
        let values =
            [offer.id.to_string(), student, offer.key(), offer.partner.to_string(), university.to_owned()];
        tx.run(made, values.map(Into::into).to_vec()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Holds a place.
    pub async fn hold(&self, offer: &str) -> Result<(), Refusal> {
        let now = self.clock.now();
        self.change_offer(offer, |offer| offer.hold(now)).await
    }
}

async fn stand(
    settings: &Settings,
    folder: &Folder,
    clock: &Clock,
) -> anyhow::Result<(Placements, Routes, DropGuard)> {
    let partners = Partners::load(&folder.0.join("partners.toml"))?;
    let sealer = Sealer::open_or_create(&folder.0.join("seal.key"))?;
    let stop = CancellationToken::new();
    let app = Placements::open(settings, partners, clock.clone(), stop.clone()).await?;
    let routes = rpc::routes(app.clone(), sealer, settings.server.max_message_bytes);
    Ok((app, routes, stop.drop_guard()))
}

/// A partner's coordinator.
pub fn call(partner: &str) -> Call {
    let kind = match partner {
        "teesside" | "northumbria" => PartnerKind::University,
        "shelter" => PartnerKind::Voluntary,
        _ => PartnerKind::Council,
    };
    testkit::call(testkit::caller(partner, kind, &[Role::PlacementCoordinator], "coordinator"), "suite")
}

/// The reason of a refusal.
pub fn reason<T: std::fmt::Debug>(answer: Result<T, Status>) -> String {
    refusals::reason(&answer.unwrap_err()).unwrap()
}

/// The fields that a refusal names.
pub fn fields<T: std::fmt::Debug>(answer: Result<T, Status>) -> Vec<String> {
    use tonic_types::StatusExt;
    let status = answer.unwrap_err();
    assert_eq!(refusals::reason(&status).as_deref(), Some("INVALID_FIELDS"), "{status:?}");
    let bad = status.get_details_bad_request().unwrap();
    bad.field_violations.into_iter().map(|violation| violation.field).collect()
}

/// Somebody who may teach both placements.
pub fn educator(host: &str, id: &str) -> PracticeEducator {
    PracticeEducator {
        person: Some(Person {
            person: format!("partners/{host}/people/{id}"),
            display_name: format!("Educator {id}"),
            email: format!("{id}@{host}.example"),
            social_work_england_number: "SW123".into(),
        }),
        qualification: Qualification::Stage2.into(),
        current_until: "2199-07-31".into(),
        team: "North".into(),
        ..Default::default()
    }
}

/// Two places in a team for adults.
pub fn offer() -> PlacementOffer {
    PlacementOffer {
        academic_year: "2026/27".into(),
        team: "Adults North".into(),
        setting: Setting::Adults.into(),
        statutory: true,
        stages: vec![Stage::Final.into(), Stage::First.into()],
        places: 2,
        location: Some(Location { postcode: "DH1 5UL".into(), latitude: None, longitude: None }),
        ..Default::default()
    }
}

/// Asks for a draft.
pub fn drafting(host: &str, id: &str, offer: PlacementOffer) -> CreatePlacementOfferRequest {
    CreatePlacementOfferRequest {
        parent: format!("partners/{host}"),
        placement_offer: Some(offer),
        placement_offer_id: id.into(),
        request_id: String::new(),
    }
}

/// Rows that the service has read so far of each table.
pub async fn rows_read<const N: usize>(
    database: &Database,
    owner: &mut PgConnection,
    tables: [&str; N],
) -> [i64; N] {
    let nobody = Scope::Partner("nobody".parse().unwrap());
    testkit::rows_read(owner, tables, async || {
        database.read(&nobody, None).await.unwrap().commit().await.unwrap()
    })
    .await
}
