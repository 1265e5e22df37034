//! Masterclasses: what a workforce needs taught, who teaches it and when, and who has a seat.

pub mod actions;
mod changes;
pub mod domain;
pub mod error;
mod meters;
pub mod rpc;
pub mod settings;
pub mod store;

pub use settings::Settings;

use actions::desk::{self, Desk};
use admission::{Partners, Sealer, Verifier};
use anyhow::{Context, Result};
use cache::{Cache, Shelf};
use domain::{Masterclass, RuleBook, Session, SessionName};
use ledger::{Database, FeedRow, Follower, Keep, Ledger, Plant};
use meters::Meters;
use std::{path::PathBuf, pin::Pin, sync::Arc};
use tokio_util::sync::CancellationToken;
use vocabulary::{Clock, Ids, ResourceId};

/// The service: what its actions work with. Cheap to clone.
#[derive(Clone)]
pub struct Masterclasses {
    pub ledger: Ledger,
    pub desk: Desk,
    pub cache: Cache,
    pub sessions: Shelf<Session>,
    pub masterclasses: Shelf<Masterclass>,
    pub rules: Arc<RuleBook>,
    /// For whom seats may be kept.
    pub partners: Partners,
    meters: Arc<Meters>,
    ids: Ids,
    plant: Plant,
    caution: Arc<desk::Caution>,
    memory: Arc<store::desk::Memory>,
}

impl Masterclasses {
    /// Opens database and cache, and starts what runs in the background until `stop`: the desk, the follower of the
    /// feed, the sweeper and the janitor.
    ///
    /// # Errors
    /// The settings are unsafe, or the database cannot be opened.
    pub async fn open(
        settings: &Settings,
        partners: Partners,
        clock: Clock,
        stop: CancellationToken,
    ) -> Result<Self> {
        let database = Database::open::<store::migrations::Migrator>(&settings.database).await?;
        let cache = Cache::open(&settings.cache).await?;
        let (desk, queue) = Desk::new();
        let measured = chassis::Meters::new("masterclasses", &database, &cache);
        let app = Self {
            ledger: Ledger { database, clock, follower: Follower::default() },
            desk,
            sessions: cache.shelf("sessions"),
            masterclasses: cache.shelf("masterclasses"),
            cache,
            rules: Arc::new(settings.rules.clone()),
            partners,
            meters: Arc::new(Meters::new()),
            ids: Ids,
            plant: settings.database.plant,
            caution: Arc::default(),
            memory: Arc::default(),
        };
        let (ledger, cache) = (app.ledger.clone(), app.cache.clone());
        let clock = app.ledger.clock.clone();
        let tell = Box::new(move |rows: Option<&[Arc<FeedRow>]>, seen| {
            measured.heard(rows, clock.now());
            chassis::hear(&cache, rows, seen, key);
        });
        ledger.follower.start(ledger.database.clone(), tell, stop.clone()).await?;
        ledger.keep_house(Keep::from(&settings.database), stop.clone());
        tokio::spawn(desk::run(app.clone(), queue, stop.clone()));
        tokio::spawn(app.clone().keep_sweeping(stop));
        Ok(app)
    }

    /// An id for something new. It sorts by the time of making.
    fn new_id(&self) -> ResourceId {
        let id = self.ids.next();
        // 32 hexadecimal digits are an id by the rules of names.
        id.parse().unwrap_or_else(|_| unreachable!("made ids are well-formed"))
    }
}

/// The key of what changed, if it is kept on a shelf, which is called as its collection is.
fn key(row: &FeedRow) -> Option<String> {
    Some(match row.collection.as_str() {
        "sessions" => row.resource.parse::<SessionName>().ok()?.key(),
        "masterclasses" => row.resource.strip_prefix("masterclasses/")?.to_owned(),
        _ => return None,
    })
}

/// The service, standing.
pub type Standing = chassis::Standing<Masterclasses>;

/// Opens the service and serves it. Boxed, so that the large future is compiled here once.
///
/// # Errors
/// The settings are unsafe, or something that the service needs cannot be had.
pub fn start(settings: Settings, clock: Clock) -> Pin<Box<dyn Future<Output = Result<Standing>> + Send>> {
    Box::pin(async move {
        let stop = CancellationToken::new();
        let partners = Partners::load(&settings.identity.partners)?;
        let verifier = Arc::new(Verifier::new(partners.clone(), settings.identity.audience.clone()));
        let key = &settings.identity.seal_key;
        let sealer = Sealer::open_or_create(key).with_context(|| format!("seal key {}", key.display()))?;
        let app = Masterclasses::open(&settings, partners, clock.clone(), stop.clone()).await?;
        let gate = chassis::gate(verifier, clock, app.ledger.clone());
        let service = chassis::Service {
            name: "masterclasses",
            routes: rpc::routes(app.clone(), sealer, settings.server.max_message_bytes),
            access: rpc::access::table()?,
            grpc_services: rpc::SERVICES.to_vec(),
            descriptors: contracts::FILE_DESCRIPTOR_SET,
        };
        let running = chassis::serve(service, &settings.server, gate).await?;
        Ok(Standing::new(app, running, stop))
    })
}

/// The process: settings, telemetry, open, serve until told to stop, flush.
///
/// # Errors
/// As [`start`].
pub fn run(settings: Option<PathBuf>) -> Result<()> {
    chassis::process("masterclasses", async || {
        start(Settings::load(settings.as_deref())?, Clock::system()).await
    })
}
