//! What clients did, and what they were told.

use std::sync::Mutex;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Book { person: String },
    Cancel { booking: String },
}

/// What a client knows of an operation. A lost reply leaves it unknown: it may have happened once or not at all,
/// and never twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The booking's name.
    Ok(String),
    /// The stable reason.
    Refused(String),
    Unknown,
}

#[derive(Clone, Debug)]
pub struct Op {
    /// The principal's full name.
    pub actor: String,
    pub what: What,
    pub request_id: String,
    pub outcome: Outcome,
}

/// All that all clients did.
#[derive(Default)]
pub struct History {
    ops: Mutex<Vec<Op>>,
    tries: Mutex<u64>,
    faults: Mutex<Vec<String>>,
}

impl History {
    pub fn add(&self, op: Op) {
        self.ops.lock().unwrap().push(op);
    }

    pub fn tried(&self, times: u64) {
        *self.tries.lock().unwrap() += times;
    }

    /// The service said INTERNAL, which it never should.
    pub fn fault(&self, what: String) {
        self.faults.lock().unwrap().push(what);
    }

    pub fn ops(&self) -> Vec<Op> {
        self.ops.lock().unwrap().clone()
    }

    pub fn tries(&self) -> u64 {
        *self.tries.lock().unwrap()
    }

    pub fn faults(&self) -> Vec<String> {
        self.faults.lock().unwrap().clone()
    }
}
