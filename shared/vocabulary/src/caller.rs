//! Who is calling, and what they may see.

use crate::{PartnerId, PersonName};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What sort of organisation a partner is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartnerKind {
    Council,
    University,
    /// A voluntary organisation.
    Voluntary,
}

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What a person, or a machine, does for their partner. Carried by the token.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Role { $($(#[$doc])* $name,)* }

        impl Role {
            pub const ALL: &'static [Role] = &[$(Role::$name,)*];

            /// As tokens spell it, for example `programme-manager`.
            pub fn as_str(self) -> &'static str {
                match self { $(Role::$name => $text,)* }
            }
        }
    };
}

roles! {
    PlacementCoordinator = "placement-coordinator",
    PracticeEducator = "practice-educator",
    Scheduler = "scheduler",
    ProgrammeManager = "programme-manager",
    /// A machine that sends a university's enrolments.
    EnrolmentSync = "enrolment-sync",
    /// Approves what a sync holds back; never the principal that sent it.
    Registrar = "registrar",
    LearnerSupport = "learner-support",
    Recruiter = "recruiter",
    ImmigrationOfficer = "immigration-officer",
    WorkforceAnalyst = "workforce-analyst",
    PracticeLead = "practice-lead",
    PanelMember = "panel-member",
    PartnershipCoordinator = "partnership-coordinator",
    DataProtectionOfficer = "data-protection-officer",
    Auditor = "auditor",
    /// Another service of the suite, on behalf of whoever called it.
    Service = "service",
}

impl std::str::FromStr for Role {
    type Err = ();
    /// A role that is not known is an error, and so grants nothing.
    fn from_str(text: &str) -> Result<Self, ()> {
        Role::ALL.iter().copied().find(|role| role.as_str() == text).ok_or(())
    }
}

/// A set of roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Roles(u32);

impl Roles {
    pub const fn of(roles: &[Role]) -> Self {
        let (mut bits, mut i) = (0, 0);
        while i < roles.len() {
            bits |= 1 << roles[i] as u32;
            i += 1;
        }
        Self(bits)
    }

    pub const fn contains(self, role: Role) -> bool {
        self.0 & (1 << role as u32) != 0
    }

    /// Whether the two sets share a role.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |bits, role| bits | 1 << role as u32))
    }
}

/// A caller whose token has been verified. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Caller {
    pub partner: PartnerId,
    pub kind: PartnerKind,
    /// The caller's own person, `partners/{partner}/people/{sub}`.
    pub person: PersonName,
    pub roles: Roles,
    /// The person on whose behalf a service calls (the token's `act`), where there is one.
    pub on_behalf_of: Option<Arc<str>>,
}

impl Caller {
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(role)
    }

    pub fn scope(&self) -> Scope {
        Scope::Partner(self.partner.clone())
    }
}

/// Whose rows a query may touch. Every query function takes one and adds its predicate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// What one partner is party to.
    Partner(PartnerId),
    /// The service itself: the desk, the sweeper, the feed. Never derived from a request.
    Service,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_spelt_as_it_is_read_and_an_unknown_one_grants_nothing() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(*role));
        }
        assert_eq!("root".parse::<Role>(), Err(()));
        assert!(!Roles::default().contains(Role::Scheduler));
        assert!(Roles::of(&[Role::Auditor]).meets([Role::Auditor, Role::Service].into_iter().collect()));
    }
}
