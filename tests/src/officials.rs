//! Callers of enrolments: somebody of a university, or of whoever sponsors its learners.

mod learning;
pub mod syncs;

use crate::{Client, people::Bearer, request_id};
use contracts::{
    common::v1::{self as common, audit_service_client::AuditServiceClient},
    enrolments::v1::{
        self as wire, enrolment_service_client::EnrolmentServiceClient,
        enrolment_sync_service_client::EnrolmentSyncServiceClient,
        learning_record_service_client::LearningRecordServiceClient,
    },
};
use prost_types::FieldMask;
use tonic::{Request, Response, Status, service::interceptor::InterceptedService, transport::Channel};

/// Somebody who calls.
#[derive(Clone)]
pub struct Official {
    pub partner: String,
    pub enrolments: EnrolmentServiceClient<Client>,
    pub syncs: EnrolmentSyncServiceClient<Client>,
    pub learning: LearningRecordServiceClient<Client>,
    pub audit: AuditServiceClient<Client>,
}

/// A run that is under way today, whenever that is.
pub fn run(places: i32) -> wire::CourseRun {
    wire::CourseRun {
        academic_year: "2026/27".into(),
        start_date: "2020-09-21".into(),
        end_date: "2199-07-02".into(),
        places,
        ..Default::default()
    }
}

/// A mask of these paths.
pub fn mask(paths: &[&str]) -> Option<FieldMask> {
    Some(FieldMask { paths: paths.iter().map(|path| (*path).to_owned()).collect() })
}

/// Asks for an answer at least as new as an etag's change.
pub fn not_before<T>(message: T, etag: &str) -> Request<T> {
    let mut request = Request::new(message);
    let revision = etag.trim_matches('"').parse().expect("an etag holds a revision");
    request.metadata_mut().insert("practicum-min-revision", revision);
    request
}

impl Official {
    pub fn new(partner: &str, channel: Channel, token: &str) -> Self {
        let bearer = Bearer(format!("Bearer {token}").parse().expect("a token is ASCII"));
        let client = InterceptedService::new(channel, bearer);
        Self {
            partner: partner.into(),
            enrolments: EnrolmentServiceClient::new(client.clone()),
            syncs: EnrolmentSyncServiceClient::new(client.clone()),
            learning: LearningRecordServiceClient::new(client.clone()),
            audit: AuditServiceClient::new(client),
        }
    }

    fn client(&self) -> EnrolmentServiceClient<Client> {
        self.enrolments.clone()
    }

    /// One of the caller's partner's people.
    pub fn person(&self, id: &str) -> String {
        format!("partners/{}/people/{id}", self.partner)
    }

    pub async fn course(&self, id: &str) -> Result<wire::Course, Status> {
        let course = wire::Course {
            code: id.to_uppercase(),
            title: format!("Course {id}"),
            kind: wire::course::Kind::Undergraduate.into(),
            credits: "360".into(),
            fheq_level: 6,
            ..Default::default()
        };
        let request = wire::CreateCourseRequest {
            parent: format!("partners/{}", self.partner),
            course: Some(course),
            course_id: id.into(),
            request_id: request_id(),
        };
        Ok(self.client().create_course(request).await?.into_inner())
    }

    pub async fn run(&self, course: &str, id: &str, run: wire::CourseRun) -> Result<wire::CourseRun, Status> {
        let request = wire::CreateCourseRunRequest {
            parent: course.into(),
            course_run: Some(run),
            course_run_id: id.into(),
            request_id: request_id(),
        };
        Ok(self.client().create_course_run(request).await?.into_inner())
    }

    /// A course with one run; answers the run's name.
    pub async fn teach(&self, course: &str, places: i32) -> Result<String, Status> {
        let course = self.course(course).await?.name;
        Ok(self.run(&course, "r1", run(places)).await?.name)
    }

    /// Enrols somebody, as `enrolment` says beside who and on what.
    pub async fn enrol_as(
        &self,
        run: &str,
        person: &str,
        enrolment: wire::Enrolment,
    ) -> Result<wire::Enrolment, Status> {
        let learner = common::Person { person: self.person(person), ..enrolment.learner.unwrap_or_default() };
        let enrolment = wire::Enrolment { learner: Some(learner), course_run: run.into(), ..enrolment };
        let request = wire::CreateEnrolmentRequest {
            parent: format!("partners/{}", self.partner),
            enrolment: Some(enrolment),
            enrolment_id: String::new(),
            request_id: request_id(),
        };
        // Many race for a place, and on a busy machine the last of them waits long.
        let mut request = Request::new(request);
        request.set_timeout(std::time::Duration::from_secs(60));
        Ok(self.client().create_enrolment(request).await?.into_inner())
    }

    pub async fn enrol(&self, run: &str, person: &str) -> Result<wire::Enrolment, Status> {
        self.enrol_as(run, person, wire::Enrolment::default()).await
    }

    /// Enrols somebody for whom another partner pays.
    pub async fn enrol_for(&self, run: &str, person: &str, sponsor: &str) -> Result<wire::Enrolment, Status> {
        let sponsor = format!("partners/{sponsor}");
        self.enrol_as(run, person, wire::Enrolment { sponsor, ..Default::default() }).await
    }

    pub async fn enrolment(&self, name: &str) -> Result<wire::Enrolment, Status> {
        let request = wire::GetEnrolmentRequest { name: name.into() };
        Ok(self.client().get_enrolment(request).await?.into_inner())
    }

    /// The run as it is at least since the change that an etag is of.
    pub async fn run_since(&self, name: &str, etag: &str) -> Result<wire::CourseRun, Status> {
        let request = not_before(wire::GetCourseRunRequest { name: name.into() }, etag);
        Ok(self.client().get_course_run(request).await?.into_inner())
    }

    pub async fn update(
        &self,
        enrolment: wire::Enrolment,
        edited: &[&str],
        released: &[&str],
    ) -> Result<wire::Enrolment, Status> {
        let request = wire::UpdateEnrolmentRequest {
            enrolment: Some(enrolment),
            update_mask: mask(edited),
            release_mask: mask(released),
            request_id: request_id(),
        };
        Ok(self.client().update_enrolment(request).await?.into_inner())
    }

    pub async fn interrupt(&self, name: &str, reason: &str) -> Result<wire::Enrolment, Status> {
        let (name, reason, request_id) = (name.into(), reason.into(), request_id());
        let request = wire::InterruptEnrolmentRequest { name, reason, request_id, ..Default::default() };
        self.client().interrupt_enrolment(request).await.map(Response::into_inner)
    }

    pub async fn resume(&self, name: &str) -> Result<wire::Enrolment, Status> {
        let (name, request_id) = (name.into(), request_id());
        let request = wire::ResumeEnrolmentRequest { name, request_id, ..Default::default() };
        self.client().resume_enrolment(request).await.map(Response::into_inner)
    }

    pub async fn withdraw(&self, name: &str, reason: &str) -> Result<wire::Enrolment, Status> {
        let (name, reason, request_id) = (name.into(), reason.into(), request_id());
        let request = wire::WithdrawEnrolmentRequest { name, reason, request_id, ..Default::default() };
        self.client().withdraw_enrolment(request).await.map(Response::into_inner)
    }

    pub async fn complete(&self, name: &str, outcome: &str) -> Result<wire::Enrolment, Status> {
        let (name, outcome, request_id) = (name.into(), outcome.into(), request_id());
        let request = wire::CompleteEnrolmentRequest { name, outcome, request_id, ..Default::default() };
        self.client().complete_enrolment(request).await.map(Response::into_inner)
    }

    pub async fn verify(&self, person: &str, date: &str) -> Result<wire::VerifyEnrolmentResponse, Status> {
        let request = wire::VerifyEnrolmentRequest { person: person.into(), date: date.into() };
        Ok(self.client().verify_enrolment(request).await?.into_inner())
    }

    pub async fn list(
        &self,
        request: wire::ListEnrolmentsRequest,
    ) -> Result<wire::ListEnrolmentsResponse, Status> {
        Ok(self.client().list_enrolments(request).await?.into_inner())
    }

    /// The names on every page of a list.
    pub async fn pages_of(&self, request: wire::ListEnrolmentsRequest) -> Vec<Vec<String>> {
        let (mut request, mut pages) = (request, Vec::new());
        loop {
            let page = self.list(request.clone()).await.expect("a page");
            pages.push(page.enrolments.into_iter().map(|enrolment| enrolment.name).collect());
            if page.next_page_token.is_empty() {
                return pages;
            }
            request.page_token = page.next_page_token;
        }
    }
}
