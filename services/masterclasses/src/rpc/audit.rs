//! AuditService of the common contract: a partner's own log.

use super::{
    Door, open,
    parse::{Faults, checked},
    reply,
    status::status,
};
use crate::error::Error;
use contracts::common::v1::{
    ListAuditEntriesRequest, ListAuditEntriesResponse, VerifyAuditLogRequest, VerifyAuditLogResponse,
    audit_service_server::AuditService,
};
use ledger::AuditFilter;
use tonic::{Request, Response, Status};
use vocabulary::{Call, micros};

/// A log is its own partner's: another's answers as an absent one does.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
fn own(call: &Call, faults: &mut Faults, parent: &str) -> Result<(), Status> {
    match faults.partner("parent", parent) {
        Some(partner) if partner != call.caller.partner => Err(status(Error::not_found(&parent))),
        _ => Ok(()),
    }
}

#[tonic::async_trait]
impl AuditService for Door {
    async fn list_audit_entries(
        &self,
        request: Request<ListAuditEntriesRequest>,
    ) -> Result<Response<ListAuditEntriesResponse>, Status> {
        let (call, request) = open(request)?;
        let mut faults = checked(&request)?;
        own(&call, &mut faults, &request.parent)?;
        let times = (request.from_time, request.before_time);
        let question = format!("{} {} {} {times:?}", request.parent, request.resource, request.actor);
        let place = self.tokens.place(&call, &question, &request.page_token)?;
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        let filter = AuditFilter {
            before_position: place.and_then(|place| place.parse().ok()),
            resource: some(&request.resource),
            actor: some(&request.actor),
            from_us: faults.instant("from_time", request.from_time).map(micros),
            before_us: faults.instant("before_time", request.before_time).map(micros),
        };
        let size = faults.page_size(request.page_size);
        let size = faults.done(size)?;
        let rows = self.app.list_audit_entries(&call, filter, size).await.map_err(status)?;
        let answer = ListAuditEntriesResponse {
            entries: rows.rows.iter().map(reply::audit_entry).collect(),
            next_page_token: self.tokens.page(&call, &question, rows.next),
        };
        Ok(Response::new(answer))
    }

    async fn verify_audit_log(
        &self,
        request: Request<VerifyAuditLogRequest>,
    ) -> Result<Response<VerifyAuditLogResponse>, Status> {
        let (call, request) = open(request)?;
        let mut faults = checked(&request)?;
        own(&call, &mut faults, &request.parent)?;
        let known =
            (request.known_position > 0).then(|| (request.known_position, request.known_hash.clone()));
        if known.is_some() && request.known_hash.len() != 64 {
            faults.add("known_hash", "expected the SHA-256 of the known position, 64 hexadecimal digits");
        }
        faults.done(Some(()))?;
        let verdict = self.app.verify_audit_log(&call, known).await.map_err(status)?;
        Ok(Response::new(VerifyAuditLogResponse {
            intact: verdict.broken_at.is_none(),
            entries: verdict.entries,
            head_position: verdict.head_position,
            head_hash: verdict.head_hash,
            broken_at: verdict.broken_at.unwrap_or_default(),
            explanation: verdict.explanation,
        }))
    }
}
