//! RecordLearning.

use super::get_learning_record::own;
use crate::{
    Enrolments,
    changes::learning_change,
    domain::{
        Day, Refusal,
        learning::{Hundredths, ItemName, LearningItem},
    },
    error::{Error, answered},
    store,
};
use ledger::{ChangeKind, Done, Fault, Unit, Write};
use serde::Serialize;
use vocabulary::{Call, PartnerId, PersonName, Personal, RequestId, Revision};

#[derive(Clone, Debug, Serialize)]
pub struct RecordLearning {
    pub person: PersonName,
    pub title: String,
    pub date: Day,
    pub hours: Hundredths,
    pub peer_reflection: bool,
    pub reflection: Personal<String>,
    #[serde(skip)]
    pub request_id: Option<RequestId>,
}

impl Enrolments {
    /// Adds learning that the suite does not know of by itself, for the caller's own people.
    ///
    /// # Errors
    /// Another partner's person; a request id that was used for something else; storage fails.
    #[tracing::instrument(skip_all)]
    pub async fn record_learning(
        &self,
        call: &Call,
        ask: RecordLearning,
    ) -> Result<Done<LearningItem>, Error> {
        let write = Write::of(call, ask.request_id, &ask, &ask.person)?;
        let allowed = own(call, &ask.person);
        let item = LearningItem {
            name: ItemName { person: ask.person, id: self.new_id() },
            title: ask.title,
            date: ask.date,
            hours: ask.hours,
            peer_reflection: ask.peer_reflection,
            reflection: ask.reflection,
            source: String::new(),
        };
        let with = (item, allowed, call.caller.partner.clone());
        let work = self.ledger.write(write, with, |unit, (item, allowed, actor)| {
            Box::pin(async move {
                if let Err(refusal) = allowed {
                    return Ok(Err(refusal));
                }
                add(unit, &item, actor).await?;
                Ok::<_, Fault>(Ok::<_, Refusal>(item))
            })
        });
        answered(work.await?)
    }
}

/// Writes an item with its entry in the feed; says whether it was new.
pub(super) async fn add(unit: &mut Unit, item: &LearningItem, actor: PartnerId) -> Result<bool, Fault> {
    if !item.source.is_empty() && store::learning::by_source(unit.tx(), &item.source).await?.is_some() {
        return Ok(false);
    }
    let revisions = unit.revise(vec![learning_change(item, actor, ChangeKind::Created)]).await?;
    let revision = revisions.last().copied().unwrap_or(Revision(0));
    if store::learning::add(unit.tx(), item, revision).await? {
        return Ok(true);
    }
    Err(Fault::Contention("the same learning was recorded meanwhile".into()))
}
