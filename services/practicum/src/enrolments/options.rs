//! The command lines of `practicum enrolments`.

use super::source::Format;
use crate::{
    cli::{DATA, Identity, Target},
    failure::Usage,
};
use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use contracts::enrolments::v1::{SyncLimits, course};
use std::path::PathBuf;
use vocabulary::{PartnerId, Role};

#[derive(Subcommand)]
pub enum Enrolments {
    /// Send what a university's own system holds. Ends with 0 when applied, 2 when it waits for approval, 3 when
    /// refused, 1 when failed
    Sync(Box<Sync>),
    /// List runs, newest first
    Runs(Runs),
    /// Show a run: what holds it back, what it changes, what was refused
    Show(Show),
    /// Apply a run that waits; whoever sent it cannot
    Approve(One),
    /// Drop a plan, or a run still being received, unapplied
    Discard(One),
    /// Undo the last applied run of a data set
    Restore(One),
}

#[derive(Args)]
pub struct Sync {
    /// A folder or a zip of the export's CSV files, or a .csv that --rejects wrote, mended
    pub path: PathBuf,
    /// The university whose enrolments these are
    #[arg(long, value_name = "ID")]
    pub partner: PartnerId,
    /// What is sent, such as sits-2026; rows belong to the data set that made them
    #[arg(long, value_name = "NAME")]
    pub data_set: String,
    /// How the files are laid out
    #[arg(long)]
    pub format: Format,
    /// What is missing has been dropped [default: as the manifest says]
    #[arg(long, conflicts_with = "delta")]
    pub snapshot: bool,
    /// Only what changed; what is missing stays
    #[arg(long)]
    pub delta: bool,
    /// Plan, and apply nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Only this school year, such as 2026/27; may be repeated [default: those that the files name]
    #[arg(long, value_name = "YEAR", value_parser = year)]
    pub academic_year: Vec<String>,
    /// Write each refused row with its reasons, to be mended and sent again
    #[arg(long, value_name = "FILE.csv")]
    pub rejects: Option<PathBuf>,
    /// What the run is called; that of a run which was broken off goes on with it [default: data set and time]
    #[arg(long, value_name = "NAME", value_parser = run)]
    pub run: Option<String>,
    /// What the courses are, which no format says
    #[arg(long, value_name = "KIND", default_value = "short-course")]
    pub course_kind: CourseKind,
    #[command(flatten)]
    pub limits: Limits,
    #[command(flatten)]
    pub at: At,
}

/// Past any of these a run waits.
#[derive(Args, Clone, Copy)]
pub struct Limits {
    /// Wait when more than this share of what is live would be dropped [default: the service's]
    #[arg(long, value_name = "PERCENT")]
    pub max_drop_percent: Option<f64>,
    /// Wait when more than so many would be dropped [default: the service's]
    #[arg(long, value_name = "COUNT")]
    pub max_drops: Option<i64>,
    /// Wait when more than this share of the records is refused [default: the service's]
    #[arg(long, value_name = "PERCENT")]
    pub max_reject_percent: Option<f64>,
}

impl From<Limits> for SyncLimits {
    fn from(limits: Limits) -> Self {
        let Limits { max_drop_percent, max_drops, max_reject_percent } = limits;
        Self { max_drop_percent, max_drops, max_reject_percent }
    }
}

#[derive(Args)]
pub struct Runs {
    /// The university
    #[arg(long, value_name = "ID")]
    pub partner: PartnerId,
    /// Only runs of this data set
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub data_set: String,
    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    pub limit: usize,
    #[command(flatten)]
    pub at: At,
}

#[derive(Args)]
pub struct Show {
    #[command(flatten)]
    pub one: One,
    /// At most so many changes
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    pub changes: usize,
    /// At most so many rejects
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    pub rejects: usize,
}

#[derive(Args)]
pub struct One {
    /// The run: partners/{partner}/syncRuns/{run}, or its last part where --partner is given
    pub run: String,
    /// The university
    #[arg(long, value_name = "ID")]
    pub partner: Option<PartnerId>,
    #[command(flatten)]
    pub at: At,
}

impl One {
    /// The university and the full name of the run.
    ///
    /// # Errors
    /// They do not say of which university it is.
    pub fn named(&self) -> Result<(PartnerId, String)> {
        let full = self.run.strip_prefix("partners/").and_then(|rest| rest.split_once("/syncRuns/"));
        let wrong = || {
            Usage(format!(
                "{}: expected partners/{{partner}}/syncRuns/{{run}}, or a run and --partner",
                self.run
            ))
        };
        let (partner, name) = match (full, &self.partner) {
            (Some((partner, run)), given) => {
                let partner: PartnerId = partner.parse().map_err(|_| wrong())?;
                if given.as_ref().is_some_and(|given| *given != partner) {
                    return Err(Usage(format!("{} is not of the --partner given", self.run)).into());
                }
                (partner, run)
            }
            (None, Some(partner)) => (partner.clone(), self.run.as_str()),
            (None, None) => return Err(wrong().into()),
        };
        run(name).map_err(|_| wrong())?;
        Ok((partner.clone(), format!("partners/{partner}/syncRuns/{name}")))
    }
}

/// Where the service answers and who calls.
#[derive(Args, Clone)]
pub struct At {
    /// Where the service answers, such as http://127.0.0.1:7403 [default: as the data directory says]
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
    /// The person who calls, in a token that is minted [default: enrolment-sync to send, registrar otherwise]
    #[arg(long, value_name = "NAME", conflicts_with = "token")]
    pub subject: Option<String>,
}

impl At {
    /// As the other client commands know it. The role is also who calls, so that who approves is not who sent.
    pub fn target(&self, partner: &PartnerId, role: Role) -> Target {
        let identity = match self.token {
            Some(_) => Identity { partner: None, role: vec![], subject: None },
            None => Identity {
                partner: Some(partner.clone()),
                role: vec![role],
                subject: Some(self.subject.clone().unwrap_or_else(|| role.as_str().to_owned())),
            },
        };
        let At { address, token, data, ca, .. } = self.clone();
        Target { address, token, data, ca, identity }
    }
}

/// A kind of course, as the contract spells it without the capitals.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum CourseKind {
    Undergraduate,
    Postgraduate,
    DegreeApprenticeship,
    FastTrack,
    PracticeEducation,
    Leadership,
    Adaptation,
    ShortCourse,
}

impl From<CourseKind> for course::Kind {
    fn from(kind: CourseKind) -> Self {
        match kind {
            CourseKind::Undergraduate => Self::Undergraduate,
            CourseKind::Postgraduate => Self::Postgraduate,
            CourseKind::DegreeApprenticeship => Self::DegreeApprenticeship,
            CourseKind::FastTrack => Self::FastTrack,
            CourseKind::PracticeEducation => Self::PracticeEducation,
            CourseKind::Leadership => Self::Leadership,
            CourseKind::Adaptation => Self::Adaptation,
            CourseKind::ShortCourse => Self::ShortCourse,
        }
    }
}

fn year(text: &str) -> Result<String, String> {
    match super::dates::year_in(text) {
        Some(year) => Ok(year),
        None => Err("expected a school year such as 2026/27".into()),
    }
}

fn run(text: &str) -> Result<String, String> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let begins = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    if begins && text.len() <= 63 && text.chars().all(good) {
        return Ok(text.to_owned());
    }
    Err("expected 1 to 63 of a-z, 0-9 and -, and no - at the beginning".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(run: &str, partner: Option<&str>) -> Result<(PartnerId, String)> {
        let at = At { address: None, token: None, data: DATA.into(), ca: None, subject: None };
        One { run: run.into(), partner: partner.map(|partner| partner.parse().unwrap()), at }.named()
    }

    #[test]
    fn a_run_is_named_in_full_or_with_its_partner() {
        let full = "partners/teesside/syncRuns/sits-1";
        for (run, partner) in [(full, None), (full, Some("teesside")), ("sits-1", Some("teesside"))] {
            assert_eq!(one(run, partner).unwrap().1, full);
        }
        for (run, partner) in
            [("sits-1", None), (full, Some("other")), ("UP", Some("other")), ("partners/A/syncRuns/b", None)]
        {
            assert!(one(run, partner).is_err(), "{run}");
        }
    }
}
