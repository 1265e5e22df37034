//! A masterclass is announced by its host, read by everybody, and changed by its host alone.

use contracts::masterclasses::v1 as wire;
use practicum_tests::{Person, on_both_stores, reason, request_id, session};
use tonic::Status;

async fn read(who: &Person, name: &str) -> Result<wire::Masterclass, Status> {
    let request = wire::GetMasterclassRequest { name: name.into() };
    Ok(who.masterclasses.clone().get_masterclass(request).await?.into_inner())
}

/// Sets the title; answers the masterclass as it then is.
async fn retitle(who: &Person, was: &wire::Masterclass, title: &str) -> Result<wire::Masterclass, Status> {
    let request = wire::UpdateMasterclassRequest {
        masterclass: Some(wire::Masterclass { title: title.into(), ..was.clone() }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["title".into()] }),
        request_id: request_id(),
    };
    Ok(who.masterclasses.clone().update_masterclass(request).await?.into_inner())
}

on_both_stores! {
    async fn everybody_reads_a_masterclass_and_only_its_host_changes_it(stand: &Stand) {
        let (durham, teesside) = (stand.scheduler("durham").await, stand.scheduler("teesside").await);
        durham.host("trauma", session(1)).await.unwrap();
        let first = read(&durham, "masterclasses/trauma").await.unwrap();
        assert_eq!(first.title, "Masterclass trauma");
        assert_eq!(read(&teesside, "masterclasses/trauma").await.unwrap(), first);
        assert_eq!(reason(&retitle(&teesside, &first, "Ours").await.unwrap_err()), "NOT_THE_HOST");
        let second = retitle(&durham, &first, "Trauma and loss").await.unwrap();
        assert_eq!(read(&durham, "masterclasses/trauma").await.unwrap(), second);
        // Whoever changes what somebody else has changed since hears of it.
        assert_eq!(reason(&retitle(&durham, &first, "Trauma").await.unwrap_err()), "STALE_ETAG");
        assert_eq!(reason(&read(&durham, "masterclasses/none").await.unwrap_err()), "NOT_FOUND");
    }
}
