//! One record of a university's system, as it was sent. Nothing of it has been judged.

/// What a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Course,
    CourseRun,
    Learner,
    Enrolment,
}

impl Kind {
    /// In the order in which one may refer to another.
    pub const ALL: [Kind; 4] = [Kind::Course, Kind::CourseRun, Kind::Learner, Kind::Enrolment];

    /// As the contract spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Course => "course",
            Kind::CourseRun => "course_run",
            Kind::Learner => "learner",
            Kind::Enrolment => "enrolment",
        }
    }

    pub fn at(self) -> usize {
        self as usize
    }
}

/// A choice among words: an unknown number never becomes the first of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Word {
    #[default]
    Absent,
    Known(&'static str),
    Unknown(i32),
}

impl Word {
    /// The word, or `otherwise` where none was given. Only after the check, which refuses an unknown one.
    pub fn or(self, otherwise: &'static str) -> &'static str {
        match self {
            Word::Known(word) => word,
            Word::Absent | Word::Unknown(_) => otherwise,
        }
    }
}

/// No Debug: a learner's fields are personal.
#[derive(Clone, Default)]
pub struct Record {
    pub source_id: String,
    pub origin: String,
    pub dropped: bool,
    pub body: Option<Body>,
}

#[derive(Clone)]
pub enum Body {
    Course(Course),
    CourseRun(CourseRun),
    Learner(Learner),
    Enrolment(Enrolment),
}

impl Record {
    /// A record that says nothing of its kind is of an enrolment.
    pub fn kind(&self) -> Kind {
        match &self.body {
            Some(Body::Course(_)) => Kind::Course,
            Some(Body::CourseRun(_)) => Kind::CourseRun,
            Some(Body::Learner(_)) => Kind::Learner,
            Some(Body::Enrolment(_)) | None => Kind::Enrolment,
        }
    }
}

#[derive(Clone, Default)]
pub struct Course {
    pub code: String,
    pub title: String,
    pub kind: Word,
    pub credits: String,
    pub fheq_level: i32,
    pub awarding_body: String,
}

#[derive(Clone, Default)]
pub struct CourseRun {
    pub course: String,
    pub academic_year: String,
    pub start_date: String,
    pub end_date: String,
    pub places: i32,
}

#[derive(Clone, Default)]
pub struct Learner {
    pub given_name: String,
    pub family_name: String,
    pub email: String,
    pub social_work_england_number: String,
}

#[derive(Clone, Default)]
pub struct Enrolment {
    pub course_run: String,
    pub learner: String,
    pub state: Word,
    pub start_date: String,
    pub end_date: String,
    pub study_mode: Word,
    pub sponsor: String,
    pub funding: Word,
}
