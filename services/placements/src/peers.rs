//! What this service asks of a student's university: whether they are enrolled, and what becomes of its enrolments.

pub use chassis::PeerError;
use chassis::{NoPeer, Peer, Peers};
use contracts::{
    common::v1::ChangeKind,
    enrolments::v1::{
        Enrolment, VerifyEnrolmentRequest, VerifyEnrolmentResponse, WatchEnrolmentsRequest,
        WatchEnrolmentsResponse, course, enrolment, enrolment_service_client::EnrolmentServiceClient,
    },
};
use tonic::Streaming;
use vocabulary::{AcademicYear, Call, Day, Deadline, PartnerId, PersonName, Role};

/// An answer is a few dozen bytes: more is none.
const LONGEST_ANSWER: usize = 64 * 1024;

/// The universities' enrolments services.
#[derive(Clone)]
pub struct Universities(Peers);

/// What a university says of one of its students.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enrolled {
    Yes,
    No,
}

/// Who asks, how long they wait, and whether somebody before them tries again too.
#[derive(Clone, Copy, Debug)]
pub struct Asking {
    pub deadline: Deadline,
    pub first_hop: bool,
}

impl Asking {
    /// For a call: all but a quarter of what is left of its time, so that the answer can still be written down.
    pub fn for_call(call: &Call) -> Self {
        let deadline = Deadline::after(call.deadline.left().mul_f64(0.75));
        Self { deadline, first_hop: !call.caller.has(Role::Service) }
    }
}

impl Universities {
    pub fn new(peers: Peers) -> Self {
        Self(peers)
    }

    /// Whether a student is enrolled on a day. It is asked in the name of the university, or else of the host, whoever
    /// of them this process speaks for.
    ///
    /// # Errors
    /// Nobody answers, or not as the contract says.
    pub async fn verify(
        &self,
        student: &PersonName,
        host: &PartnerId,
        day: Day,
        asking: Asking,
    ) -> Result<Enrolled, PeerError> {
        let university = student.partner();
        let peer = match self.0.find(university, "enrolments", university) {
            Err(NoPeer::Key(_)) => self.0.find(university, "enrolments", host)?,
            found => found?,
        };
        let client = client(peer);
        let ask = VerifyEnrolmentRequest { person: student.as_str().into(), date: day.to_string() };
        let line = self.0.line(university, "enrolments");
        let verify = |request| {
            let mut client = client.clone();
            async move { client.verify_enrolment(request).await }
        };
        understood(&line.ask(ask, asking.deadline, asking.first_hop, verify).await?)
    }

    /// The feed of a university's enrolments from `token` on, then live.
    ///
    /// # Errors
    /// It does not answer, or this process does not speak for it.
    pub async fn watch(&self, university: &PartnerId, token: &str) -> Result<Feed, PeerError> {
        let mut client = client(self.0.find(university, "enrolments", university)?);
        let ask = WatchEnrolmentsRequest { parent: university.name(), resume_token: token.into() };
        Ok(Feed { stream: client.watch_enrolments(ask).await?.into_inner(), university: university.clone() })
    }
}

fn client(peer: Peer) -> EnrolmentServiceClient<Peer> {
    EnrolmentServiceClient::new(peer).max_decoding_message_size(LONGEST_ANSWER)
}

/// An answer that contradicts itself verifies nothing, and refuses nothing either.
fn understood(answer: &VerifyEnrolmentResponse) -> Result<Enrolled, PeerError> {
    let kind = course::Kind::try_from(answer.kind).map_err(|_| PeerError::Nonsense("a course's kind"))?;
    let year = answer.academic_year.parse::<AcademicYear>();
    match (answer.enrolled, kind) {
        (false, course::Kind::Unspecified) if answer.academic_year.is_empty() => Ok(Enrolled::No),
        (true, kind) if kind != course::Kind::Unspecified && year.is_ok() => Ok(Enrolled::Yes),
        _ => Err(PeerError::Nonsense("whether somebody is enrolled")),
    }
}

/// One change in a university's feed.
#[derive(Debug)]
pub struct Heard {
    /// Where to go on from.
    pub token: String,
    /// Everything so far has been told.
    pub checkpoint: bool,
    /// Of somebody who is on no course any more, or not now; absent for anything else.
    pub away: Option<Away>,
}

/// Somebody whose enrolment was withdrawn or interrupted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Away {
    pub student: PersonName,
    /// `partners/{partner}/enrolments/{enrolment}`
    pub enrolment: String,
    /// "withdrawn" or "interrupted".
    pub state: &'static str,
}

/// The feed, being read.
pub struct Feed {
    stream: Streaming<WatchEnrolmentsResponse>,
    university: PartnerId,
}

impl Feed {
    /// The next change; nothing once the connection ends.
    ///
    /// # Errors
    /// The feed ended with an error, or what it says makes no sense.
    pub async fn next(&mut self) -> Result<Option<Heard>, PeerError> {
        let Some(answer) = self.stream.message().await? else { return Ok(None) };
        let change = answer.change.ok_or(PeerError::Nonsense("a change without its token"))?;
        Ok(Some(Heard {
            checkpoint: change.kind() == ChangeKind::Checkpoint,
            token: change.resume_token,
            away: answer.enrolment.and_then(|enrolment| away(enrolment, &self.university)),
        }))
    }
}

/// What a university says of its own students counts, and nothing else.
fn away(enrolment: Enrolment, university: &PartnerId) -> Option<Away> {
    let state = match enrolment::State::try_from(enrolment.state) {
        Ok(enrolment::State::Withdrawn) => "withdrawn",
        Ok(enrolment::State::Interrupted) => "interrupted",
        _ => return None,
    };
    let student: PersonName = enrolment.learner?.person.parse().ok()?;
    let own = format!("{}/enrolments/", university.name());
    let known =
        student.partner() == university && enrolment.name.starts_with(&own) && enrolment.name.len() < 200;
    known.then_some(Away { student, enrolment: enrolment.name, state })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_contradicts_itself_is_none() {
        let answer = |enrolled, kind, year: &str| VerifyEnrolmentResponse {
            enrolled,
            kind,
            academic_year: year.into(),
            valid_until: None,
        };
        let understood = |enrolled, kind, year| understood(&answer(enrolled, kind, year)).ok();
        assert_eq!(understood(true, 1, "2026/27"), Some(Enrolled::Yes));
        assert_eq!(understood(false, 0, ""), Some(Enrolled::No));
        for (enrolled, kind, year) in [
            (true, 0, ""),
            (true, 1, ""),
            (true, 1, "2026"),
            (true, 99, "2026/27"),
            (false, 1, "2026/27"),
            (false, 0, "x"),
        ] {
            assert_eq!(understood(enrolled, kind, year), None, "{enrolled} {kind} {year}");
        }
    }

    #[test]
    fn only_a_universitys_own_student_who_is_away_is_heard_of() {
        let told = |name: &str, person: &str, state: enrolment::State| Enrolment {
            name: name.into(),
            learner: Some(contracts::common::v1::Person { person: person.into(), ..Default::default() }),
            state: state.into(),
            ..Default::default()
        };
        let heard =
            |name: &str, person: &str, state| away(told(name, person, state), &"teesside".parse().unwrap());
        let (name, ann) = ("partners/teesside/enrolments/e", "partners/teesside/people/ann");
        assert_eq!(heard(name, ann, enrolment::State::Interrupted).unwrap().state, "interrupted");
        assert_eq!(heard(name, ann, enrolment::State::Active), None);
        for (name, person) in [
            ("partners/northumbria/enrolments/e", ann),
            (name, "partners/northumbria/people/ann"),
            (name, "nobody"),
        ] {
            assert_eq!(heard(name, person, enrolment::State::Withdrawn), None, "{name} {person}");
        }
    }
}
