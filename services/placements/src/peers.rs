//! What this service asks of a student's university: whether they are enrolled, and, in `feed`, what becomes of its
//! enrolments.

mod feed;

pub use chassis::PeerError;
use chassis::{NoPeer, Peer, Peers};
use contracts::enrolments::v1::{
    VerifyEnrolmentRequest, VerifyEnrolmentResponse, course, enrolment_service_client::EnrolmentServiceClient,
};
pub use feed::{Feed, Heard, Standing};
use vocabulary::{AcademicYear, Call, Day, Deadline, PartnerId, PersonName, Role};

/// An answer is a few dozen bytes, and an enrolment not many more: what is longer is none.
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
}
