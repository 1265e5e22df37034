//! ExportCalendar.

use super::permit;
use crate::{
    Masterclasses,
    domain::{
        BookingState, SessionName,
        calendar::{Entry, icalendar},
    },
    error::Error,
    store,
};
use std::collections::HashMap;
use vocabulary::{Call, Instant, PartnerId, PersonName, micros};

/// Whose calendar, and which part of it.
#[derive(Clone, Debug)]
pub struct ExportCalendar {
    pub partner: PartnerId,
    pub person: Option<PersonName>,
    pub start_from: Option<Instant>,
    pub start_before: Option<Instant>,
}

impl Masterclasses {
    /// The sessions that a partner or a person is booked on, at most 2,000 from the first, as iCalendar.
    ///
    /// # Errors
    /// A partner or person that is not the caller's to see; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn export_calendar(&self, call: &Call, ask: ExportCalendar) -> Result<String, Error> {
        let name = ask.person.as_ref().map_or_else(|| ask.partner.name(), ToString::to_string);
        let own = permit::only_own(&call.caller);
        let others = own.is_some_and(|own| ask.person.as_ref() != Some(&own));
        if ask.partner != call.caller.partner || others {
            // Not by the name asked for, as elsewhere: it may be a person's, and a refusal's text travels far.
            return Err(Error::not_found(&"this calendar"));
        }
        let tx = self.ledger.read(call).await?;
        let (from, before) = (ask.start_from.map(micros), ask.start_before.map(micros));
        let booked =
            store::bookings::booked_sessions(&tx, &ask.partner, ask.person.as_ref(), from, before).await?;
        let keys: Vec<String> = booked.iter().map(|(key, ..)| key.clone()).collect();
        let mut sessions: HashMap<SessionName, _> =
            store::sessions::by_keys(&tx, &keys).await?.into_iter().map(|s| (s.name.clone(), s)).collect();
        let mut ids: Vec<String> = sessions.keys().map(|name| name.masterclass.to_string()).collect();
        ids.sort_unstable();
        ids.dedup();
        let titles: HashMap<String, String> = store::masterclasses::by_ids(&tx, &ids)
            .await?
            .into_iter()
            .map(|masterclass| (masterclass.name.0.to_string(), masterclass.title))
            .collect();
        tx.commit().await?;
        let entries: Vec<Entry> = booked
            .into_iter()
            .filter_map(|(key, state, count)| {
                let session = sessions.remove(&SessionName::from_key(&key).ok()?)?;
                let title = titles.get(session.name.masterclass.as_str()).cloned().unwrap_or_default();
                let standing = ask.person.is_some().then(|| standing(&state)).flatten();
                Some(Entry { session, title, standing, booked: u32::try_from(count).unwrap_or(u32::MAX) })
            })
            .collect();
        Ok(icalendar(&name, &entries, self.ledger.clock.now()))
    }
}

fn standing(state: &str) -> Option<BookingState> {
    store::booking_state(state)
}
