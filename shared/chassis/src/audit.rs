//! AuditService of the common contract, which every service serves alike: a partner's own log.

use crate::{
    Tokens,
    door::{checked, open, timestamp},
    storage,
};
use contracts::common::v1::{
    AuditEntry, ListAuditEntriesRequest, ListAuditEntriesResponse, VerifyAuditLogRequest,
    VerifyAuditLogResponse,
    audit_service_server::{AuditService, AuditServiceServer},
};
use ledger::{AuditFilter, AuditRow, Ledger};
use refusals::{Faults, Refusal, reasons};
use tonic::{Code, Request, Response, Status};
use vocabulary::{Call, Page, micros};

/// Its name, as health and reflection give it.
pub const AUDIT_SERVICE: &str = "practicum.common.v1.AuditService";

/// The log that a ledger keeps, over gRPC.
pub struct Audit {
    ledger: Ledger,
    tokens: Tokens,
}

/// The service, refusing a message larger than `max_message_bytes`.
pub fn audit(ledger: Ledger, tokens: Tokens, max_message_bytes: usize) -> AuditServiceServer<Audit> {
    AuditServiceServer::new(Audit { ledger, tokens }).max_decoding_message_size(max_message_bytes)
}

/// A log is its own partner's: another's answers as an absent one does.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
fn own(call: &Call, faults: &mut Faults, parent: &str) -> Result<(), Status> {
    match faults.partner("parent", parent) {
        Some(partner) if partner != call.caller.partner => {
            let text = format!("{parent} does not exist, or is not yours");
            Err(Refusal::new(Code::NotFound, reasons::NOT_FOUND, text).resource("", parent).status())
        }
        _ => Ok(()),
    }
}

fn entry(row: &AuditRow) -> AuditEntry {
    AuditEntry {
        position: row.position,
        time: Some(timestamp(row.time())),
        actor: row.actor.clone(),
        on_behalf_of: row.on_behalf_of.clone(),
        method: row.method.clone(),
        resource: row.resource.clone(),
        outcome: row.outcome.clone(),
        purpose: row.purpose.clone(),
        hash: row.hash.clone(),
        trace_id: row.trace_id.clone(),
    }
}

#[tonic::async_trait]
impl AuditService for Audit {
    #[tracing::instrument(skip_all)]
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
        let rows = self.ledger.audit_list(&call, &filter, size.rows() + 1).await;
        let page = Page::of(rows.map_err(|fault| storage(&fault))?, size, |row| row.position.to_string());
        Ok(Response::new(ListAuditEntriesResponse {
            entries: page.rows.iter().map(entry).collect(),
            next_page_token: self.tokens.page(&call, &question, page.next),
        }))
    }

    #[tracing::instrument(skip_all)]
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
        let verdict = self.ledger.audit_verify(&call, known).await.map_err(|fault| storage(&fault))?;
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
