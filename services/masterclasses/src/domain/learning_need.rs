//! A learning need: a topic that a workforce needs taught, agreed by both kinds of partner.

use super::{NeedName, Refusal};
use serde::{Deserialize, Serialize};
use vocabulary::{Instant, PartnerId, PartnerKind, Revision};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedState {
    Raised,
    /// At least one council and one university agreed.
    Agreed,
    /// A masterclass answers it.
    Answered,
    Dropped,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LearningNeed {
    pub name: NeedName,
    pub revision: Revision,
    pub title: String,
    pub description: String,
    pub evidence: String,
    pub people_affected: u32,
    /// In the order in which they agreed; whoever raised it is the first.
    pub agreed_by: Vec<Agreement>,
    pub state: NeedState,
    pub created: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    pub partner: PartnerId,
    pub kind: PartnerKind,
}

impl LearningNeed {
    /// Agrees for a partner. Says whether that changed anything: a partner agrees once.
    pub fn agree(&mut self, partner: &PartnerId, kind: PartnerKind) -> Result<bool, Refusal> {
        if self.state == NeedState::Dropped {
            return Err(Refusal::NeedDropped);
        }
        if self.agreed_by.iter().any(|agreement| agreement.partner == *partner) {
            return Ok(false);
        }
        self.agreed_by.push(Agreement { partner: partner.clone(), kind });
        let agreed = |kind| self.agreed_by.iter().any(|agreement| agreement.kind == kind);
        if self.state == NeedState::Raised && agreed(PartnerKind::Council) && agreed(PartnerKind::University)
        {
            self.state = NeedState::Agreed;
        }
        Ok(true)
    }

    /// A masterclass answers it. Says whether that changed anything.
    pub fn answer(&mut self) -> Result<bool, Refusal> {
        match self.state {
            NeedState::Agreed => {
                self.state = NeedState::Answered;
                Ok(true)
            }
            NeedState::Answered => Ok(false),
            NeedState::Raised => Err(Refusal::NeedNotAgreed { need: self.name.clone() }),
            NeedState::Dropped => Err(Refusal::NeedDropped),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_need_is_agreed_once_a_council_and_a_university_have_and_then_may_be_answered() {
        let mut need = LearningNeed {
            name: "partners/durham/learningNeeds/n".parse().unwrap(),
            revision: Revision(1),
            title: "Neglect".into(),
            description: String::new(),
            evidence: String::new(),
            people_affected: 9,
            agreed_by: vec![],
            state: NeedState::Raised,
            created: vocabulary::from_micros(0),
        };
        let (durham, gateshead, teesside) =
            ("durham".parse().unwrap(), "gateshead".parse().unwrap(), "teesside".parse().unwrap());
        assert_eq!(need.agree(&durham, PartnerKind::Council), Ok(true));
        assert_eq!(need.agree(&durham, PartnerKind::Council), Ok(false));
        assert_eq!(need.agree(&gateshead, PartnerKind::Council), Ok(true));
        assert!(matches!(need.answer(), Err(Refusal::NeedNotAgreed { .. })));
        assert_eq!(need.agree(&teesside, PartnerKind::University), Ok(true));
        assert_eq!(need.state, NeedState::Agreed);
        assert_eq!(need.answer(), Ok(true));
        assert_eq!(need.answer(), Ok(false));
    }
}
