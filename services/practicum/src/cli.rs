//! The command line.

use crate::{duration, enrolments::options::Enrolments, matching::options::Match, suite::BASE_PORT};
use clap::{Args, Parser, Subcommand};
use std::{net::IpAddr, path::PathBuf, time::Duration};
use vocabulary::{PartnerId, Role};

/// Where everything of a development suite is kept, unless `--data` says otherwise.
pub const DATA: &str = "practicum-data";

/// Social work training between councils and universities: the suite in one process, and a client for it.
#[derive(Parser)]
#[command(name = "practicum", version)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Stand the suite up on this machine
    Serve(Serve),
    /// Print a signed token of a partner's, from the data directory's development keys
    Token(Token),
    /// Call any RPC with JSON; print JSON
    Call(Call),
    /// Follow a feed, a line a change, until Ctrl-C
    #[command(subcommand)]
    Watch(Feed),
    /// Send a university's own records of its enrolments, and see to what came of it
    #[command(subcommand)]
    Enrolments(Enrolments),
    /// Match students and places, and print what came of it. Ends with 0, with 2 where --apply passed a match over, 3
    /// when refused, 1 when failed
    Match(Match),
}

#[derive(Args)]
pub struct Serve {
    /// Where databases, partners.toml and keys are kept; made where it is missing
    #[arg(long, value_name = "DIR", default_value = DATA)]
    pub data: PathBuf,
    /// Load a small partnership of made-up people, once
    #[arg(long)]
    pub demo: bool,
    /// Placements answers here, masterclasses on +1, enrolments +2, recruitment +3; 0 takes free ports
    #[arg(long, value_name = "PORT", default_value_t = BASE_PORT)]
    pub base_port: u16,
    /// Keep everything in this PostgreSQL database, a schema a service, instead of SQLite files. The role must not be
    /// a superuser
    #[arg(long, value_name = "URL", env = "PRACTICUM_POSTGRES", hide_env_values = true)]
    pub postgres: Option<String>,
    /// The role that owns the schemas and migrates them, where --postgres names another
    #[arg(
        long,
        value_name = "URL",
        env = "PRACTICUM_POSTGRES_OWNER",
        hide_env_values = true,
        requires = "postgres"
    )]
    pub postgres_owner: Option<String>,
    /// Share the cache in this Redis instead of keeping it in the process
    #[arg(long, value_name = "URL", env = "PRACTICUM_REDIS", hide_env_values = true)]
    pub redis: Option<String>,
    /// Listen on this address; any but a loopback one needs TLS
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub listen: IpAddr,
    /// Serve under TLS with this certificate chain (PEM); it must be good for the address listened on, or for
    /// "localhost" where that is all of them
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,
    /// The certificate's private key (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,
    /// The authority that signed the certificate (PEM), where it did not sign itself
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    pub tls_ca: Option<PathBuf>,
}

impl Serve {
    /// Whom to trust who calls a service of this process over TLS: a certificate without an authority signed itself.
    pub fn authority(&self) -> Option<PathBuf> {
        self.tls_ca.clone().or_else(|| self.tls_certificate.clone())
    }
}

/// Who calls, where no token says so.
#[derive(Args, Clone)]
pub struct Identity {
    /// The partner whose development key signs [default: durham]
    #[arg(long, value_name = "ID")]
    pub partner: Option<PartnerId>,
    /// A role that the token grants; may be repeated [default: scheduler; of `watch placements` placement-coordinator]
    #[arg(long, value_name = "ROLE", value_parser = role)]
    pub role: Vec<Role>,
    /// The person who calls, as the partner names them [default: operator]
    #[arg(long, value_name = "NAME")]
    pub subject: Option<String>,
}

#[derive(Args)]
pub struct Token {
    #[command(flatten)]
    pub identity: Identity,
    /// How long it is good for, an hour at most
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = duration::parse)]
    pub ttl: Duration,
    /// The data directory of a running or future `serve`
    #[arg(long, value_name = "DIR", default_value = DATA)]
    pub data: PathBuf,
}

/// What every client command takes.
#[derive(Args, Clone)]
pub struct Target {
    /// Where the service answers, such as http://127.0.0.1:7402 [default: as the data directory says]
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
    #[command(flatten)]
    pub identity: Identity,
}

#[derive(Args)]
pub struct Call {
    /// The RPC, such as BookingService/BookSeats
    #[arg(value_name = "SERVICE/METHOD", required_unless_present = "list")]
    pub method: Option<String>,
    /// The request as JSON, @FILE to read a file, - to read standard input. Several documents for a client's stream
    #[arg(value_name = "JSON", default_value = "{}", hide_default_value = true)]
    pub request: String,
    /// Print the services and methods of the contracts; with SERVICE, of that one
    #[arg(long)]
    pub list: bool,
    #[command(flatten)]
    pub target: Target,
    /// Send this metadata too; may be repeated
    #[arg(long, value_name = "K=V", value_parser = header)]
    pub header: Vec<(String, String)>,
    /// Give up after so long [default: 10s, and never for a stream]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub timeout: Option<Duration>,
    /// Tell on standard error where the call goes, and at which revision the answer is
    #[arg(short, long)]
    pub verbose: bool,
}

#[derive(Subcommand)]
pub enum Feed {
    /// Every change to the bookings that the caller may see
    Bookings(WatchBookings),
    /// Every change to the placements that the caller's partner hosts, or whose students it sends
    Placements(WatchPlacements),
}

#[derive(Args)]
pub struct WatchBookings {
    /// One session, or all that the caller may see
    #[arg(long, value_name = "SESSION", default_value = "masterclasses/-/sessions/-")]
    pub parent: String,
    #[command(flatten)]
    pub watch: Watch,
}

#[derive(Args)]
pub struct WatchPlacements {
    /// Only those of one host
    #[arg(long, value_name = "PARTNER")]
    pub host: Option<PartnerId>,
    /// Only those of one university's students
    #[arg(long, value_name = "PARTNER")]
    pub university: Option<PartnerId>,
    #[command(flatten)]
    pub watch: Watch,
}

#[derive(Args)]
pub struct Watch {
    /// Begin with the oldest change kept, with what comes now, or after a resume token [default: where the state file
    /// left off, else now]
    #[arg(long, value_name = "oldest|now|TOKEN")]
    pub from: Option<String>,
    /// Keep the place in the feed in this file, and go on from there
    #[arg(long, value_name = "FILE")]
    pub state_file: Option<PathBuf>,
    #[command(flatten)]
    pub target: Target,
    /// Show checkpoints too, and tell of reconnections
    #[arg(short, long)]
    pub verbose: bool,
}

fn role(text: &str) -> Result<Role, String> {
    text.parse().map_err(|()| {
        let known: Vec<_> =
            Role::ALL.iter().filter(|role| **role != Role::Service).map(|role| role.as_str()).collect();
        format!("expected one of {}", known.join(", "))
    })
}

fn header(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected KEY=VALUE")?;
    let reserved = key.starts_with("grpc-") || key.eq_ignore_ascii_case("authorization");
    if reserved {
        return Err(format!("{key} is set by --token and --timeout"));
    }
    Ok((key.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for line in [
            "serve --postgres-owner postgres://x/y",
            "serve --tls-certificate c.pem",
            "token --role root",
            "token --ttl 15",
            "call",
            "call A/B --header novalue",
            "call A/B --header authorization=x",
            "watch",
            "enrolments sync --partner a --data-set b --format canvas",
            "enrolments sync --partner a --data-set b --format canvas --snapshot --delta x",
            "enrolments sync --partner a --data-set b --format canvas --run Up x",
            "enrolments sync --partner a --data-set b --format canvas --academic-year 2026 x",
            "match",
            "match --year 2026-27",
            "match --year 2026-28 --stage final",
            "match --year 26/27 --stage final",
            "match --year 2026-27 --stage second",
            "match --run matchRuns/a --stage final",
            "match --run matchRuns/",
            "match --year 2026-27 --stage final --token t --as durham",
        ] {
            assert!(Cli::try_parse_from(format!("practicum {line}").split(' ')).is_err(), "{line}");
        }
    }
}
