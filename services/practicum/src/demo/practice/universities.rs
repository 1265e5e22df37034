//! That those who look for a final placement are enrolled, so that ConfirmPlacement finds them.

use super::students::STUDENTS;
use crate::demo::stage::Stage;
use anyhow::Result;
use contracts::enrolments::v1::{
    Course, CourseRun, CreateCourseRequest, CreateCourseRunRequest, CreateEnrolmentRequest, Enrolment,
    InterruptEnrolmentRequest, course::Kind,
};

/// Whose enrolment is interrupted: a placement of theirs cannot be confirmed.
const AWAY: &str = "w8100305";
const COURSE: &str = "ma-social-work";
const COHORT: &str = "final-year";

/// A two-year course at each university, whose second year is under way when its students are on placement.
///
/// # Errors
/// The service refuses.
pub async fn enrol(stage: &mut Stage) -> Result<String> {
    for university in ["teesside", "northumbria"] {
        teach(stage, university).await?;
    }
    for student in STUDENTS.iter().filter(|student| student.is_final()) {
        let parent = format!("partners/{}", student.university);
        let enrolment = Enrolment {
            learner: Some(student.person()),
            course_run: format!("{parent}/courses/{COURSE}/runs/{COHORT}"),
            ..Enrolment::default()
        };
        let ask = CreateEnrolmentRequest {
            parent: parent.clone(),
            enrolment: Some(enrolment),
            enrolment_id: format!("final-year-{}", student.id),
            request_id: stage.id(&format!("enrol {}", student.id)),
        };
        let request = stage.ask(student.university, ask)?;
        let name = stage.enrolments.create_enrolment(request).await?.into_inner().name;
        if student.id == AWAY {
            let (reason, request_id) = ("a period of illness".into(), stage.id("away"));
            let ask = InterruptEnrolmentRequest { name, reason, request_id, ..Default::default() };
            let request = stage.ask(student.university, ask)?;
            stage.enrolments.interrupt_enrolment(request).await?;
        }
    }
    let finals = STUDENTS.iter().filter(|student| student.is_final()).count();
    Ok(format!(
        "{finals} more enrolments, on the {COURSE} of teesside and northumbria, so that placements can be confirmed: all but \
         {AWAY}'s, who is on leave"
    ))
}

async fn teach(stage: &mut Stage, university: &str) -> Result<()> {
    let (parent, year) = (format!("partners/{university}"), stage.placement_year());
    let course = Course {
        code: "MASW".into(),
        title: "MA Social Work".into(),
        kind: Kind::Postgraduate.into(),
        credits: "180".into(),
        fheq_level: 7,
        ..Course::default()
    };
    let ask = CreateCourseRequest {
        parent: parent.clone(),
        course: Some(course),
        course_id: COURSE.into(),
        request_id: stage.id(&format!("{university} {COURSE}")),
    };
    let request = stage.ask(university, ask)?;
    stage.enrolments.create_course(request).await?;
    let run = CourseRun {
        academic_year: format!("{}/{:02}", year - 1, year % 100),
        start_date: format!("{}-09-01", year - 1),
        end_date: format!("{}-08-31", year + 1),
        ..CourseRun::default()
    };
    let ask = CreateCourseRunRequest {
        parent: format!("{parent}/courses/{COURSE}"),
        course_run: Some(run),
        course_run_id: COHORT.into(),
        request_id: stage.id(&format!("{university} {COHORT}")),
    };
    let request = stage.ask(university, ask)?;
    stage.enrolments.create_course_run(request).await?;
    Ok(())
}
