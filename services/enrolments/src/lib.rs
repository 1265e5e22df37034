//! Enrolments: what universities teach, and who is on it.

pub mod actions;
mod changes;
pub mod domain;
pub mod error;
mod peers;
pub mod rpc;
pub mod settings;
pub mod store;

pub use settings::Settings;

use admission::{Partners, Sealer, Verifier};
use anyhow::{Context, Result};
use cache::{Cache, Shelf};
use chassis::Peers;
use domain::{Course, CourseName, CourseRun, RuleBook, Rules, RunName};
use ledger::{Database, Fault, FeedRow, Follower, Keep, Ledger};
use std::{path::PathBuf, pin::Pin, sync::Arc};
use tokio_util::sync::CancellationToken;
use vocabulary::{Clock, Ids, PartnerKind, ResourceId};

/// The service: what its actions work with. Cheap to clone.
#[derive(Clone)]
pub struct Enrolments {
    pub ledger: Ledger,
    pub cache: Cache,
    pub courses: Shelf<Course>,
    pub runs: Shelf<CourseRun>,
    pub rules: Arc<RuleBook>,
    /// Who may sponsor somebody.
    pub partners: Partners,
    ids: Ids,
}

impl Enrolments {
    /// Opens database and cache, and starts what runs in the background until `stop`: the follower of the feed, the
    /// sweeper and the janitor.
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
        let measured = chassis::Meters::new("enrolments", &database, &cache);
        let app = Self {
            ledger: Ledger { database, clock, follower: Follower::default() },
            courses: cache.shelf("courses"),
            runs: cache.shelf("courseRuns"),
            cache,
            rules: Arc::new(settings.rules.clone()),
            partners,
            ids: Ids,
        };
        let (ledger, cache) = (app.ledger.clone(), app.cache.clone());
        let clock = app.ledger.clock.clone();
        let tell = Box::new(move |rows: Option<&[Arc<FeedRow>]>, seen| {
            measured.heard(rows, clock.now());
            chassis::hear(&cache, rows, seen, key);
        });
        ledger.follower.start(ledger.database.clone(), tell, stop.clone()).await?;
        ledger.keep_house(Keep::from(&settings.database), stop.clone());
        tokio::spawn(app.clone().keep_sweeping(stop));
        Ok(app)
    }

    /// An id for something new. It sorts by the time of making.
    fn new_id(&self) -> ResourceId {
        let id = self.ids.next();
        // 32 hexadecimal digits are an id by the rules of names.
        id.parse().unwrap_or_else(|_| unreachable!("made ids are well-formed"))
    }

    /// The rules in force today.
    fn rules_now(&self) -> Result<&Rules, Fault> {
        let rules = self.rules.on(self.ledger.clock.now());
        rules.ok_or_else(|| Fault::Bug("the rule book is empty".into()))
    }
}

impl Enrolments {
    /// Follows what the people of each partner for whom this process speaks attend, and who is on a placement.
    fn follow(&self, peers: &Peers, stop: &CancellationToken) {
        for partner in peers.own() {
            match peers::Masterclasses::of(peers, &partner) {
                Ok(peer) => {
                    drop(tokio::spawn(self.clone().keep_following(peer, partner.clone(), stop.clone())))
                }
                Err(problem) => tracing::warn!(%problem, "attendance is not followed"),
            }
            if self.partners.get(&partner).is_none_or(|it| it.kind != PartnerKind::University) {
                continue;
            }
            match peers::Placements::of(peers, &partner) {
                Ok(peer) => {
                    drop(tokio::spawn(self.clone().keep_following_placements(peer, partner, stop.clone())));
                }
                Err(problem) => tracing::warn!(%problem, "placements are not followed"),
            }
        }
    }
}

/// The key of what changed, if it is kept on a shelf, which is called as its collection is.
fn key(row: &FeedRow) -> Option<String> {
    Some(match row.collection.as_str() {
        "courses" => row.resource.parse::<CourseName>().ok()?.key(),
        "courseRuns" => row.resource.parse::<RunName>().ok()?.key(),
        _ => return None,
    })
}

/// The service, standing.
pub type Standing = chassis::Standing<Enrolments>;

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
        let peers = Peers::open("enrolments", &settings.peers, partners.clone(), clock.clone())?;
        let app = Enrolments::open(&settings, partners, clock.clone(), stop.clone()).await?;
        let gate = chassis::gate(verifier, clock, app.ledger.clone());
        let service = chassis::Service {
            name: "enrolments",
            routes: rpc::routes(app.clone(), sealer, settings.server.max_message_bytes),
            access: rpc::access::table()?,
            grpc_services: rpc::SERVICES.to_vec(),
            descriptors: contracts::FILE_DESCRIPTOR_SET,
        };
        let running = chassis::serve(service, &settings.server, gate).await?;
        app.follow(&peers, &stop);
        Ok(Standing::new(app, running, stop))
    })
}

/// The process: settings, telemetry, open, serve until told to stop, flush.
///
/// # Errors
/// As [`start`].
pub fn run(settings: Option<PathBuf>) -> Result<()> {
    chassis::process("enrolments", async || {
        start(Settings::load(settings.as_deref())?, Clock::system()).await
    })
}
