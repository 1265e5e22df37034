//! The verbs, one file an RPC.

use crate::domain::Refusal;
use vocabulary::{Caller, PartnerId, Revision};

/// Checks the etag that a caller read, where one was sent.
fn check_etag(etag: Option<Revision>, current: Revision) -> Result<(), Refusal> {
    if etag.is_some_and(|etag| etag != current) { Err(Refusal::StaleEtag { current }) } else { Ok(()) }
}

/// What a partner's own coordinators alone change is to everybody else not there to change.
fn own(caller: &Caller, partner: &PartnerId, name: &impl ToString) -> Result<(), Refusal> {
    if caller.partner == *partner { Ok(()) } else { Err(Refusal::not_found(name)) }
}
