//! An export cut into batches, the same ones each time that it is read.

use super::{notes::Notes, source::Source};
use anyhow::Result;
use contracts::enrolments::v1::{SyncBatch, SyncRecord};
use prost::Message;
use std::sync::Arc;
use tokio::sync::mpsc;

/// What the contract lets a batch hold.
const RECORDS: usize = 5_000;
/// Under 1 MiB with what is around it.
const BYTES: usize = 1_000_000;
/// Of a record within a batch: its tag and its length.
const FRAME: usize = 5;

/// What a reading makes.
#[derive(Debug)]
pub enum Made {
    Batch(SyncBatch),
    /// So many records there were in all, and this was noticed.
    End(i64, Notes),
}

/// Nobody wants the batches any more.
#[derive(Debug, thiserror::Error)]
#[error("the stream has ended")]
struct Unwanted;

/// Reads an export on a thread of its own, never more than a batch ahead of who takes them, and leaves out the batches
/// before `first`.
pub fn make(source: Arc<Source>, first: i64) -> mpsc::Receiver<Result<Made>> {
    let (send, made) = mpsc::channel(1);
    tokio::task::spawn_blocking(move || {
        let mut packer = Packer { records: Vec::new(), bytes: 0, sequence: 0, total: 0 };
        let give = |made| send.blocking_send(Ok(made)).map_err(|_| Unwanted.into());
        let give = |batch: Option<SyncBatch>| match batch.filter(|batch| batch.sequence >= first) {
            Some(batch) => give(Made::Batch(batch)),
            None => Ok(()),
        };
        let mut notes = Notes::default();
        let read = source.records(&mut notes, &mut |record| give(packer.push(record)));
        let read = read.and_then(|()| give(packer.flush()));
        // Nobody may be there any more to hear of it.
        let _ = send.blocking_send(read.map(|()| Made::End(packer.total, notes)));
    });
    made
}

struct Packer {
    records: Vec<SyncRecord>,
    bytes: usize,
    sequence: i64,
    total: i64,
}

impl Packer {
    /// The batch that is full before this record, if one is.
    fn push(&mut self, record: SyncRecord) -> Option<SyncBatch> {
        let bytes = record.encoded_len() + FRAME;
        let full = self.records.len() == RECORDS || self.bytes + bytes > BYTES;
        let batch = if full { self.flush() } else { None };
        self.bytes += bytes;
        self.total += 1;
        self.records.push(record);
        batch
    }

    fn flush(&mut self) -> Option<SyncBatch> {
        if self.records.is_empty() {
            return None;
        }
        let batch = SyncBatch { sequence: self.sequence, records: std::mem::take(&mut self.records) };
        (self.sequence, self.bytes) = (self.sequence + 1, 0);
        Some(batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_holds_what_the_contract_lets_it() {
        let mut packer = Packer { records: Vec::new(), bytes: 0, sequence: 0, total: 0 };
        let record = |bytes: usize| SyncRecord { source_id: "x".repeat(bytes), ..SyncRecord::default() };
        let mut batches: Vec<_> = (0..RECORDS + 1).filter_map(|_| packer.push(record(1))).collect();
        batches.extend((0..300).filter_map(|_| packer.push(record(4_096))));
        batches.extend(packer.flush());
        let numbers: Vec<_> = batches.iter().map(|batch| (batch.sequence, batch.records.len())).collect();
        assert_eq!(numbers.first(), Some(&(0, RECORDS)));
        assert!(batches.iter().all(|batch| batch.encoded_len() < 1 << 20));
        assert_eq!(numbers.iter().map(|(_, records)| records).sum::<usize>(), RECORDS + 301);
        assert_eq!(packer.total, 5_301);
        assert!(packer.flush().is_none());
    }
}
