//! WatchPlacements: the host and the university hear of every change, and nobody else of any.

use super::house::*;
use contracts::{
    common::v1::ChangeKind,
    placements::v1::{RaiseConcernRequest, WatchPlacementsRequest, WatchPlacementsResponse},
};
use tonic::Streaming;

async fn watch(house: &House, partner: &str, resume_token: &str) -> Streaming<WatchPlacementsResponse> {
    let ask = WatchPlacementsRequest { resume_token: resume_token.into(), ..Default::default() };
    house.of(partner).watch_placements(ask).await.unwrap().into_inner()
}

fn kind(told: &WatchPlacementsResponse) -> ChangeKind {
    told.change.as_ref().unwrap().kind()
}

fn token(told: &WatchPlacementsResponse) -> String {
    told.change.as_ref().unwrap().resume_token.clone()
}

/// So many changes that a stream tells, and then that there are no more. Until it has heard of all it may say so sooner.
async fn told(stream: &mut Streaming<WatchPlacementsResponse>, count: usize) -> Vec<WatchPlacementsResponse> {
    let mut told = vec![];
    loop {
        let next = stream.message().await.unwrap().unwrap();
        if kind(&next) != ChangeKind::Checkpoint {
            told.push(next);
        } else if told.len() >= count {
            assert_eq!((told.len(), next.placement), (count, None));
            return told;
        }
    }
}

fn names(told: &[WatchPlacementsResponse]) -> Vec<&str> {
    told.iter().map(|told| told.placement.as_ref().unwrap().name.as_str()).collect()
}

async fn raise(house: &House, name: &str) {
    let (name, description) = (name.into(), "A desk is missing.".into());
    let ask = RaiseConcernRequest { name, description, request_id: String::new() };
    house.of("durham").raise_concern(ask).await.unwrap();
}

on_both! {
    async fn every_change_is_told_to_its_parties_and_to_nobody_else(house: House) {
        let name = house.standing("s1", State::Confirmed).await.name;
        for (partner, changes) in [("durham", 3), ("teesside", 4)] {
            let mut stream = watch(&house, partner, "").await;
            let heard = told(&mut stream, changes).await;
            assert!(names(&heard).iter().all(|it| *it == name), "{partner}");
            assert_eq!(kind(&heard[0]), ChangeKind::Created);
            // As it is now, whatever it was then.
            assert!(heard.iter().all(|it| it.placement.as_ref().unwrap().state() == State::Confirmed));
            let concerns = changes - 2;
            raise(&house, &name).await;
            let live = told(&mut stream, 1).await.remove(0);
            assert_eq!(live.placement.unwrap().concerns.len(), concerns, "{partner}");
        }
        // What the parties have heard, strangers would have.
        for partner in ["gateshead", "shelter", "northumbria"] {
            let mut stream = watch(&house, partner, "").await;
            assert_eq!(told(&mut stream, 0).await, [], "{partner}");
        }
    }

    async fn a_token_goes_on_where_its_stream_ended_and_is_its_callers_alone(house: House) {
        let (one, two) = (house.proposed("s1").await.name, house.proposed("s2").await.name);
        let whole = told(&mut watch(&house, "teesside", "").await, 2).await;
        assert_eq!(names(&whole), [one.as_str(), &two]);
        let rest = told(&mut watch(&house, "teesside", &token(&whole[0])).await, 1).await;
        assert_eq!(rest[0].placement, whole[1].placement);
        let end = token(&whole[1]);
        assert_eq!(told(&mut watch(&house, "teesside", &end).await, 0).await, []);
        raise(&house, &one).await;
        assert_eq!(names(&told(&mut watch(&house, "teesside", &end).await, 1).await), [one.as_str()]);
        for partner in ["durham", "northumbria", "gateshead"] {
            let ask = WatchPlacementsRequest { resume_token: end.clone(), ..Default::default() };
            let refused = house.of(partner).watch_placements(ask).await;
            assert!(refused.is_err_and(|status| status.code() == tonic::Code::InvalidArgument), "{partner}");
        }
        let mut now = watch(&house, "teesside", "now").await;
        assert_eq!(told(&mut now, 0).await, []);
        raise(&house, &two).await;
        assert_eq!(names(&told(&mut now, 1).await), [two.as_str()]);
    }

    async fn a_watch_is_narrowed_to_a_host_or_a_university(house: House) {
        let name = house.proposed("s1").await.name;
        for (partner, host, university, heard) in [
            ("durham", "", "partners/teesside", 1),
            ("durham", "", "partners/northumbria", 0),
            ("durham", "partners/durham", "", 1),
            ("teesside", "partners/durham", "partners/teesside", 1),
            ("teesside", "partners/gateshead", "", 0),
        ] {
            let ask = WatchPlacementsRequest {
                host: host.into(),
                university: university.into(),
                resume_token: String::new(),
            };
            let mut stream = house.of(partner).watch_placements(ask).await.unwrap().into_inner();
            let expected = vec![name.as_str(); heard];
            assert_eq!(names(&told(&mut stream, heard).await), expected, "{partner} {host} {university}");
        }
    }
}
