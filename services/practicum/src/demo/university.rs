//! What Teesside University teaches, and who is on it.

use super::{cast, stage::Stage};
use anyhow::Result;
use contracts::enrolments::v1::{
    Course, CourseRun, CreateCourseRequest, CreateCourseRunRequest, CreateEnrolmentRequest, Enrolment,
    InterruptEnrolmentRequest,
    course::Kind,
    enrolment::{Funding, StudyMode},
};

const US: &str = "partners/teesside";
/// Whose being there says that all of it is.
pub const FIRST: &str = "partners/teesside/courses/ba-social-work";
const EDUCATORS: &str = "partners/teesside/courses/practice-educator-stage-1";

/// A learner by their place in the cast, a run, a sponsor, who pays, and how much of the week they study.
type Place = (usize, &'static str, &'static str, Funding, StudyMode);

const PLACES: &[Place] = &[
    (0, "ba-social-work/runs/autumn", "", Funding::Self_, StudyMode::FullTime),
    (1, "ba-social-work/runs/autumn", "", Funding::Bursary, StudyMode::FullTime),
    (2, "ba-social-work/runs/autumn", "partners/durham", Funding::ApprenticeshipLevy, StudyMode::PartTime),
    (3, "ba-social-work/runs/next-autumn", "", Funding::Unspecified, StudyMode::FullTime),
    (
        4,
        "practice-educator-stage-1/runs/autumn",
        "partners/gateshead",
        Funding::Employer,
        StudyMode::PartTime,
    ),
    (5, "practice-educator-stage-1/runs/autumn", "partners/durham", Funding::Employer, StudyMode::PartTime),
];

/// Two courses, three runs, and who is on them; one of them pauses.
///
/// # Errors
/// The service refuses.
pub async fn teach(stage: &mut Stage) -> Result<Vec<String>> {
    course(stage, FIRST, "BA (Hons) Social Work", Kind::Undergraduate, ("360", 6)).await?;
    let educators = "Practice Educator Professional Standards, stage 1";
    course(stage, EDUCATORS, educators, Kind::PracticeEducation, ("30", 7)).await?;
    let year = stage.academic_year()?;
    run(stage, FIRST, "autumn", year, 40).await?;
    run(stage, FIRST, "next-autumn", year + 1, 40).await?;
    run(stage, EDUCATORS, "autumn", year, 2).await?;
    let mut names = Vec::new();
    for place in PLACES {
        names.push(enrol(stage, place).await?);
    }
    pause(stage, &names[1]).await?;
    Ok(vec![
        "2 courses at teesside: ba-social-work with a run this year and one next, practice-educator-stage-1 whose 2 \
         places are taken"
            .into(),
        format!(
            "{} enrolments: 3 sponsored by durham and gateshead, one interrupted, one that begins next autumn",
            names.len()
        ),
    ])
}

async fn course(
    stage: &mut Stage,
    name: &str,
    title: &str,
    kind: Kind,
    (credits, level): (&str, i32),
) -> Result<()> {
    let id = name.rsplit('/').next().unwrap_or_default();
    let course = Course {
        code: id.to_uppercase(),
        title: title.into(),
        kind: kind.into(),
        credits: credits.into(),
        fheq_level: level,
        ..Course::default()
    };
    let ask = CreateCourseRequest {
        parent: US.into(),
        course: Some(course),
        course_id: id.into(),
        request_id: stage.id(name),
    };
    let request = stage.ask("teesside", ask)?;
    stage.enrolments.create_course(request).await?;
    Ok(())
}

/// A run of the academic year that begins in the autumn of `year`.
async fn run(stage: &mut Stage, course: &str, id: &str, year: i16, places: i32) -> Result<()> {
    let next = year + 1;
    let run = CourseRun {
        academic_year: format!("{year}/{:02}", next % 100),
        start_date: format!("{year}-09-01"),
        end_date: format!("{next}-08-31"),
        places,
        ..CourseRun::default()
    };
    let ask = CreateCourseRunRequest {
        parent: course.into(),
        course_run: Some(run),
        course_run_id: id.into(),
        request_id: stage.id(&format!("{course} {id}")),
    };
    let request = stage.ask("teesside", ask)?;
    stage.enrolments.create_course_run(request).await?;
    Ok(())
}

async fn enrol(stage: &mut Stage, (who, run, sponsor, funding, mode): &Place) -> Result<String> {
    let enrolment = Enrolment {
        learner: Some(cast::person("teesside", *who)),
        course_run: format!("{US}/courses/{run}"),
        study_mode: (*mode).into(),
        sponsor: (*sponsor).into(),
        funding: (*funding).into(),
        ..Enrolment::default()
    };
    let ask = CreateEnrolmentRequest {
        parent: US.into(),
        enrolment: Some(enrolment),
        enrolment_id: String::new(),
        request_id: stage.id(&format!("{run} {who}")),
    };
    let request = stage.ask("teesside", ask)?;
    Ok(stage.enrolments.create_enrolment(request).await?.into_inner().name)
}

async fn pause(stage: &mut Stage, name: &str) -> Result<()> {
    let ask = InterruptEnrolmentRequest {
        name: name.into(),
        reason: "parental leave".into(),
        request_id: stage.id("pause"),
        ..InterruptEnrolmentRequest::default()
    };
    let request = stage.ask("teesside", ask)?;
    stage.enrolments.interrupt_enrolment(request).await?;
    Ok(())
}
