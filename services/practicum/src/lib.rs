//! The one binary that a newcomer runs. `serve` stands the suite up in one process; every other command is a client
//! of the contracts, as anybody's could be.

mod call;
mod cli;
mod client;
mod demo;
mod duration;
mod failure;
mod folder;
mod refusal;
mod say;
mod serve;
mod suite;
mod token;
mod watch;

use clap::Parser;
use cli::{Cli, Command, Feed};
use std::process::ExitCode;

/// Reads the command line, does what it says, and tells how it ended: 0 for done, 1 for a refusal or a fault, 2 for a
/// command line or a request that cannot be meant. Not `async`, so that the large futures are compiled here once.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failure::report(&error.into()),
    };
    let ended = runtime.block_on(async {
        match cli.command {
            Command::Serve(options) => serve::serve(options).await,
            Command::Token(options) => token::token(&options),
            Command::Call(options) => call::call(options).await,
            Command::Watch(Feed::Bookings(options)) => watch::bookings(options).await,
        }
    });
    ended.map_or_else(|error| failure::report(&error), |()| ExitCode::SUCCESS)
}
