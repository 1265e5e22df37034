//! A partnership of 64 universities and three councils that host, and the network between them and placements.

use super::{books::Books, party::Party};
use crate::dice::Dice;
use ledger::Plant;
use practicum_tests::{Coordinator, Options, Stand, Store, partners};
use std::collections::HashMap;
use testkit::proxy::{Mode, Proxy};
use tonic::transport::{Channel, Endpoint};

/// Callers who race, each of another university.
pub const UNIVERSITIES: usize = 64;
pub const HOSTS: [&str; 3] = ["durham", "gateshead", "sunderland"];
/// Who has nothing to do with any of it.
pub const STRANGER: &str = partners::VOLUNTARY;

/// The replicas, each behind a network that can fail.
pub struct Region {
    pub stands: Vec<Stand>,
    pub books: Books,
    ways: Vec<Proxy>,
    /// A connection of each partner's own to each replica.
    channels: HashMap<String, Vec<Channel>>,
}

/// Teesside, Northumbria, and those beyond development's.
pub fn universities() -> Vec<String> {
    let more = (0..UNIVERSITIES - 2).map(partners::university);
    ["teesside", "northumbria"].map(String::from).into_iter().chain(more).collect()
}

impl Region {
    /// Two replicas on one PostgreSQL, or one process on a file, with the same bug.
    pub async fn up(store: Store, plant: Plant) -> Self {
        let (universities, first) = (UNIVERSITIES - 2, Options { store, plant, ..Options::default() });
        let mut stands = vec![Stand::up(Options { universities, ..first }).await];
        if store == Store::Postgres {
            let beside = Some(stands[0].replica());
            stands.push(Stand::up(Options { store, plant, beside, ..Options::default() }).await);
        }
        let (mut ways, mut dice) = (Vec::new(), Dice::new());
        for stand in &stands {
            let way = Proxy::start(stand.placements().await.address().to_string()).await;
            way.seed(dice.draw());
            ways.push(way);
        }
        let mut region =
            Self { books: Books(stands[0].placements_url()), stands, ways, channels: HashMap::new() };
        let hosts = HOSTS.iter().chain([&STRANGER]).map(ToString::to_string);
        for partner in universities_and(hosts) {
            let channels = region.ways.iter().map(connection).collect();
            region.channels.insert(partner, channels);
        }
        region
    }

    /// The partner's coordinator at each replica, with a token that is good for an hour from now.
    pub fn doors(&self, partner: &str) -> Vec<Coordinator> {
        self.channels[partner].iter().map(|channel| self.coordinator(partner, channel.clone())).collect()
    }

    /// As [`Region::doors`], over a connection of its own to one of them.
    pub fn another_door(&self, partner: &str, replica: usize) -> Coordinator {
        self.coordinator(partner, connection(&self.ways[replica % self.ways.len()]))
    }

    fn coordinator(&self, partner: &str, channel: Channel) -> Coordinator {
        let token = self.stands[0].token(partner, &[vocabulary::Role::PlacementCoordinator], "coordinator");
        Coordinator::new(partner, channel, &token)
    }

    pub fn party(&self, partner: &str) -> Party {
        Party::new(partner, self.doors(partner))
    }

    /// Loses a share of all replies, and cuts the connections on which they were; or heals.
    pub fn network_loses(&self, share: f64) {
        let mode = if share > 0.0 { Mode::DropReplies(share) } else { Mode::Pass };
        self.ways.iter().for_each(|way| way.set(mode));
    }

    pub fn replies_lost(&self) -> u64 {
        self.ways.iter().map(Proxy::replies_lost).sum()
    }

    /// Every replica ends what has run out, at once.
    pub async fn sweep(&self) {
        let sweeps = self.stands.iter().map(|stand| async move {
            stand.placements().await.app.expire_holds().await.expect("a sweep");
        });
        futures_util::future::join_all(sweeps).await;
    }

    pub async fn down(self) {
        for stand in self.stands {
            Box::pin(stand.down()).await;
        }
    }
}

fn universities_and(more: impl Iterator<Item = String>) -> Vec<String> {
    universities().into_iter().chain(more).collect()
}

fn connection(way: &Proxy) -> Channel {
    let endpoint = Endpoint::from_shared(format!("http://{}", way.address)).expect("an address");
    endpoint.connect_timeout(std::time::Duration::from_secs(2)).connect_lazy()
}
