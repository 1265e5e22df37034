//! Placements, their days and their events.

use super::{rule_result, words};
use crate::domain::{
    DayKind, Placement, PlacementState,
    placement::{Concern, EnrolmentCheck, LedgerDay, PlacementEvent, Review, ReviewKind},
};
use chassis::{signed, timestamp};
use contracts::placements::v1 as wire;
use vocabulary::PersonName;

pub fn placement(placement: &Placement) -> wire::Placement {
    let named = |name: Option<&dyn ToString>| name.map(ToString::to_string).unwrap_or_default();
    let recommendation = placement.recommendation.as_ref();
    wire::Placement {
        name: placement.name.to_string(),
        etag: placement.revision.etag(),
        placement_need: placement.need.to_string(),
        placement_offer: placement.offer.to_string(),
        host: placement.host().name(),
        university: placement.university().name(),
        student: Some(words::person(&placement.student)),
        stage: words::stage(placement.stage).into(),
        setting: words::setting(placement.setting).into(),
        statutory: placement.statutory,
        practice_educator: named(placement.practice_educator.as_ref().map(|name| name as _)),
        ratifier: named(placement.ratifier.as_ref().map(|name| name as _)),
        onsite_supervisor: placement
            .onsite_supervisor
            .as_ref()
            .map(PersonName::to_string)
            .unwrap_or_default(),
        state: state(placement.state).into(),
        start_date: placement.start_date.to_string(),
        weekdays: placement.weekdays.numbers().collect(),
        days_required: signed(placement.days_required),
        days_attended: signed(placement.days_attended),
        skills_days: signed(placement.skills_days),
        projected_end_date: placement.projected_end.to_string(),
        enrolment_check: enrolment_check(placement.enrolment_check).into(),
        hold_expire_time: placement.held_until.map(timestamp),
        reviews: placement.reviews.iter().map(review).collect(),
        concerns: placement.concerns.iter().map(concern).collect(),
        rules: placement.rules.iter().map(rule_result).collect(),
        recommendation: recommendation.map(|said| said.report.expose().clone()).unwrap_or_default(),
        pass_recommended: recommendation.map(|said| said.pass),
        days_credited: placement.days_credited.map(signed),
        reason: placement.reason.clone(),
        create_time: Some(timestamp(placement.created)),
        update_time: Some(timestamp(placement.updated)),
    }
}

fn state(state: PlacementState) -> wire::placement::State {
    match state {
        PlacementState::Proposed => wire::placement::State::Proposed,
        PlacementState::Accepted => wire::placement::State::Accepted,
        PlacementState::Confirmed => wire::placement::State::Confirmed,
        PlacementState::InProgress => wire::placement::State::InProgress,
        PlacementState::Suspended => wire::placement::State::Suspended,
        PlacementState::Recommended => wire::placement::State::Recommended,
        PlacementState::Passed => wire::placement::State::Passed,
        PlacementState::Failed => wire::placement::State::Failed,
        PlacementState::Declined => wire::placement::State::Declined,
        PlacementState::Expired => wire::placement::State::Expired,
        PlacementState::Withdrawn => wire::placement::State::Withdrawn,
        PlacementState::Terminated => wire::placement::State::Terminated,
    }
}

fn enrolment_check(check: Option<EnrolmentCheck>) -> wire::placement::EnrolmentCheck {
    match check {
        None => wire::placement::EnrolmentCheck::Unspecified,
        Some(EnrolmentCheck::Verified) => wire::placement::EnrolmentCheck::Verified,
        Some(EnrolmentCheck::Refused) => wire::placement::EnrolmentCheck::Refused,
        Some(EnrolmentCheck::Pending) => wire::placement::EnrolmentCheck::Pending,
    }
}

fn review(review: &Review) -> wire::Review {
    let kind = match review.kind {
        ReviewKind::LearningAgreement => wire::review::Kind::LearningAgreement,
        ReviewKind::Midpoint => wire::review::Kind::Midpoint,
        ReviewKind::Final => wire::review::Kind::Final,
        ReviewKind::Quality => wire::review::Kind::Quality,
    };
    wire::Review {
        kind: kind.into(),
        date: review.date.to_string(),
        summary: review.summary.expose().clone(),
        on_track: review.on_track,
    }
}

fn concern(concern: &Concern) -> wire::Concern {
    let resolved = concern.resolved.as_ref();
    wire::Concern {
        concern_id: concern.id.clone(),
        raised_by: concern.raised_by.clone(),
        description: concern.description.expose().clone(),
        raise_time: Some(timestamp(concern.raised)),
        resolution: resolved.map(|(text, _)| text.expose().clone()).unwrap_or_default(),
        resolve_time: resolved.map(|(_, at)| timestamp(*at)),
    }
}

pub fn day(day: &LedgerDay) -> wire::PlacementDay {
    let kind = match day.kind {
        DayKind::Attended => wire::placement_day::Kind::Attended,
        DayKind::Absent => wire::placement_day::Kind::Absent,
        DayKind::Recall => wire::placement_day::Kind::Recall,
        DayKind::Skills => wire::placement_day::Kind::Skills,
    };
    wire::PlacementDay { date: day.date.to_string(), kind: kind.into(), note: day.note.expose().clone() }
}

pub fn event(event: &PlacementEvent) -> wire::PlacementEvent {
    wire::PlacementEvent {
        from_state: event.from.map_or(wire::placement::State::Unspecified, state).into(),
        to_state: state(event.to).into(),
        actor: event.actor.clone(),
        reason: event.reason.clone(),
        time: Some(timestamp(event.at)),
    }
}
