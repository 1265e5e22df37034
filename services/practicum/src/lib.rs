//! The one binary that a newcomer runs. `serve` stands the suite up in one process; every other command is a client
//! of the contracts, as anybody's could be.

mod call;
mod cli;
mod client;
mod columns;
mod demo;
mod duration;
mod enrolments;
mod failure;
mod folder;
mod matching;
mod patience;
mod refusal;
mod say;
mod serve;
mod suite;
mod token;
mod watch;

use clap::Parser;
use cli::{Cli, Command};
use std::process::ExitCode;

/// Reads the command line, does what it says, and tells how it ended: 0 for done, 1 for a refusal or a fault, 2 for a
/// command line or a request that cannot be meant. What `enrolments` and `match` end with says more. Not `async`, so
/// that the large futures are compiled here once.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return unread(&error),
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failure::report(&error.into()),
    };
    runtime.block_on(async {
        let ended = match cli.command {
            Command::Serve(options) => serve::serve(options).await,
            Command::Token(options) => token::token(&options),
            Command::Call(options) => call::call(options).await,
            Command::Watch(feed) => watch::watch(feed).await,
            Command::Enrolments(command) => return enrolments::enrolments(command).await,
            Command::Match(options) => return matching::matching(options).await,
        };
        ended.map_or_else(|error| failure::report(&error), |()| ExitCode::SUCCESS)
    })
}

/// A command line that cannot be meant, or one that asks for help. For `enrolments` 2 means that a run
/// waits, for `match` that one was not applied in full.
fn unread(error: &clap::Error) -> ExitCode {
    // Nothing is left to be said where nobody reads it.
    let _ = error.print();
    match error.exit_code() {
        0 => ExitCode::SUCCESS,
        _ if std::env::args().nth(1).is_some_and(|word| word == "enrolments" || word == "match") => {
            ExitCode::FAILURE
        }
        _ => ExitCode::from(2),
    }
}
