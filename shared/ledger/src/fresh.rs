//! How fresh an answer must be: a call may say which revision it knows of, and is never answered with anything older.

use crate::{Fault, Ledger, Tx};
use tokio::time::timeout;
use vocabulary::{Call, Revision};

const HEAD: &str = "SELECT seq FROM feed_head";

impl Ledger {
    /// A transaction that reads for a call: as its caller, until its deadline, and nothing older than it asks for.
    ///
    /// # Errors
    /// As [`Ledger::reached`].
    pub async fn read(&self, call: &Call) -> Result<Tx, Fault> {
        self.reached(call).await?;
        self.database.read(&call.scope(), Some(call.deadline)).await
    }

    /// Makes sure that the database holds the revision that the call asks for: what is read from it afterwards is as
    /// new. Asks it only where this process has not heard so far.
    ///
    /// # Errors
    /// [`Fault::NotReached`] where nothing so new was ever committed; storage fails.
    pub async fn reached(&self, call: &Call) -> Result<(), Fault> {
        let Some(min) = call.min_revision.filter(|min| *min > self.follower.seen()) else { return Ok(()) };
        let asked = self.database.all(HEAD, vec![]);
        let rows = timeout(call.deadline.left(), asked).await.map_err(|_| Fault::Deadline)??;
        let row = rows.first().ok_or_else(|| Fault::bug("the feed has no head"))?;
        let reached = Revision(row.try_get("", "seq")?);
        if reached < min { Err(Fault::NotReached { reached }) } else { Ok(()) }
    }

    /// How new an answer is that is read after this: what was heard, or what the call was found to ask for.
    pub fn seen(&self, call: &Call) -> Revision {
        self.follower.seen().max(call.min_revision.unwrap_or(Revision(0)))
    }
}
