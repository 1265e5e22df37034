//! What is taught: needs, masterclasses and their sessions.

use super::stage::Stage;
use anyhow::Result;
use contracts::masterclasses::v1::{
    AgreeLearningNeedRequest, Audience, CreateLearningNeedRequest, CreateMasterclassRequest,
    CreateSessionsRequest, LearningNeed, Lecturer, Masterclass, Recurrence, SeatFence, Session,
    masterclass::Format, session::WaitlistPolicy,
};
use jiff::civil::Weekday;

/// Whose being there says that the demo is.
pub const FIRST: &str = "masterclasses/systemic-practice";

const BIG: &str = "masterclasses/systemic-practice";
const FENCED: &str = "masterclasses/trauma-informed-supervision";
const SMALL: &str = "masterclasses/evidence-in-court";
const OFFERED: &str = "masterclasses/neglect-lunch";

/// # Errors
/// The service refuses.
pub async fn plan(stage: &mut Stage) -> Result<Vec<String>> {
    needs(stage).await?;
    let answered =
        need(stage, "sunderland", "Recognising neglect early", "An audit of 40 case files", 120).await?;
    agree(stage, "teesside", &answered).await?;
    masterclasses(stage, answered).await?;
    sessions(stage).await?;
    Ok(vec![
        "3 learning needs: one raised, one agreed by a council and a university, one answered".into(),
        "4 masterclasses: systemic-practice (teesside), trauma-informed-supervision (northumbria), evidence-in-court \
         (durham), neglect-lunch (sunderland)"
            .into(),
        "7 sessions in the coming weeks: a weekly series of 4, one with seats fenced for durham and gateshead, a full \
         one with a waiting list, one where freed seats are offered"
            .into(),
    ])
}

/// One that is only raised, and one that a council and a university have agreed.
async fn needs(stage: &mut Stage) -> Result<()> {
    need(stage, "gateshead", "Direct work with teenagers", "A survey of early help staff", 35).await?;
    let agreed = need(stage, "durham", "Supervising through secondary trauma", "Exit interviews", 60).await?;
    agree(stage, "northumbria", &agreed).await
}

async fn need(stage: &mut Stage, partner: &str, title: &str, evidence: &str, people: i32) -> Result<String> {
    let learning_need = LearningNeed {
        title: title.into(),
        evidence: evidence.into(),
        people_affected: people,
        ..LearningNeed::default()
    };
    let ask = CreateLearningNeedRequest {
        parent: format!("partners/{partner}"),
        learning_need: Some(learning_need),
        request_id: stage.id(title),
    };
    let request = stage.ask(partner, ask)?;
    Ok(stage.masterclasses.create_learning_need(request).await?.into_inner().name)
}

async fn agree(stage: &mut Stage, partner: &str, need: &str) -> Result<()> {
    let ask = AgreeLearningNeedRequest { name: need.into(), request_id: stage.id(&format!("agree {need}")) };
    let request = stage.ask(partner, ask)?;
    stage.masterclasses.agree_learning_need(request).await?;
    Ok(())
}

/// A masterclass as it is announced.
struct Notice {
    name: &'static str,
    host: &'static str,
    title: &'static str,
    format: Format,
    lecturer: (&'static str, &'static str),
    audiences: &'static [Audience],
    cpd_hours: &'static str,
}

const NOTICES: [Notice; 4] = [
    Notice {
        name: BIG,
        host: "teesside",
        title: "Systemic practice with families",
        format: Format::Masterclass,
        lecturer: ("Dr Ffion Bevan-Achebe", "Teesside University"),
        audiences: &[],
        cpd_hours: "2.5",
    },
    Notice {
        name: FENCED,
        host: "northumbria",
        title: "Trauma-informed supervision",
        format: Format::Seminar,
        lecturer: ("Professor Idris Talvisson", "Northumbria University"),
        audiences: &[Audience::Manager, Audience::PracticeEducator, Audience::SocialWorker],
        cpd_hours: "3",
    },
    Notice {
        name: SMALL,
        host: "durham",
        title: "Giving evidence in the family court",
        format: Format::Masterclass,
        lecturer: ("Judge Rowena Sandoval (retired)", ""),
        audiences: &[Audience::SocialWorker, Audience::NewlyQualified],
        cpd_hours: "6.5",
    },
    Notice {
        name: OFFERED,
        host: "sunderland",
        title: "Lunch and learn: what our neglect audit found",
        format: Format::LunchAndLearn,
        lecturer: ("Amarachi", "Sunderland City Council"),
        audiences: &[],
        cpd_hours: "1",
    },
];

async fn masterclasses(stage: &mut Stage, answered: String) -> Result<()> {
    for notice in &NOTICES {
        let (name, from) = notice.lecturer;
        let masterclass = Masterclass {
            title: notice.title.into(),
            format: notice.format.into(),
            lecturers: vec![Lecturer { display_name: name.into(), organisation: from.into() }],
            audiences: notice.audiences.iter().map(|audience| (*audience).into()).collect(),
            cpd_hours: notice.cpd_hours.into(),
            learning_needs: if notice.name == OFFERED { vec![answered.clone()] } else { Vec::new() },
            ..Masterclass::default()
        };
        let ask = CreateMasterclassRequest {
            masterclass: Some(masterclass),
            masterclass_id: notice.name.trim_start_matches("masterclasses/").into(),
            request_id: stage.id(notice.name),
        };
        let request = stage.ask(notice.host, ask)?;
        stage.masterclasses.create_masterclass(request).await?;
    }
    Ok(())
}

async fn sessions(stage: &mut Stage) -> Result<()> {
    let weekly = Some(Recurrence { interval_weeks: 1, count: 4 });
    let mut series = timed(stage, 1, Weekday::Thursday, (10, 0), (12, 30))?;
    (series.capacity, series.venue) = (30, "Room 2.14, Middlesbrough".into());
    schedule(stage, "teesside", BIG, "thursdays", series, weekly).await?;

    let mut fenced = timed(stage, 2, Weekday::Tuesday, (13, 30), (16, 30))?;
    (fenced.capacity, fenced.venue) = (12, "Sutherland Building, Newcastle".into());
    let fence = |partner: &str, seats| SeatFence { partner: format!("partners/{partner}"), seats };
    fenced.fences = vec![fence("durham", 4), fence("gateshead", 3)];
    fenced.fence_release_time = Some(stage.at(1, Weekday::Friday, 9, 0)?);
    schedule(stage, "northumbria", FENCED, "first", fenced, None).await?;

    let mut small = timed(stage, 3, Weekday::Wednesday, (9, 30), (16, 30))?;
    (small.capacity, small.venue) = (3, "Mock court room, Durham".into());
    schedule(stage, "durham", SMALL, "mock-trial", small, None).await?;

    let mut offered = timed(stage, 2, Weekday::Friday, (12, 0), (13, 0))?;
    (offered.capacity, offered.online_url) = (3, "https://meet.sunderland.invalid/neglect".into());
    offered.offer_hours = 24;
    offered.set_waitlist_policy(WaitlistPolicy::Offer);
    schedule(stage, "sunderland", OFFERED, "friday", offered, None).await
}

fn timed(stage: &Stage, weeks: i64, day: Weekday, from: (i8, i8), to: (i8, i8)) -> Result<Session> {
    Ok(Session {
        start_time: Some(stage.at(weeks, day, from.0, from.1)?),
        end_time: Some(stage.at(weeks, day, to.0, to.1)?),
        time_zone: "Europe/London".into(),
        ..Session::default()
    })
}

async fn schedule(
    stage: &mut Stage,
    host: &str,
    parent: &str,
    session_id: &str,
    session: Session,
    recurrence: Option<Recurrence>,
) -> Result<()> {
    let ask = CreateSessionsRequest {
        parent: parent.into(),
        session: Some(session),
        session_id: session_id.into(),
        recurrence,
        request_id: stage.id(&format!("{parent} {session_id}")),
    };
    let request = stage.ask(host, ask)?;
    stage.masterclasses.create_sessions(request).await?;
    Ok(())
}
