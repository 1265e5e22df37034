//! What is left of a run that is over: its row and its rejects. What it staged is given up.

use super::kinds::ALL;
use crate::domain::sync::SyncRunName;
use ledger::{Fault, Tx};

/// Gives up what the run staged. Nothing of it can be applied, restored or listed any more.
pub async fn forget(tx: &Tx, run: &SyncRunName) -> Result<(), Fault> {
    let staged = ALL.iter().map(|tables| tables.staged);
    for table in staged.chain(["sync_batches", "sync_places", "sync_links"]) {
        tx.run(&format!("DELETE FROM {table} WHERE run = $1"), vec![run.key().into()]).await?;
    }
    tx.run("UPDATE sync_runs SET kept = false WHERE id = $1", vec![run.key().into()]).await?;
    Ok(())
}
