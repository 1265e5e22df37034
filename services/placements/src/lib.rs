//! Placements: what councils can host, whom universities send, and each placement from proposal to outcome.

pub mod actions;
mod changes;
pub mod domain;
pub mod error;
pub mod peers;
pub mod rpc;
pub mod settings;
pub mod store;

pub use settings::Settings;

use admission::{Partners, Sealer, Verifier};
use anyhow::{Context, Result};
use cache::{Cache, Shelf};
use chassis::Peers;
use domain::{
    Day, Offer, OfferName, Outcodes,
    rules::{RuleBook, Rules},
};
use ledger::{Database, FeedRow, Follower, Keep, Ledger};
use std::{path::PathBuf, pin::Pin, sync::Arc};
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use vocabulary::{Clock, Ids, Instant, PartnerId, PartnerKind, ResourceId};

/// The service: what its actions work with. Cheap to clone.
#[derive(Clone)]
pub struct Placements {
    pub ledger: Ledger,
    pub cache: Cache,
    pub offers: Shelf<Offer>,
    /// Where outward codes lie.
    pub outcodes: Arc<Outcodes>,
    pub rules: Arc<RuleBook>,
    /// Held while a match is worked out: two at once would only take longer.
    matching: Arc<Semaphore>,
    pub partners: Partners,
    /// Those that are universities: whom an open offer is for.
    pub universities: Arc<[PartnerId]>,
    /// The universities' own services.
    enrolments: peers::Universities,
    /// Told when a university has not answered, or does again.
    unanswered: Arc<Notify>,
    /// Universities that are not asked again for a while.
    pauses: actions::Pauses,
    ids: Ids,
}

impl Placements {
    /// Opens database and cache, and starts what runs in the background until `stop`: the follower of the feed, the
    /// sweeper, who asks universities again, and the janitor.
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
        let peers = Peers::open("placements", &settings.peers, partners.clone(), clock.clone())?;
        let measured = chassis::Meters::new("placements", &database, &cache);
        let app = Self {
            ledger: Ledger { database, clock, follower: Follower::default() },
            offers: cache.shelf("placementOffers"),
            cache,
            outcodes: Arc::new(settings.rules.outcodes()?),
            rules: Arc::new(settings.rules.book()?),
            universities: universities(&partners),
            matching: Arc::new(Semaphore::new(1)),
            enrolments: peers::Universities::new(peers),
            unanswered: Arc::default(),
            pauses: actions::Pauses::default(),
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
        tokio::spawn(app.clone().keep_sweeping(stop.clone()));
        tokio::spawn(app.clone().keep_checking(stop));
        Ok(app)
    }

    /// An id for something new. It sorts by the time of making.
    fn new_id(&self) -> ResourceId {
        let id = self.ids.next();
        // 32 hexadecimal digits are an id by the rules of names.
        id.parse().unwrap_or_else(|_| unreachable!("made ids are well-formed"))
    }

    /// The day on which an instant falls where the partnership is, and the rules in force on it.
    pub(crate) fn today(&self, now: Instant) -> (Day, &Rules) {
        let zone = &self.rules.on(Day::of(now, "UTC")).numbers.house.time_zone;
        let day = Day::of(now, zone);
        (day, self.rules.on(day))
    }
}

impl Placements {
    /// Follows the enrolments of each university for which this process speaks.
    fn follow(&self, stop: &CancellationToken) {
        for university in self.enrolments.followed(&self.universities) {
            match self.enrolments.reach(&university) {
                Ok(_) => {
                    drop(tokio::spawn(self.clone().keep_following_enrolments(university, stop.clone())));
                }
                Err(problem) => tracing::warn!(%problem, "enrolments are not followed"),
            }
        }
    }
}

fn universities(partners: &Partners) -> Arc<[PartnerId]> {
    let universities = partners.iter().filter(|partner| partner.kind == PartnerKind::University);
    universities.map(|partner| partner.id.clone()).collect()
}

/// The key of what changed, if it is kept on a shelf, which is called as its collection is.
fn key(row: &FeedRow) -> Option<String> {
    Some(match row.collection.as_str() {
        "placementOffers" => row.resource.parse::<OfferName>().ok()?.key(),
        _ => return None,
    })
}

/// The service, standing.
pub type Standing = chassis::Standing<Placements>;

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
        let app = Placements::open(&settings, partners, clock.clone(), stop.clone()).await?;
        let gate = chassis::gate(verifier, clock, app.ledger.clone());
        let service = chassis::Service {
            name: "placements",
            routes: rpc::routes(app.clone(), sealer, settings.server.max_message_bytes),
            access: rpc::access::table()?,
            grpc_services: rpc::SERVICES.to_vec(),
            descriptors: contracts::FILE_DESCRIPTOR_SET,
        };
        let running = chassis::serve(service, &settings.server, gate).await?;
        app.follow(&stop);
        Ok(Standing::new(app, running, stop))
    })
}

/// The process: settings, telemetry, open, serve until told to stop, flush.
///
/// # Errors
/// As [`start`].
pub fn run(settings: Option<PathBuf>) -> Result<()> {
    chassis::process("placements", async || {
        start(Settings::load(settings.as_deref())?, Clock::system()).await
    })
}
