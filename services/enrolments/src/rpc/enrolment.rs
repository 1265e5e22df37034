//! EnrolmentService.

use super::{Door, parse, reply, status::status};
use crate::{
    actions::{ListCourseRuns, ListCourses, ListEnrolments, WatchEnrolments},
    error::Error,
};
use chassis::{Draining, open};
use contracts::enrolments::v1::{
    CompleteEnrolmentRequest, Course, CourseRun, CreateCourseRequest, CreateCourseRunRequest,
    CreateEnrolmentRequest, Enrolment, GetCourseRequest, GetCourseRunRequest, GetEnrolmentRequest,
    InterruptEnrolmentRequest, ListCourseRunsRequest, ListCourseRunsResponse, ListCoursesRequest,
    ListCoursesResponse, ListEnrolmentsRequest, ListEnrolmentsResponse, ResumeEnrolmentRequest,
    UpdateCourseRequest, UpdateCourseRunRequest, UpdateEnrolmentRequest, VerifyEnrolmentRequest,
    VerifyEnrolmentResponse, WatchEnrolmentsRequest, WatchEnrolmentsResponse, WithdrawEnrolmentRequest,
    enrolment_service_server::EnrolmentService,
};
use futures_util::{Stream, StreamExt};
use ledger::{Done, Seen};
use std::pin::Pin;
use tonic::{Request, Response, Status};
use vocabulary::Call;

/// The one enrolment that a write on one answers.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
fn written(done: Result<Done<crate::domain::Enrolment>, Error>) -> Result<Response<Enrolment>, Status> {
    let done = done.map_err(status)?;
    Ok(chassis::reply(reply::enrolment(&done.value), done.revision))
}

#[tonic::async_trait]
impl EnrolmentService for Door {
    async fn create_course(&self, request: Request<CreateCourseRequest>) -> Result<Response<Course>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::create_course(&call.caller, request)?;
        let done = self.app.create_course(&call, ask).await.map_err(status)?;
        Ok(chassis::reply(reply::course(&done.value), done.revision))
    }

    async fn get_course(&self, request: Request<GetCourseRequest>) -> Result<Response<Course>, Status> {
        let (call, request) = open(request)?;
        let name = parse::course_name(&request, &request.name)?;
        let found = self.app.get_course(&call, &name).await.map_err(status)?;
        Ok(chassis::reply(reply::course(&found.value), found.revision))
    }

    async fn list_courses(
        &self,
        request: Request<ListCoursesRequest>,
    ) -> Result<Response<ListCoursesResponse>, Status> {
        let (call, request) = open(request)?;
        let (mut filter, size) = parse::list_courses(&request)?;
        let question = format!("{} {}", request.parent, request.kind);
        filter.after = self.tokens.place(&call, &question, &request.page_token)?;
        let seen = self.app.ledger.seen(&call);
        let page = self.app.list_courses(&call, ListCourses { filter, size }).await.map_err(status)?;
        let answer = ListCoursesResponse {
            courses: page.rows.iter().map(reply::course).collect(),
            next_page_token: self.tokens.page(&call, &question, page.next),
        };
        Ok(chassis::reply(answer, seen))
    }

    async fn update_course(&self, request: Request<UpdateCourseRequest>) -> Result<Response<Course>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::update_course(request)?;
        let done = self.app.update_course(&call, ask).await.map_err(status)?;
        Ok(chassis::reply(reply::course(&done.value), done.revision))
    }

    async fn create_course_run(
        &self,
        request: Request<CreateCourseRunRequest>,
    ) -> Result<Response<CourseRun>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::create_course_run(request)?;
        let done = self.app.create_course_run(&call, ask).await.map_err(status)?;
        Ok(chassis::reply(reply::course_run(&done.value), done.revision))
    }

    async fn get_course_run(
        &self,
        request: Request<GetCourseRunRequest>,
    ) -> Result<Response<CourseRun>, Status> {
        let (call, request) = open(request)?;
        let name = parse::course_run_name(&request, &request.name)?;
        let found = self.app.get_course_run(&call, &name).await.map_err(status)?;
        Ok(chassis::reply(reply::course_run(&found.value), found.revision))
    }

    async fn list_course_runs(
        &self,
        request: Request<ListCourseRunsRequest>,
    ) -> Result<Response<ListCourseRunsResponse>, Status> {
        let (call, request) = open(request)?;
        let (mut filter, size) = parse::list_course_runs(&request)?;
        let question = format!("{} {}", request.parent, request.academic_year);
        filter.after = self.tokens.place(&call, &question, &request.page_token)?;
        let seen = self.app.ledger.seen(&call);
        let page = self.app.list_course_runs(&call, ListCourseRuns { filter, size }).await.map_err(status)?;
        let answer = ListCourseRunsResponse {
            course_runs: page.rows.iter().map(reply::course_run).collect(),
            next_page_token: self.tokens.page(&call, &question, page.next),
        };
        Ok(chassis::reply(answer, seen))
    }

    async fn update_course_run(
        &self,
        request: Request<UpdateCourseRunRequest>,
    ) -> Result<Response<CourseRun>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::update_course_run(request)?;
        let done = self.app.update_course_run(&call, ask).await.map_err(status)?;
        Ok(chassis::reply(reply::course_run(&done.value), done.revision))
    }

    async fn create_enrolment(
        &self,
        request: Request<CreateEnrolmentRequest>,
    ) -> Result<Response<Enrolment>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::create_enrolment(&call.caller, request)?;
        written(self.app.create_enrolment(&call, ask).await)
    }

    async fn get_enrolment(
        &self,
        request: Request<GetEnrolmentRequest>,
    ) -> Result<Response<Enrolment>, Status> {
        let (call, request) = open(request)?;
        let name = parse::enrolment_name(&request, &request.name)?;
        let enrolment = self.app.get_enrolment(&call, &name).await.map_err(status)?;
        Ok(chassis::reply(reply::enrolment(&enrolment), enrolment.revision))
    }

    async fn list_enrolments(
        &self,
        request: Request<ListEnrolmentsRequest>,
    ) -> Result<Response<ListEnrolmentsResponse>, Status> {
        let (call, request) = open(request)?;
        let (mut filter, size) = parse::list_enrolments(&request)?;
        let narrowed = (&request.course_run, &request.person, &request.sponsor, &request.states);
        let question = format!("{} {narrowed:?}", request.parent);
        filter.after = self.tokens.place(&call, &question, &request.page_token)?;
        let seen = self.app.ledger.seen(&call);
        let page = self.app.list_enrolments(&call, ListEnrolments { filter, size }).await.map_err(status)?;
        let answer = ListEnrolmentsResponse {
            enrolments: page.rows.iter().map(reply::enrolment).collect(),
            next_page_token: self.tokens.page(&call, &question, page.next),
        };
        Ok(chassis::reply(answer, seen))
    }

    async fn update_enrolment(
        &self,
        request: Request<UpdateEnrolmentRequest>,
    ) -> Result<Response<Enrolment>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::update_enrolment(request)?;
        written(self.app.update_enrolment(&call, ask).await)
    }

    async fn interrupt_enrolment(
        &self,
        request: Request<InterruptEnrolmentRequest>,
    ) -> Result<Response<Enrolment>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::interrupt_enrolment(request)?;
        written(self.app.interrupt_enrolment(&call, ask).await)
    }

    async fn resume_enrolment(
        &self,
        request: Request<ResumeEnrolmentRequest>,
    ) -> Result<Response<Enrolment>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::resume_enrolment(request)?;
        written(self.app.resume_enrolment(&call, ask).await)
    }

    async fn withdraw_enrolment(
        &self,
        request: Request<WithdrawEnrolmentRequest>,
    ) -> Result<Response<Enrolment>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::withdraw_enrolment(request)?;
        written(self.app.withdraw_enrolment(&call, ask).await)
    }

    async fn complete_enrolment(
        &self,
        request: Request<CompleteEnrolmentRequest>,
    ) -> Result<Response<Enrolment>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::complete_enrolment(request)?;
        written(self.app.complete_enrolment(&call, ask).await)
    }

    async fn verify_enrolment(
        &self,
        request: Request<VerifyEnrolmentRequest>,
    ) -> Result<Response<VerifyEnrolmentResponse>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::verify_enrolment(&request)?;
        let seen = self.app.ledger.seen(&call);
        let answer = self.app.verify_enrolment(&call, ask).await.map_err(status)?;
        Ok(chassis::reply(reply::verification(&answer), seen))
    }

    type WatchEnrolmentsStream = Pin<Box<dyn Stream<Item = Result<WatchEnrolmentsResponse, Status>> + Send>>;

    async fn watch_enrolments(
        &self,
        mut request: Request<WatchEnrolmentsRequest>,
    ) -> Result<Response<Self::WatchEnrolmentsStream>, Status> {
        let draining = request.extensions_mut().remove::<Draining>().unwrap_or_default();
        let (call, request) = open(request)?;
        let university = parse::watch_enrolments(&request)?;
        let since = self.tokens.since(&call, &request.parent, &request.resume_token)?;
        let seen = self.app.watch_enrolments(call.clone(), WatchEnrolments { university, since });
        let (door, parent) = (self.clone(), request.parent);
        let told = seen.map(move |seen| match seen {
            Ok(seen) => Ok(door.told(&call, &parent, seen)),
            Err(error) => Err(status(error)),
        });
        // A drain ends the stream between two messages; the last one carried the token to resume with.
        let ending = futures_util::stream::once(async { Err(status(Error::ShuttingDown)) });
        Ok(Response::new(Box::pin(chassis::paced(told).take_until(draining.begun()).chain(ending))))
    }
}

impl Door {
    fn told(
        &self,
        call: &Call,
        parent: &str,
        seen: Seen<crate::domain::Enrolment>,
    ) -> WatchEnrolmentsResponse {
        match seen {
            Seen::Change(row, enrolment) => {
                let token = self.tokens.resume(call, parent, row.revision());
                let gone = || Enrolment { name: row.resource.clone(), ..Enrolment::default() };
                let change = chassis::change(&row, enrolment.is_none(), token);
                let enrolment = enrolment.as_deref().map_or_else(gone, reply::enrolment);
                WatchEnrolmentsResponse { change: Some(change), enrolment: Some(enrolment) }
            }
            Seen::Checkpoint(revision) => {
                let token = self.tokens.resume(call, parent, revision);
                let change = chassis::checkpoint(self.app.ledger.clock.now(), token);
                WatchEnrolmentsResponse { change: Some(change), enrolment: None }
            }
        }
    }
}
