//! The services of this process, from their start to their end.

use super::{
    ports,
    settings::{self, Asked},
};
use crate::{cli::Serve, folder::Folder};
use anyhow::Result;
use std::{collections::BTreeMap, net::SocketAddr};
use vocabulary::Clock;

/// Those that stand.
#[derive(Default)]
pub struct Standing {
    masterclasses: Option<masterclasses::Standing>,
    enrolments: Option<enrolments::Standing>,
    placements: Option<placements::Standing>,
}

impl Standing {
    /// Starts one after the other. Where one cannot, those that stand already are taken down again.
    ///
    /// # Errors
    /// Which one cannot, and why.
    pub async fn start(options: &Serve, folder: &Folder, ports: &[(&str, SocketAddr)]) -> Result<Self> {
        let mut standing = Self::default();
        match standing.start_all(options, folder, ports).await {
            Ok(()) => Ok(standing),
            Err(error) => {
                standing.stop().await?;
                Err(error)
            }
        }
    }

    async fn start_all(
        &mut self,
        options: &Serve,
        folder: &Folder,
        ports: &[(&str, SocketAddr)],
    ) -> Result<()> {
        let asked =
            |name| Ok::<_, anyhow::Error>(Asked { options, folder, address: ports::of(ports, name)? });
        let explain = |name| move |error| settings::explain(options, name, &error);
        let told = settings::masterclasses(&asked("masterclasses")?)?;
        let started = masterclasses::start(told, Clock::system()).await;
        self.masterclasses = Some(started.map_err(explain("masterclasses"))?);
        let told = settings::enrolments(&asked("enrolments")?)?;
        let started = enrolments::start(told, Clock::system()).await;
        self.enrolments = Some(started.map_err(explain("enrolments"))?);
        let told = settings::placements(&asked("placements")?)?;
        let started = placements::start(told, Clock::system()).await;
        self.placements = Some(started.map_err(explain("placements"))?);
        Ok(())
    }

    /// Where each answers, as a client on this machine writes it.
    pub fn addresses(&self, options: &Serve) -> BTreeMap<String, String> {
        let masterclasses = self.masterclasses.as_ref().map(|one| ("masterclasses", one.address()));
        let enrolments = self.enrolments.as_ref().map(|one| ("enrolments", one.address()));
        let placements = self.placements.as_ref().map(|one| ("placements", one.address()));
        let all = masterclasses.into_iter().chain(enrolments).chain(placements);
        all.map(|(name, address)| (name.to_owned(), ports::url(options, address))).collect()
    }

    /// Drains them, all at once.
    ///
    /// # Errors
    /// A server broke.
    pub async fn stop(self) -> Result<()> {
        let (first, second, third) =
            tokio::join!(down(self.masterclasses), down(self.enrolments), down(self.placements));
        first.and(second).and(third)
    }
}

async fn down<A>(standing: Option<chassis::Standing<A>>) -> Result<()> {
    match standing {
        Some(one) => one.stop().await,
        None => Ok(()),
    }
}
