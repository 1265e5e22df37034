//! Runs as the service knows them: listed, shown, approved, discarded, undone.

use super::{
    options::{At, One, Runs, Show},
    summary,
};
use crate::{client::bearer_of, columns, say::say};
use anyhow::Result;
use contracts::enrolments::v1::{
    ApplySyncRunRequest, DiscardSyncRunRequest, GetSyncRunRequest, ListSyncChangesRequest,
    ListSyncRejectsRequest, ListSyncRunsRequest, RestoreSyncRunRequest, SyncChange, SyncReject, SyncRun,
    enrolment_sync_service_client::EnrolmentSyncServiceClient,
};
use tonic::{Request, transport::Channel};
use vocabulary::{PartnerId, Role};

/// The largest page that the contract allows.
const PAGE: usize = 1_000;

/// Calls for one university.
pub struct Desk {
    client: EnrolmentSyncServiceClient<Channel>,
    target: crate::cli::Target,
}

impl Desk {
    /// # Errors
    /// Nobody answers.
    pub async fn open(at: &At, partner: &PartnerId, role: Role) -> Result<Self> {
        let target = at.target(partner, role);
        let client = EnrolmentSyncServiceClient::new(target.connect("enrolments").await?);
        Ok(Self { client, target })
    }

    /// # Errors
    /// The service refuses, here and below.
    pub async fn run(&mut self, name: &str) -> Result<SyncRun> {
        let request = self.request(GetSyncRunRequest { name: name.into() })?;
        Ok(self.client.get_sync_run(request).await?.into_inner())
    }

    /// The first of them, at most `most`.
    pub async fn rejects(&mut self, name: &str, most: usize) -> Result<Vec<SyncReject>> {
        let (mut all, mut page_token) = (Vec::new(), String::new());
        while all.len() < most {
            let page_size = page(most - all.len());
            let ask = ListSyncRejectsRequest { parent: name.into(), page_size, page_token };
            let answer = self.client.list_sync_rejects(self.request(ask)?).await?.into_inner();
            all.extend(answer.rejects);
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        Ok(all)
    }

    async fn changes(&mut self, name: &str, most: usize) -> Result<Vec<SyncChange>> {
        let (mut all, mut page_token) = (Vec::new(), String::new());
        while all.len() < most {
            let page_size = page(most - all.len());
            let ask = ListSyncChangesRequest { parent: name.into(), page_size, page_token, action: 0 };
            let answer = self.client.list_sync_changes(self.request(ask)?).await?.into_inner();
            all.extend(answer.changes);
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        Ok(all)
    }

    async fn runs(&mut self, parent: &str, data_set: &str, most: usize) -> Result<Vec<SyncRun>> {
        let (mut all, mut page_token) = (Vec::new(), String::new());
        while all.len() < most {
            let page_size = page(most - all.len());
            let (parent, data_set) = (parent.to_owned(), data_set.to_owned());
            let ask = ListSyncRunsRequest { parent, page_size, page_token, data_set };
            let answer = self.client.list_sync_runs(self.request(ask)?).await?.into_inner();
            all.extend(answer.sync_runs);
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        Ok(all)
    }

    fn request<T>(&self, message: T) -> Result<Request<T>> {
        bearer_of(&self.target, message)
    }
}

fn page(left: usize) -> i32 {
    i32::try_from(left.min(PAGE)).unwrap_or(0)
}

/// Newest first.
pub async fn list(options: Runs) -> Result<()> {
    let mut desk = Desk::open(&options.at, &options.partner, Role::Registrar).await?;
    let parent = format!("partners/{}", options.partner);
    let runs = desk.runs(&parent, &options.data_set, options.limit).await?;
    if runs.is_empty() { say("no runs") } else { say(summary::runs(&runs)) }
}

/// A run with its first changes and rejects.
pub async fn show(options: Show) -> Result<()> {
    let (partner, name) = options.one.named()?;
    let mut desk = Desk::open(&options.one.at, &partner, Role::Registrar).await?;
    let run = desk.run(&name).await?;
    say(summary::run(&run))?;
    for (what, time) in
        [("begun", &run.create_time), ("ended", &run.finish_time), ("plan good until", &run.expire_time)]
    {
        if time.is_some() {
            say(format!("{what}: {}", columns::time(time.as_ref())))?;
        }
    }
    let changes = desk.changes(&name, options.changes).await?;
    if !changes.is_empty() {
        say(format!("\nchanges:\n{}", summary::changes(&changes)))?;
    }
    let rejects = desk.rejects(&name, options.rejects).await?;
    if !rejects.is_empty() {
        say(format!("\nrejects:\n{}", summary::rejects(&rejects)))?;
    }
    Ok(())
}

pub async fn approve(one: One) -> Result<()> {
    let (mut desk, name) = registrar(&one).await?;
    let ask = ApplySyncRunRequest { name, ..ApplySyncRunRequest::default() };
    let request = desk.request(ask)?;
    say(summary::run(&desk.client.apply_sync_run(request).await?.into_inner()))
}

pub async fn discard(one: One) -> Result<()> {
    let (mut desk, name) = registrar(&one).await?;
    let ask = DiscardSyncRunRequest { name, ..DiscardSyncRunRequest::default() };
    let request = desk.request(ask)?;
    say(summary::run(&desk.client.discard_sync_run(request).await?.into_inner()))
}

pub async fn restore(one: One) -> Result<()> {
    let (mut desk, name) = registrar(&one).await?;
    let ask = RestoreSyncRunRequest { name, ..RestoreSyncRunRequest::default() };
    let request = desk.request(ask)?;
    say(summary::run(&desk.client.restore_sync_run(request).await?.into_inner()))
}

async fn registrar(one: &One) -> Result<(Desk, String)> {
    let (partner, name) = one.named()?;
    Ok((Desk::open(&one.at, &partner, Role::Registrar).await?, name))
}
