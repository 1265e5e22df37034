//! ListSessions.

use crate::{
    Masterclasses,
    domain::{MasterclassName, Session},
    error::Error,
    store,
    store::sessions::Filter,
};
use vocabulary::{Call, Instant, Page, PageSize, micros};

/// Which sessions, by start, after a place: the start in microseconds and the key.
#[derive(Clone, Debug)]
pub struct ListSessions {
    pub masterclass: Option<MasterclassName>,
    pub start_from: Option<Instant>,
    pub start_before: Option<Instant>,
    pub bookable: bool,
    pub after: Option<(i64, String)>,
    pub size: PageSize,
}

impl Masterclasses {
    /// Sessions in the order of their start.
    ///
    /// # Errors
    /// An absent masterclass; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn list_sessions(&self, call: &Call, ask: ListSessions) -> Result<Page<Session>, Error> {
        let me = &call.caller.partner;
        let now = self.ledger.clock.now();
        let mut filter = Filter {
            masterclass: ask.masterclass,
            start_from: ask.start_from,
            start_before: ask.start_before,
            bookable: ask.bookable.then(|| (me.clone(), now)),
            after: ask.after,
        };
        let tx = self.ledger.read(call).await?;
        let wanted = ask.size.rows() + 1;
        let mut rows: Vec<Session> = Vec::new();
        // SQL leaves out what is closed or full; what another partner's fence keeps from the caller is for the
        // domain to say, so that a page may take more than one look.
        loop {
            let found = store::sessions::list(&tx, &filter, wanted).await?;
            let more = found.len() as u64 == wanted;
            filter.after = found.last().map(place);
            rows.extend(found.into_iter().filter(|session| !ask.bookable || bookable(session, call, now)));
            if !more || rows.len() as u64 >= wanted {
                break;
            }
        }
        // Whatever has sessions is there.
        if let (true, Some(name)) = (rows.is_empty(), &filter.masterclass)
            && store::masterclasses::get(&tx, name).await?.is_none()
        {
            return Err(Error::not_found(name));
        }
        tx.commit().await?;
        Ok(Page::of(rows, ask.size, |session| {
            let (start, key) = place(session);
            format!("{start} {key}")
        }))
    }
}

fn place(session: &Session) -> (i64, String) {
    (micros(session.plan.start), session.name.key())
}

/// Whether somebody of the caller's partner could have a seat now.
fn bookable(session: &Session, call: &Call, now: Instant) -> bool {
    session.check_bookable(now).is_ok() && session.free_for(&call.caller.partner, now)
}
