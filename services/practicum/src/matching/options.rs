//! The command line of `practicum match`.

use crate::cli::{DATA, Identity, Target};
use admission::Partners;
use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use contracts::placements::v1 as wire;
use std::path::PathBuf;
use vocabulary::{AcademicYear, PartnerId, PartnerKind, Role};

#[derive(Args)]
pub struct Match {
    /// Whose needs and places: 2026-27, or 2026/27
    #[arg(long, value_name = "YEAR", value_parser = year, required_unless_present = "run")]
    pub year: Option<AcademicYear>,
    /// For which placement
    #[arg(long, value_name = "STAGE", required_unless_present = "run")]
    pub stage: Option<Stage>,
    /// Show this run instead of making one
    #[arg(long, value_name = "NAME", value_parser = run, conflicts_with_all = ["year", "stage"])]
    pub run: Option<String>,
    /// Propose the matches to their hosts
    #[arg(long)]
    pub apply: bool,
    /// Whose partnership coordinator asks. A university's sees every open offer's team, a council's its own [default:
    /// the first university of partners.toml]
    #[arg(long = "as", value_name = "PARTNER", conflicts_with = "token")]
    pub partner: Option<PartnerId>,
    /// Where the service answers, such as http://127.0.0.1:7401 [default: as the data directory says]
    #[arg(long, value_name = "URL")]
    pub address: Option<String>,
    /// A bearer token [default: one minted from the data directory's development keys]
    #[arg(long, value_name = "TOKEN", env = "PRACTICUM_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// The data directory of `serve`
    #[arg(long, value_name = "DIR", default_value = DATA)]
    pub data: PathBuf,
    /// Trust what this authority signed (PEM), for an https address
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// The person who calls, in a token that is minted [default: partnership-coordinator]
    #[arg(long, value_name = "NAME", conflicts_with = "token")]
    pub subject: Option<String>,
}

impl Match {
    /// As the other client commands know it.
    ///
    /// # Errors
    /// Nobody is said to ask, and no university is known.
    pub fn target(&self) -> Result<Target> {
        let role = Role::PartnershipCoordinator;
        let identity = if self.token.is_some() {
            Identity { partner: None, role: vec![], subject: None }
        } else {
            let subject = self.subject.clone().unwrap_or_else(|| role.as_str().to_owned());
            Identity { partner: Some(self.coordinator()?), role: vec![role], subject: Some(subject) }
        };
        let Match { address, token, data, ca, .. } = self;
        let (address, token, data, ca) = (address.clone(), token.clone(), data.clone(), ca.clone());
        Ok(Target { address, token, data, ca, identity })
    }

    fn coordinator(&self) -> Result<PartnerId> {
        if let Some(partner) = &self.partner {
            return Ok(partner.clone());
        }
        let path = self.data.join("partners.toml");
        let partners = Partners::load(&path).with_context(|| {
            let data = self.data.display();
            format!(
                "nothing in {data} says who there is: start `practicum serve`, or give --data, or --token"
            )
        })?;
        let university = partners.iter().find(|partner| partner.kind == PartnerKind::University);
        let partner =
            university.with_context(|| format!("{} has no university: give --as", path.display()))?;
        Ok(partner.id.clone())
    }
}

/// Which of the two placements.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Stage {
    First,
    Final,
}

impl From<Stage> for wire::Stage {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::First => Self::First,
            Stage::Final => Self::Final,
        }
    }
}

fn year(text: &str) -> Result<AcademicYear, String> {
    let wrong = |_| "expected an academic year, a year and the one after it, such as 2026-27".to_owned();
    text.replacen('-', "/", 1).parse().map_err(wrong)
}

/// With or without its collection.
fn run(text: &str) -> Result<String, String> {
    let id = text.strip_prefix("matchRuns/").unwrap_or(text);
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || id.starts_with('-') || id.len() > 63 || !id.chars().all(good) {
        return Err("expected matchRuns/{match_run}, as a run is told when it is made".into());
    }
    Ok(format!("matchRuns/{id}"))
}
