//! What becomes of a university's enrolments. Nobody waits for it: see actions/follow_enrolments.rs.

use super::{PeerError, Universities, client};
use chassis::{NoPeer, Peer};
use contracts::{
    common::v1::ChangeKind,
    enrolments::v1::{
        Enrolment, ListEnrolmentsRequest, WatchEnrolmentsRequest, WatchEnrolmentsResponse, enrolment::State,
        enrolment_service_client::EnrolmentServiceClient,
    },
};
use std::{pin::Pin, time::Duration};
use tokio::time::timeout;
use tonic::{Request, Streaming};
use vocabulary::{PartnerId, PersonName, is_resource_id};

/// A feed says every five seconds that it has told everything: one that is silent for so long has stopped.
const SILENCE: Duration = Duration::from_secs(15);
const PATIENCE: Duration = Duration::from_secs(10);
const PAGE: i32 = 200;
const LONGEST_PAGE: usize = 4 * 1024 * 1024;
/// What the contract lets a token be, in bytes.
const LONGEST_TOKEN: usize = 2_000;

/// One change in a university's feed.
#[derive(Debug)]
pub struct Heard {
    /// Where to go on from.
    pub token: String,
    /// Everything so far has been told.
    pub checkpoint: bool,
    /// Absent where nothing is said of one of the university's own.
    pub enrolment: Option<Standing>,
}

/// How an enrolment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub student: PersonName,
    /// `partners/{partner}/enrolments/{enrolment}`
    pub enrolment: String,
    /// "withdrawn" or "interrupted", where it is either.
    pub away: Option<&'static str>,
}

/// A page of enrolments, and where the next one begins: nowhere where it is empty.
pub type Page = (Vec<Standing>, String);

impl Universities {
    /// For whom of `universities` this process speaks, so that it may follow what becomes of their enrolments.
    pub fn followed(&self, universities: &[PartnerId]) -> Vec<PartnerId> {
        let own = self.0.own().into_iter();
        own.filter(|partner| universities.contains(partner)).collect()
    }

    /// # Errors
    /// Nothing says where a university's enrolments answer, or this process does not speak for it.
    pub fn reach(&self, university: &PartnerId) -> Result<EnrolmentServiceClient<Peer>, NoPeer> {
        Ok(client(self.0.find(university, "enrolments", university)?))
    }

    /// The feed of a university's enrolments from `token` on, then live.
    ///
    /// # Errors
    /// It does not answer, or this process does not speak for it.
    pub async fn watch(&self, university: &PartnerId, token: &str) -> Result<Feed, PeerError> {
        let mut client = self.reach(university)?;
        let ask = WatchEnrolmentsRequest { parent: university.name(), resume_token: token.into() };
        let opened = timeout(SILENCE, client.watch_enrolments(ask)).await.map_err(|_| PeerError::TooLate)?;
        Ok(Feed { stream: Box::pin(opened?.into_inner()), university: university.clone() })
    }

    /// Those that are withdrawn or interrupted now, a page at a time.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn away(&self, university: &PartnerId, page_token: &str) -> Result<Page, PeerError> {
        let mut client = self.reach(university)?.max_decoding_message_size(LONGEST_PAGE);
        let mut ask = Request::new(ListEnrolmentsRequest {
            parent: university.name(),
            page_size: PAGE,
            page_token: page_token.into(),
            states: vec![State::Withdrawn.into(), State::Interrupted.into()],
            ..Default::default()
        });
        ask.set_timeout(PATIENCE);
        let answer = timeout(PATIENCE, client.list_enrolments(ask)).await.map_err(|_| PeerError::TooLate)?;
        let answer = answer?.into_inner();
        if answer.next_page_token.len() > LONGEST_TOKEN {
            return Err(PeerError::Nonsense("a page's token"));
        }
        let enrolments = answer.enrolments.into_iter();
        Ok((enrolments.filter_map(|one| standing(one, university)).collect(), answer.next_page_token))
    }
}

/// The feed, being read.
pub struct Feed {
    stream: Pin<Box<Streaming<WatchEnrolmentsResponse>>>,
    university: PartnerId,
}

impl Feed {
    /// The next change; nothing once the connection ends.
    ///
    /// # Errors
    /// The feed ended with an error or fell silent, or what it says makes no sense.
    pub async fn next(&mut self) -> Result<Option<Heard>, PeerError> {
        let told = timeout(SILENCE, self.stream.message()).await.map_err(|_| PeerError::TooLate)?;
        told?.map(|answer| heard(answer, &self.university)).transpose()
    }
}

/// A place that could not be gone on from is none: it would be kept, and asked for.
fn heard(answer: WatchEnrolmentsResponse, university: &PartnerId) -> Result<Heard, PeerError> {
    let change = answer.change.ok_or(PeerError::Nonsense("a change without its token"))?;
    if change.resume_token.is_empty() || change.resume_token.len() > LONGEST_TOKEN {
        return Err(PeerError::Nonsense("a change's token"));
    }
    Ok(Heard {
        checkpoint: change.kind() == ChangeKind::Checkpoint,
        token: change.resume_token,
        enrolment: answer.enrolment.and_then(|enrolment| standing(enrolment, university)),
    })
}

/// What a university says of its own students counts, and nothing else.
fn standing(enrolment: Enrolment, university: &PartnerId) -> Option<Standing> {
    let away = match State::try_from(enrolment.state) {
        Ok(State::Withdrawn) => Some("withdrawn"),
        Ok(State::Interrupted) => Some("interrupted"),
        Ok(State::Pending | State::Active | State::Completed) => None,
        Ok(State::Unspecified) | Err(_) => return None,
    };
    let student: PersonName = enrolment.learner?.person.parse().ok()?;
    let own = format!("{}/enrolments/", university.name());
    let known = enrolment.name.strip_prefix(&own).is_some_and(is_resource_id);
    (known && student.partner() == university).then_some(Standing {
        student,
        enrolment: enrolment.name,
        away,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::common::v1::{Change, Person};

    fn told(name: &str, person: &str, state: i32) -> Enrolment {
        let learner = Some(Person { person: person.into(), ..Default::default() });
        Enrolment { name: name.into(), learner, state, ..Default::default() }
    }

    #[test]
    fn only_of_a_universitys_own_students_is_heard_how_they_stand() {
        let teesside: PartnerId = "teesside".parse().unwrap();
        let stands = |name: &str, person: &str, state| standing(told(name, person, state), &teesside);
        let (name, ann) = ("partners/teesside/enrolments/e", "partners/teesside/people/ann");
        for (state, away) in [
            (State::Active, None),
            (State::Completed, None),
            (State::Interrupted, Some("interrupted")),
            (State::Withdrawn, Some("withdrawn")),
        ] {
            assert_eq!(stands(name, ann, state.into()).unwrap().away, away);
        }
        for (name, person, state) in [
            (name, ann, 0),
            (name, ann, 99),
            ("partners/northumbria/enrolments/e", ann, 4),
            ("partners/teesside/enrolments/", ann, 4),
            ("partners/teesside/enrolments/e/x", ann, 4),
            (name, "partners/northumbria/people/ann", 4),
            (name, "nobody", 4),
        ] {
            assert_eq!(stands(name, person, state), None, "{name} {person} {state}");
        }
    }

    #[test]
    fn a_change_that_could_not_be_gone_on_from_is_none() {
        let of = |change| {
            let answer = WatchEnrolmentsResponse { change, enrolment: None };
            heard(answer, &"teesside".parse().unwrap())
        };
        let with = |token: &str| Some(Change { resume_token: token.into(), ..Default::default() });
        assert_eq!(of(with("t")).unwrap().token, "t");
        for change in [None, with(""), with(&"t".repeat(2_001))] {
            assert!(matches!(of(change), Err(PeerError::Nonsense(_))));
        }
    }
}
