//! Pages of 100,000 placements, beside the raw SQL for the same rows: behind the same walls (the service's role, a
//! transaction with the caller's scope), and as a superuser, for whom there are none.

use super::region;
use crate::table::median;
use anyhow::{Result, ensure};
use contracts::placements::v1::{ListPlacementsRequest, Location, Placement, placement::State};
use practicum_tests::{Coordinator, Options, Stand};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, postgres::PgRow};
use std::time::Instant;
use testkit::Postgres;

const PLACEMENTS: i64 = 100_000;
const PAGE: i32 = 100;
/// Pages of each question in a round; fewer where there are no more.
const TURNS: usize = 100;

/// As many as `$1` placements like the one that was proposed through the service, of three hosts and two universities
/// and in five states, each with a student of its own.
const FILL: [&str; 2] = [
    "INSERT INTO placements.students
     SELECT u || '/c' || n, u, 'Ann Smith', '', '' FROM generate_series(1, $1::bigint) n,
     LATERAL (SELECT (ARRAY['teesside', 'northumbria'])[n % 2 + 1] AS u) x",
    "INSERT INTO placements.placements
     SELECT (jsonb_populate_record(p, jsonb_build_object(
        'id', lpad(to_hex(n), 32, '0'), 'student', u || '/c' || n, 'university', u, 'need', u || '/c' || n,
        'host', (ARRAY['durham', 'gateshead', 'sunderland'])[n / 7 % 3 + 1], 'hold_us', NULL,
        'state', (ARRAY['in_progress', 'confirmed', 'passed', 'withdrawn', 'accepted'])[n / 3 % 5 + 1]))).*
     FROM placements.placements p, generate_series(1, $1::bigint) n,
     LATERAL (SELECT (ARRAY['teesside', 'northumbria'])[n % 2 + 1] AS u) x WHERE p.id = $2",
];

/// What is asked, by whom, and how SQL asks it.
struct Question {
    what: &'static str,
    caller: &'static str,
    ask: ListPlacementsRequest,
    raw: &'static str,
}

fn questions() -> Vec<Question> {
    let ask = ListPlacementsRequest { page_size: PAGE, ..Default::default() };
    let question = |what, caller, ask, raw| Question { what, caller, ask, raw };
    vec![
        question("by host", "durham", ask.clone(), "p.host = 'durham'"),
        question("by university", "teesside", ask.clone(), "p.university = 'teesside'"),
        question(
            "by host and university",
            "teesside",
            ListPlacementsRequest { host: "partners/durham".into(), ..ask.clone() },
            "p.university = 'teesside' AND p.host = 'durham'",
        ),
        question(
            "by state, at a host",
            "durham",
            ListPlacementsRequest { states: vec![State::InProgress.into()], ..ask.clone() },
            "p.host = 'durham' AND p.state = 'in_progress'",
        ),
        question(
            "by two states, at a university",
            "teesside",
            ListPlacementsRequest {
                states: vec![State::Accepted.into(), State::Passed.into()],
                ..ask.clone()
            },
            "p.university = 'teesside' AND p.state IN ('accepted', 'passed')",
        ),
        question(
            "by student",
            "teesside",
            ListPlacementsRequest { student: "partners/teesside/people/c5000".into(), ..ask },
            "p.student = 'teesside/c5000'",
        ),
    ]
}

pub async fn pages(rounds: usize) -> Result<()> {
    let cluster = Postgres::start_private(true);
    let fresh = cluster.fresh_database().await;
    let urls = (fresh.owner_url.to_string(), fresh.app_url.to_string());
    let stand = Stand::up(Options { postgres: Some(urls.clone()), ..Options::default() }).await;
    fill(&stand, &mut PgConnection::connect(&urls.0).await?).await?;
    let mut raw =
        Raw { walled: PgConnection::connect(&urls.1).await?, free: superuser(&cluster, &urls.0).await? };
    println!(
        "\nPages of {PAGE} of {PLACEMENTS} placements, PostgreSQL, over gRPC and by raw SQL in turns: p50"
    );
    println!(
        "| question | ours: ms | raw SQL: ms | ratio: median | least | most | at most | as a superuser: ms | ratio |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for question in questions() {
        let caller = stand.coordinator(question.caller).await;
        let mut medians = Vec::new();
        for _ in 0..rounds {
            medians.push(round(&caller, &mut raw, &question).await?);
        }
        let of = |part: fn(&[f64; 3]) -> f64| medians.iter().map(part);
        println!(
            "| {} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} | 2 | {:.2} | {:.2} |",
            question.what,
            median(of(|it| it[0])) * 1e3,
            median(of(|it| it[1])) * 1e3,
            median(of(|it| it[0] / it[1])),
            of(|it| it[0] / it[1]).fold(f64::INFINITY, f64::min),
            of(|it| it[0] / it[1]).fold(0.0, f64::max),
            median(of(|it| it[2])) * 1e3,
            median(of(|it| it[0] / it[2])),
        );
    }
    stand.down().await;
    Ok(())
}

/// What we are compared with.
struct Raw {
    walled: PgConnection,
    free: PgConnection,
}

async fn superuser(cluster: &Postgres, owner: &str) -> Result<PgConnection> {
    let database = owner.rsplit('/').next().unwrap_or_default();
    let (server, _) = cluster.admin_url().rsplit_once('/').unwrap_or_default();
    Ok(PgConnection::connect(&format!("{server}/{database}")).await?)
}

/// The median page of ours, of SQL's behind the walls and without them, in seconds, page by page. All have to say the
/// same.
async fn round(caller: &Coordinator, raw: &mut Raw, question: &Question) -> Result<[f64; 3]> {
    let sql = format!(
        "SELECT p.*, s.display_name, s.email, s.social_work_england_number FROM placements.placements p \
         JOIN placements.students s ON s.id = p.student WHERE {} AND p.id > $1 ORDER BY p.id LIMIT {PAGE}",
        question.raw
    );
    let mut seconds = [const { Vec::new() }; 3];
    let (mut token, mut last) = (String::new(), String::new());
    for _ in 0..TURNS {
        let began = Instant::now();
        let ask = ListPlacementsRequest { page_token: token, ..question.ask.clone() };
        let page = caller.placements.clone().list_placements(ask).await?.into_inner();
        seconds[0].push(began.elapsed().as_secs_f64());
        let began = Instant::now();
        let mut tx = raw.walled.begin().await?;
        let scope = "SELECT set_config('practicum.scope', 'partner', true), set_config('practicum.partner', $1, true)";
        sqlx::query(scope).bind(question.caller).execute(&mut *tx).await?;
        let rows = select(&mut tx, &sql, &last).await?;
        tx.commit().await?;
        seconds[1].push(began.elapsed().as_secs_f64());
        let began = Instant::now();
        let all = select(&mut raw.free, &sql, &last).await?;
        seconds[2].push(began.elapsed().as_secs_f64());
        let said: Vec<&str> = page.placements.iter().map(id).collect();
        let found = |rows: &[PgRow]| rows.iter().map(|row| row.get("id")).collect::<Vec<String>>();
        let same = said == found(&rows) && said == found(&all) && !said.is_empty();
        ensure!(same, "{}: the pages differ", question.what);
        last = said[said.len() - 1].to_owned();
        token = page.next_page_token;
        if token.is_empty() {
            last = String::new();
        }
    }
    Ok(seconds.map(|seconds| median(seconds.into_iter())))
}

async fn select(connection: &mut PgConnection, sql: &str, after: &str) -> Result<Vec<PgRow>> {
    let query = sqlx::query(AssertSqlSafe(sql.to_owned())).bind(after);
    Ok(query.fetch_all(connection).await?)
}

fn id(placement: &Placement) -> &str {
    placement.name.trim_start_matches("placements/")
}

async fn fill(stand: &Stand, raw: &mut PgConnection) -> Result<()> {
    let home = Location { postcode: "DH1".into(), latitude: Some(54.77), longitude: Some(-1.57) };
    let (host, university) = (stand.coordinator("durham").await, stand.coordinator("teesside").await);
    let offer = host.offer("first", region::offer(1, home.clone())).await?;
    let need = university.need("first", region::need(&university, "first", home)).await?;
    let first = university.propose(&need.name, &offer.name).await?;
    sqlx::query("SET practicum.scope = 'service'").execute(&mut *raw).await?;
    let [students, placements] = FILL;
    sqlx::query(students).bind(PLACEMENTS).execute(&mut *raw).await?;
    sqlx::query(placements).bind(PLACEMENTS).bind(id(&first)).execute(&mut *raw).await?;
    sqlx::query("VACUUM ANALYZE placements.placements").execute(&mut *raw).await?;
    sqlx::query("VACUUM ANALYZE placements.students").execute(&mut *raw).await?;
    Ok(())
}
