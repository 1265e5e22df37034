//! A service opened in process, without a socket.

use admission::Partners;
use ledger::{Database, Done, Plant};
use masterclasses::{
    Masterclasses, Settings,
    actions::{
        AnswerOffer, BookSeats, CancelBooking, CancelSession, CreateMasterclass, CreateSessions,
        ListBookings, RecordAttendance, UpdateSession,
    },
    domain::{
        Attendee, Booking, BookingName, Format, Masterclass, SeatAsk, Session, SessionEdit, SessionName,
        SessionPlan, WaitlistPolicy,
    },
    error::Error,
    store::bookings::Filter,
};
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;
use vocabulary::{Call, Clock, PageSize, PartnerKind, PersonName, Personal, RequestId, Role, Scope};

pub struct House {
    pub app: Masterclasses,
    pub clock: Clock,
    pub settings: Settings,
    pub postgres: Option<testkit::Database>,
    stop: CancellationToken,
    _file: Option<testkit::SqlitePath>,
}

impl House {
    pub async fn on_sqlite() -> Self {
        Self::on_sqlite_with(Plant::None).await
    }

    pub async fn on_postgres() -> Self {
        Self::on_postgres_with(Plant::None).await
    }

    /// With a known bug built in.
    pub async fn on_sqlite_with(plant: Plant) -> Self {
        let file = testkit::sqlite_path();
        let mut settings = Settings::load(None).unwrap();
        settings.database.file = Some(file.path().to_owned());
        settings.database.plant = plant;
        Self::open(settings, None, Some(file)).await
    }

    /// With a known bug built in.
    pub async fn on_postgres_with(plant: Plant) -> Self {
        let database = testkit::postgres().fresh_database().await;
        let mut settings = postgres(&database);
        settings.database.plant = plant;
        Self::open(settings, Some(database), None).await
    }

    async fn open(
        settings: Settings,
        postgres: Option<testkit::Database>,
        file: Option<testkit::SqlitePath>,
    ) -> Self {
        let clock = Clock::movable();
        let (app, stop) = up(&settings, &clock).await;
        Self { app, clock, settings, postgres, stop, _file: file }
    }

    /// Another process of the service, on the same PostgreSQL.
    pub async fn another(&self) -> Self {
        let (settings, clock) = (self.settings.clone(), self.clock.clone());
        let (app, stop) = up(&settings, &clock).await;
        Self { app, clock, settings, postgres: None, stop, _file: None }
    }
}

async fn up(settings: &Settings, clock: &Clock) -> (Masterclasses, CancellationToken) {
    let stop = CancellationToken::new();
    let app = Masterclasses::open(settings, partners(), clock.clone(), stop.clone()).await.unwrap();
    (app, stop)
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Those of development.
fn partners() -> Partners {
    let fresh = testkit::sqlite_path();
    let folder = fresh.path().with_extension("partners");
    Partners::write_defaults(&folder, &[]).unwrap();
    Partners::load(&folder.join("partners.toml")).unwrap()
}

/// The settings of a service on this database.
pub fn postgres(database: &testkit::Database) -> Settings {
    let mut settings = Settings::load(None).unwrap();
    settings.database.postgres = Some(database.app_url.clone());
    settings.database.postgres_owner = Some(database.owner_url.clone());
    settings
}

/// A scheduler of a partner.
pub fn call(partner: &str) -> Call {
    let kind = if partner == "teesside" { PartnerKind::University } else { PartnerKind::Council };
    let caller = testkit::caller(partner, kind, &[Role::Scheduler, Role::ProgrammeManager], "scheduler");
    testkit::call(caller, "suite")
}

pub fn person(partner: &str, n: usize) -> PersonName {
    PersonName::new(&partner.parse().unwrap(), &format!("p{n}")).unwrap()
}

pub fn seat(person: PersonName) -> SeatAsk {
    SeatAsk {
        attendee: Attendee {
            person,
            display_name: Personal::new("Ann".into()),
            email: Personal::default(),
            social_work_england_number: Personal::default(),
        },
        audience: None,
        access_needs: Personal::default(),
        allow_overlap: true,
    }
}

/// What the tests do, in one line each.
impl House {
    pub async fn announce(&self, host: &str, id: &str) -> Masterclass {
        let ask = CreateMasterclass {
            id: Some(id.parse().unwrap()),
            host: None,
            title: "Trauma".into(),
            description: String::new(),
            format: Format::Seminar,
            lecturers: vec![],
            audiences: vec![],
            cpd_hours: String::new(),
            learning_needs: vec![],
            request_id: None,
        };
        self.app.create_masterclass(&call(host), ask).await.unwrap().value
    }

    /// A session in ten days.
    pub async fn schedule(&self, host: &str, class: &Masterclass, id: &str, plan: SessionPlan) -> Session {
        let ask = CreateSessions {
            masterclass: class.name.clone(),
            id: Some(id.parse().unwrap()),
            plan,
            recurrence: None,
            request_id: None,
        };
        self.app.create_sessions(&call(host), ask).await.unwrap().value.remove(0)
    }

    pub fn plan(&self, capacity: u32, waitlist_policy: WaitlistPolicy) -> SessionPlan {
        let start = self.clock.now() + chrono::Duration::days(10);
        SessionPlan {
            start,
            end: start + chrono::Duration::hours(2),
            time_zone: "Europe/London".into(),
            venue: String::new(),
            online_url: String::new(),
            capacity,
            fences: vec![],
            fence_release: None,
            booking_open: None,
            booking_close: None,
            waitlist_policy,
            offer_hours: 48,
        }
    }

    pub async fn book(
        &self,
        by: &str,
        session: &SessionName,
        people: &[usize],
    ) -> Result<Done<Vec<Booking>>, Error> {
        self.book_as(by, session, people, None).await
    }

    pub async fn book_as(
        &self,
        by: &str,
        session: &SessionName,
        people: &[usize],
        request_id: Option<RequestId>,
    ) -> Result<Done<Vec<Booking>>, Error> {
        let seats = people.iter().map(|n| seat(person(by, *n))).collect();
        let ask = BookSeats { session: session.clone(), seats, join: true, request_id };
        self.app.book_seats(&call(by), ask).await
    }

    pub async fn cancel(&self, by: &str, booking: &BookingName) -> Result<Done<Vec<Booking>>, Error> {
        let ask =
            CancelBooking { booking: booking.clone(), etag: None, reason: String::new(), request_id: None };
        self.app.cancel_booking(&call(by), ask).await
    }

    pub async fn answer(
        &self,
        by: &str,
        booking: &BookingName,
        accept: bool,
    ) -> Result<Done<Vec<Booking>>, Error> {
        let ask = AnswerOffer { booking: booking.clone(), accept, request_id: None };
        self.app.answer_offer(&call(by), ask).await
    }

    pub async fn edit(
        &self,
        by: &str,
        name: &SessionName,
        edit: SessionEdit,
    ) -> Result<Done<Session>, Error> {
        let ask = UpdateSession { name: name.clone(), etag: None, edit, request_id: None };
        self.app.update_session(&call(by), ask).await
    }

    pub async fn call_off(&self, by: &str, name: &SessionName) -> Result<Done<Session>, Error> {
        let ask = CancelSession { name: name.clone(), etag: None, reason: "Snow".into(), request_id: None };
        self.app.cancel_session(&call(by), ask).await
    }

    pub async fn record(
        &self,
        by: &str,
        booking: &BookingName,
        came: bool,
    ) -> Result<Done<Vec<Booking>>, Error> {
        let (session, attendances) = (booking.session.clone(), vec![(booking.clone(), came)]);
        self.app
            .record_attendance(&call(by), RecordAttendance { session, attendances, request_id: None })
            .await
    }

    /// All of a session that a partner may see, in the order of making.
    pub async fn bookings(&self, by: &str, session: &SessionName) -> Vec<Booking> {
        let size = PageSize::from_wire(1_000).unwrap();
        let filter = Filter { session: Some(session.clone()), ..Filter::default() };
        self.app.list_bookings(&call(by), ListBookings { filter, size }).await.unwrap().rows
    }

    pub async fn session(&self, name: &SessionName) -> Session {
        let tx = self.app.ledger.database.read(&vocabulary::Scope::Service, None).await.unwrap();
        masterclasses::store::sessions::get(&tx, name).await.unwrap().unwrap()
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
