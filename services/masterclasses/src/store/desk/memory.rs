//! What the last batches left, so that the next ones need not read it again: sessions, the feed's head, the ends of the
//! audit chains. It need not be true. Whoever goes on from it writes only if the head and the chains are where it says,
//! and so nobody else has written, and if nothing is in the way of the people booked ([`super::batch`]).

use super::{Vacant, Wanted};
use crate::domain::Session;
use ledger::{Batch, Ledger, Left};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Sessions that are remembered at most.
const SESSIONS: usize = 4_096;
/// Batches that read although they might not have to, once memory was found wrong: others seem to write too.
const DISTRUST: u32 = 8;

#[derive(Default)]
pub struct Memory(Mutex<State>);

#[derive(Default)]
struct State {
    kept: Option<(Left, BTreeMap<String, Session>)>,
    distrust: u32,
}

impl Memory {
    /// What a batch needs, if all of it is known: never anybody who waits or has an offer, and no booking.
    pub(super) fn recall(
        &self,
        ledger: &Ledger,
        wanted: &Wanted,
    ) -> Option<(Batch, Vec<Session>, Vec<Vacant>)> {
        let mut state = self.state();
        if state.distrust > 0 {
            state.distrust -= 1;
            return None;
        }
        let (left, known) = state.kept.as_ref().filter(|_| wanted.targets.is_empty())?;
        let batch = left.resume(ledger, &wanted.partners)?;
        let enough = |session: &&Session| !session.needs_its_list(batch.now());
        let session = |key: &String| known.get(key).filter(enough).cloned();
        let sessions = wanted.sessions.iter().map(session).collect::<Option<_>>()?;
        let vacant =
            |(person, session): &(String, String)| Some(Vacant::of(person, &known.get(session)?.plan));
        let vacant = wanted.seats.iter().map(vacant).collect::<Option<_>>()?;
        Some((batch, sessions, vacant))
    }

    /// Remembers what a batch left, and of what was known before what still holds.
    pub(super) fn keep(&self, mut left: Left, changed: Vec<&Session>) {
        let mut state = self.state();
        let mut sessions = match state.kept.take() {
            Some((before, sessions)) if left.follows(&before) => {
                left.carry(before);
                sessions
            }
            _ => BTreeMap::new(),
        };
        if sessions.len() + changed.len() > SESSIONS {
            sessions.clear();
        }
        sessions.extend(changed.into_iter().map(|session| (session.name.key(), session.clone())));
        state.kept = Some((left, sessions));
    }

    /// What was remembered did not hold.
    pub fn forget(&self) {
        *self.state() = State { kept: None, distrust: DISTRUST };
    }

    /// A panic elsewhere leaves it as it was, and it need not be true.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
