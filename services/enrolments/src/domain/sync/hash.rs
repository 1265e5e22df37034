//! What a record says, in sixteen bytes: two records hash alike only if they are of one kind, have one source id and
//! say the same. Whatever is written in several ways and means the same is hashed in one of them.

use super::{Body, Record, Word};
use aws_lc_rs::digest;

/// The first half of a SHA-256.
pub type ContentHash = [u8; 16];

/// Part of what is hashed. Another number makes every record differ from what was stored before.
const VERSION: u8 = 1;

/// Hashes records with one buffer.
#[derive(Default)]
pub struct Hasher {
    bytes: Vec<u8>,
}

impl Hasher {
    /// The hash of a record; `None` for one that says nothing.
    pub fn hash(&mut self, record: &Record) -> Option<ContentHash> {
        let body = record.body.as_ref()?;
        self.bytes.clear();
        self.bytes.extend([VERSION, record.kind() as u8]);
        self.text(&record.source_id);
        match body {
            Body::Course(it) => {
                self.text(&it.code);
                self.text(&it.title);
                self.word(it.kind, "");
                self.text(&it.credits);
                self.number(it.fheq_level);
                self.text(&it.awarding_body);
            }
            Body::CourseRun(it) => {
                self.text(&it.course);
                self.text(&it.academic_year);
                self.text(&it.start_date);
                self.text(&it.end_date);
                self.number(it.places);
            }
            Body::Learner(it) => {
                self.text(&it.given_name);
                self.text(&it.family_name);
                self.text(&it.email);
                self.text(&registration(&it.social_work_england_number));
            }
            Body::Enrolment(it) => {
                self.text(&it.course_run);
                self.text(&it.learner);
                self.word(it.state, "");
                self.text(&it.start_date);
                self.text(&it.end_date);
                self.word(it.study_mode, super::check::FULL_TIME);
                self.text(&it.sponsor);
                self.word(it.funding, "");
            }
        }
        Some(half(&self.bytes))
    }

    /// Prefixed with its length, so that no two sequences of texts are hashed alike.
    fn text(&mut self, text: &str) {
        self.bytes.extend((text.len() as u64).to_le_bytes());
        self.bytes.extend(text.as_bytes());
    }

    /// An unknown word is like no known one.
    fn word(&mut self, word: Word, otherwise: &'static str) {
        match word {
            Word::Unknown(number) => self.number(number),
            Word::Known(_) | Word::Absent => self.text(word.or(otherwise)),
        }
    }

    fn number(&mut self, number: i32) {
        self.bytes.extend(number.to_le_bytes());
    }
}

/// The hash of a whole batch, which tells a batch that is sent again from another of its number.
#[derive(Clone)]
pub struct BatchHash(digest::Context);

impl Default for BatchHash {
    fn default() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }
}

impl BatchHash {
    pub fn add(&mut self, record: &Record, content: Option<ContentHash>) {
        self.0.update(&[record.kind() as u8, u8::from(record.dropped), u8::from(content.is_some())]);
        self.0.update(&(record.source_id.len() as u64).to_le_bytes());
        self.0.update(record.source_id.as_bytes());
        self.0.update(&content.unwrap_or_default());
    }

    pub fn finish(self) -> ContentHash {
        first_half(self.0.finish().as_ref())
    }
}

fn half(bytes: &[u8]) -> ContentHash {
    first_half(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn first_half(whole: &[u8]) -> ContentHash {
    let mut half = ContentHash::default();
    half.copy_from_slice(&whole[..16]);
    half
}

/// A registration number as it is kept: trimmed and in upper case.
pub fn registration(text: &str) -> std::borrow::Cow<'_, str> {
    let trimmed = text.trim();
    if trimmed.bytes().any(|b| b.is_ascii_lowercase()) {
        trimmed.to_ascii_uppercase().into()
    } else {
        trimmed.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sync::{Enrolment, Learner};

    fn hash(source_id: &str, body: Body) -> ContentHash {
        let record = Record { source_id: source_id.into(), body: Some(body), ..Record::default() };
        Hasher::default().hash(&record).unwrap()
    }

    #[test]
    fn what_means_the_same_hashes_alike_and_what_differs_does_not() {
        let of = |mode, number: &str| {
            let learner = Learner { social_work_england_number: number.into(), ..Learner::default() };
            let enrolment = Enrolment { study_mode: mode, ..Enrolment::default() };
            (hash("1", Body::Enrolment(enrolment)), hash("1", Body::Learner(learner)))
        };
        assert_eq!(of(Word::Absent, " sw12"), of(Word::Known("full_time"), "SW12"));
        assert_ne!(of(Word::Absent, "SW12").0, of(Word::Known("part_time"), "SW12").0);
        assert_ne!(of(Word::Absent, "SW12").0, of(Word::Unknown(9), "SW12").0);
        let learner = |given: &str, family: &str| {
            let learner =
                Learner { given_name: given.into(), family_name: family.into(), ..Learner::default() };
            hash("1", Body::Learner(learner))
        };
        assert_ne!(learner("ab", "c"), learner("a", "bc"), "a boundary that moved is a difference");
        assert_ne!(learner("e\u{301}", "x"), learner("\u{e9}", "x"), "bytes decide, not looks");
        assert_ne!(
            hash("1", Body::Learner(Learner::default())),
            hash("2", Body::Learner(Learner::default()))
        );
    }
}
