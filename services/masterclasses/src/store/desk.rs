//! What the booking desk reads before it decides, a few statements for the whole batch, and what it writes after. On
//! SQLite, where a statement is a function call, in one transaction; on PostgreSQL, where it is a round trip, in two
//! statements (see [`ledger::Batch`]), or in the writing one alone where [`Memory`] has what it needs.

mod batch;
mod elsewhere;
mod memory;
mod unit;

pub use memory::Memory;
pub use unit::{offered, waiting};

use crate::domain::{Booking, Session, room::Elsewhere};
use elsewhere::Vacant;
use ledger::{Answered, Batch, Deed, Dialect, Fault, Head, Known, Ledger, Plant, Unit};
use std::collections::BTreeMap;
use vocabulary::{Instant, Scope};

/// What a batch needs.
#[derive(Debug, Default)]
pub struct Wanted {
    /// The request ids that may have been answered.
    pub keys: Vec<String>,
    /// The keys of the sessions that are asked about.
    pub sessions: Vec<String>,
    /// Everybody who is to be booked.
    pub people: Vec<String>,
    /// Who is to be booked, and the key of the session.
    pub seats: Vec<(String, String)>,
    /// The ids of the bookings that are to be cancelled or answered.
    pub targets: Vec<String>,
    /// The partners in whose audit logs something may be entered.
    pub partners: Vec<String>,
}

/// What was found.
#[derive(Default)]
pub struct Found {
    pub known: Vec<Known>,
    pub sessions: Vec<Session>,
    pub targets: Vec<Booking>,
    pub elsewhere: Vec<Elsewhere>,
    /// By session: everybody who has an offer, where something has fallen due.
    pub offered: BTreeMap<String, Vec<Booking>>,
    /// By session: of each partner's waiting people as many as seats may become free.
    pub waiting: BTreeMap<String, Vec<Booking>>,
}

/// How a batch is read and written.
pub enum Work {
    Unit(Box<Unit>),
    /// With what must not stand in the way of who is booked from memory.
    Batch(Box<Batch>, Vec<Vacant>),
}

/// What a batch decided.
pub struct Decided<'a> {
    pub sessions: Vec<&'a Session>,
    pub bookings: Vec<&'a Booking>,
    pub deeds: Vec<Deed>,
    pub answers: Vec<Answered>,
}

impl Work {
    /// Reads what a batch needs: locked from the beginning, or trusting that nothing else changes meanwhile, which
    /// [`Work::commit`] then makes sure of.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn open(
        ledger: &Ledger,
        plant: Plant,
        wanted: &Wanted,
        locked: bool,
    ) -> Result<(Self, Found), Fault> {
        let by_statement = matches!(plant, Plant::UnlockedCapacity | Plant::NaiveFeed | Plant::NoRollback);
        if ledger.database.dialect() == Dialect::Sqlite || by_statement {
            let unit = ledger.begin(&Scope::Service, None).await?;
            let found = unit::read(&unit, plant, wanted).await?;
            return Ok((Work::Unit(Box::new(unit)), found));
        }
        let (batch, found) = batch::read(ledger, wanted, locked).await?;
        Ok((Work::Batch(Box::new(batch), Vec::new()), found))
    }

    /// Goes on from what the last batches left, where that is enough: [`Work::commit`] makes sure that it still holds.
    pub fn recall(ledger: &Ledger, memory: &Memory, wanted: &Wanted) -> Option<(Self, Found)> {
        let (batch, sessions, vacant) = memory.recall(ledger, wanted)?;
        Some((Work::Batch(Box::new(batch), vacant), Found { sessions, ..Found::default() }))
    }

    /// The database's clock when the batch began.
    pub fn now(&self) -> Instant {
        match self {
            Work::Unit(unit) => unit.now(),
            Work::Batch(batch, _) => batch.now(),
        }
    }

    /// Draws positions for `n` changes. Call it when everything is decided.
    ///
    /// # Errors
    /// Storage fails.
    pub async fn draw(&mut self, n: usize) -> Result<Head, Fault> {
        match self {
            Work::Unit(unit) => unit.draw(n).await,
            Work::Batch(batch, _) => batch.draw(n),
        }
    }

    /// Writes everything and commits.
    ///
    /// # Errors
    /// [`Fault::Contention`] where something else changed meanwhile; storage fails.
    pub async fn commit(
        self,
        ledger: &Ledger,
        memory: &Memory,
        head: Head,
        decided: Decided<'_>,
    ) -> Result<(), Fault> {
        match self {
            Work::Unit(mut unit) => {
                unit::write(&unit, &decided).await?;
                unit.drawn(head);
                decided.deeds.into_iter().for_each(|deed| unit.enter(deed));
                ledger.commit(*unit, decided.answers).await?;
            }
            Work::Batch(batch, vacant) => {
                let sessions = decided.sessions.clone();
                let left = batch::write(ledger, *batch, &vacant, head, decided).await?;
                memory.keep(left, sessions);
            }
        }
        Ok(())
    }
}
