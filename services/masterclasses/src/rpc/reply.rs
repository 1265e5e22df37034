//! From the domain to the wire: the only way out.

use crate::domain::{
    Audience, Booking, BookingState, Format, LearningNeed, Masterclass, NeedState, Session, SessionState,
    WaitlistPolicy,
};
use chassis::{signed, timestamp};
use contracts::{common::v1 as common, masterclasses::v1 as wire};

pub fn learning_need(need: &LearningNeed) -> wire::LearningNeed {
    let state = match need.state {
        NeedState::Raised => wire::learning_need::State::Raised,
        NeedState::Agreed => wire::learning_need::State::Agreed,
        NeedState::Answered => wire::learning_need::State::Answered,
        NeedState::Dropped => wire::learning_need::State::Dropped,
    };
    wire::LearningNeed {
        name: need.name.to_string(),
        etag: need.revision.etag(),
        title: need.title.clone(),
        description: need.description.clone(),
        evidence: need.evidence.clone(),
        people_affected: signed(need.people_affected),
        agreed_by: need.agreed_by.iter().map(|agreement| agreement.partner.name()).collect(),
        state: state.into(),
        create_time: Some(timestamp(need.created)),
    }
}

pub fn masterclass(masterclass: &Masterclass) -> wire::Masterclass {
    let format = match masterclass.format {
        Format::Masterclass => wire::masterclass::Format::Masterclass,
        Format::Seminar => wire::masterclass::Format::Seminar,
        Format::LunchAndLearn => wire::masterclass::Format::LunchAndLearn,
        Format::DevelopmentDay => wire::masterclass::Format::DevelopmentDay,
        Format::Networking => wire::masterclass::Format::Networking,
    };
    let lecturer = |lecturer: &crate::domain::Lecturer| wire::Lecturer {
        display_name: lecturer.display_name.clone(),
        organisation: lecturer.organisation.clone(),
    };
    wire::Masterclass {
        name: masterclass.name.to_string(),
        etag: masterclass.revision.etag(),
        host: masterclass.host.name(),
        title: masterclass.title.clone(),
        description: masterclass.description.clone(),
        format: format.into(),
        lecturers: masterclass.lecturers.iter().map(lecturer).collect(),
        audiences: masterclass.audiences.iter().map(|a| audience(*a).into()).collect(),
        cpd_hours: masterclass.cpd_hours.clone(),
        learning_needs: masterclass.learning_needs.iter().map(ToString::to_string).collect(),
        create_time: Some(timestamp(masterclass.created)),
        update_time: Some(timestamp(masterclass.updated)),
    }
}

fn audience(audience: Audience) -> wire::Audience {
    match audience {
        Audience::SocialWorker => wire::Audience::SocialWorker,
        Audience::NewlyQualified => wire::Audience::NewlyQualified,
        Audience::Student => wire::Audience::Student,
        Audience::PracticeEducator => wire::Audience::PracticeEducator,
        Audience::Manager => wire::Audience::Manager,
        Audience::EarlyHelp => wire::Audience::EarlyHelp,
        Audience::AgencyWorker => wire::Audience::AgencyWorker,
        Audience::InternationalRecruit => wire::Audience::InternationalRecruit,
    }
}

pub fn session(session: &Session) -> wire::Session {
    let plan = &session.plan;
    let state = match session.state {
        SessionState::Scheduled => wire::session::State::Scheduled,
        SessionState::Cancelled => wire::session::State::Cancelled,
        SessionState::Delivered => wire::session::State::Delivered,
    };
    let policy = match plan.waitlist_policy {
        WaitlistPolicy::Promote => wire::session::WaitlistPolicy::Promote,
        WaitlistPolicy::Offer => wire::session::WaitlistPolicy::Offer,
        WaitlistPolicy::None => wire::session::WaitlistPolicy::None,
    };
    let fence = |fence: &crate::domain::Fence| wire::SeatFence {
        partner: fence.partner.name(),
        seats: signed(fence.seats),
    };
    wire::Session {
        name: session.name.to_string(),
        etag: session.revision.etag(),
        start_time: Some(timestamp(plan.start)),
        end_time: Some(timestamp(plan.end)),
        time_zone: plan.time_zone.clone(),
        venue: plan.venue.clone(),
        online_url: plan.online_url.clone(),
        capacity: signed(plan.capacity),
        fences: plan.fences.iter().map(fence).collect(),
        fence_release_time: plan.fence_release.map(timestamp),
        booking_open_time: plan.booking_open.map(timestamp),
        booking_close_time: plan.booking_close.map(timestamp),
        waitlist_policy: policy.into(),
        offer_hours: signed(plan.offer_hours),
        state: state.into(),
        seats_taken: signed(session.taken),
        waitlist_length: signed(session.waiting),
        create_time: Some(timestamp(session.created)),
        update_time: Some(timestamp(session.updated)),
        cancel_reason: session.cancel_reason.clone(),
    }
}

pub fn booking(booking: &Booking) -> wire::Booking {
    let attendee = &booking.attendee;
    let feedback = booking.feedback.as_ref();
    wire::Booking {
        name: booking.name.to_string(),
        etag: booking.revision.etag(),
        attendee: Some(common::Person {
            person: attendee.person.to_string(),
            display_name: attendee.display_name.expose().clone(),
            email: attendee.email.expose().clone(),
            social_work_england_number: attendee.social_work_england_number.expose().clone(),
        }),
        audience: booking.audience.map_or(wire::Audience::Unspecified, audience).into(),
        partner: booking.partner.name(),
        state: booking_state(booking.state).into(),
        waitlist_position: signed(booking.position),
        waitlist_join_time: booking.joined.map(timestamp),
        offer_expire_time: booking.offer_expires.map(timestamp),
        access_needs: booking.access_needs.expose().clone(),
        rating: feedback.map_or(0, |feedback| feedback.rating.into()),
        comment: feedback.map(|feedback| feedback.comment.expose().clone()).unwrap_or_default(),
        cancel_reason: booking.cancel_reason.clone(),
        create_time: Some(timestamp(booking.created)),
        update_time: Some(timestamp(booking.updated)),
    }
}

fn booking_state(state: BookingState) -> wire::booking::State {
    match state {
        BookingState::Confirmed => wire::booking::State::Confirmed,
        BookingState::Waitlisted => wire::booking::State::Waitlisted,
        BookingState::Offered => wire::booking::State::Offered,
        BookingState::Cancelled => wire::booking::State::Cancelled,
        BookingState::Lapsed => wire::booking::State::Lapsed,
        BookingState::Attended => wire::booking::State::Attended,
        BookingState::Absent => wire::booking::State::Absent,
    }
}
