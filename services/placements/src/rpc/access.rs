//! Which roles of which kind of partner may call: one row an RPC. Whose rows they then see or change is decided
//! further in.

use admission::{AccessTable, Class, Row, TableError};
use vocabulary::Role;
use vocabulary::Role::{
    Auditor, DataProtectionOfficer, LearnerSupport, PartnershipCoordinator, PlacementCoordinator,
    PracticeEducator, PracticeLead, ProgrammeManager, Service, WorkforceAnalyst,
};

/// See who means to host.
const INTEREST_READERS: &[Role] =
    &[PlacementCoordinator, PartnershipCoordinator, PracticeLead, ProgrammeManager, WorkforceAnalyst];
/// Say what a host can offer, and answer for it; at a university, say who needs a place.
const COORDINATORS: &[Role] = &[PlacementCoordinator];
/// See a host's educators.
const EDUCATOR_READERS: &[Role] =
    &[PlacementCoordinator, PartnershipCoordinator, PracticeLead, PracticeEducator];
/// See what is on offer: at a host its own, at a university what is open.
const OFFER_READERS: &[Role] =
    &[PlacementCoordinator, PartnershipCoordinator, PracticeLead, PracticeEducator, ProgrammeManager];
/// See what students need: their university, and who has accepted them.
const NEED_READERS: &[Role] =
    &[PlacementCoordinator, PracticeEducator, LearnerSupport, DataProtectionOfficer];
/// Weigh a pair.
const CHECKERS: &[Role] = &[PlacementCoordinator, PartnershipCoordinator];
/// Match for the whole partnership.
const MATCHERS: &[Role] = &[PartnershipCoordinator];
/// See how a run went; of its matches, a university's own.
const RUN_READERS: &[Role] = &[PartnershipCoordinator, PlacementCoordinator];
/// Propose; with waivers only a partnership coordinator.
const PROPOSERS: &[Role] = &[PlacementCoordinator, PartnershipCoordinator];
/// See placements to which their partner is party.
const PLACEMENT_READERS: &[Role] = &[
    PlacementCoordinator,
    PartnershipCoordinator,
    PracticeEducator,
    PracticeLead,
    ProgrammeManager,
    LearnerSupport,
    DataProtectionOfficer,
    Service,
];
/// Keep a placement's ledger and its reviews.
const KEEPERS: &[Role] = &[PlacementCoordinator, PracticeEducator];
/// Say that something is wrong, or that it no longer is.
const CARERS: &[Role] = &[PlacementCoordinator, PracticeEducator, LearnerSupport];
const RECOMMENDERS: &[Role] = &[PracticeEducator];
const DECIDERS: &[Role] = &[PlacementCoordinator, ProgrammeManager];
const AUDITORS: &[Role] = &[Auditor, DataProtectionOfficer];
/// A year's match of a large partnership takes its time.
const TEN_MINUTES: std::time::Duration = std::time::Duration::from_secs(600);

macro_rules! hosting {
    ($method:literal) => {
        concat!("/practicum.placements.v1.HostingService/", $method)
    };
}

macro_rules! matching {
    ($method:literal) => {
        concat!("/practicum.placements.v1.MatchingService/", $method)
    };
}

macro_rules! placement {
    ($method:literal) => {
        concat!("/practicum.placements.v1.PlacementService/", $method)
    };
}

/// # Errors
/// Two rows for one method.
pub fn table() -> Result<AccessTable, TableError> {
    AccessTable::new(hosting().into_iter().chain(matching()).chain(placement()).chain([
        Row::new("/practicum.common.v1.AuditService/ListAuditEntries", Class::List).everyone(AUDITORS),
        Row::new("/practicum.common.v1.AuditService/VerifyAuditLog", Class::Report).everyone(AUDITORS),
    ]))
}

/// Of hosts: councils and voluntary organisations.
fn hosts(method: &'static str, class: Class, roles: &[Role]) -> Row {
    Row::new(method, class).councils(roles).voluntary(roles)
}

fn hosting() -> Vec<Row> {
    vec![
        hosts(hosting!("SetHostingInterest"), Class::Write, COORDINATORS),
        Row::new(hosting!("ListHostingInterests"), Class::List).everyone(INTEREST_READERS),
        hosts(hosting!("CreatePracticeEducator"), Class::Write, COORDINATORS),
        hosts(hosting!("GetPracticeEducator"), Class::Read, EDUCATOR_READERS),
        hosts(hosting!("ListPracticeEducators"), Class::List, EDUCATOR_READERS),
        hosts(hosting!("UpdatePracticeEducator"), Class::Write, COORDINATORS),
        hosts(hosting!("CreatePlacementOffer"), Class::Write, COORDINATORS),
        Row::new(hosting!("GetPlacementOffer"), Class::Read).everyone(OFFER_READERS),
        Row::new(hosting!("ListPlacementOffers"), Class::List).everyone(OFFER_READERS),
        hosts(hosting!("UpdatePlacementOffer"), Class::Write, COORDINATORS),
        hosts(hosting!("PublishPlacementOffer"), Class::Write, COORDINATORS),
        hosts(hosting!("ReaffirmPlacementOffer"), Class::Write, COORDINATORS),
        hosts(hosting!("WithdrawPlacementOffer"), Class::Cancel, COORDINATORS),
    ]
}

fn matching() -> Vec<Row> {
    vec![
        Row::new(matching!("CreatePlacementNeed"), Class::Write).universities(COORDINATORS),
        Row::new(matching!("GetPlacementNeed"), Class::Read).everyone(NEED_READERS),
        Row::new(matching!("ListPlacementNeeds"), Class::List).universities(NEED_READERS),
        Row::new(matching!("UpdatePlacementNeed"), Class::Write).universities(COORDINATORS),
        Row::new(matching!("WithdrawPlacementNeed"), Class::Cancel).universities(COORDINATORS),
        Row::new(matching!("CheckPlacement"), Class::Read).everyone(CHECKERS),
        Row::new(matching!("MatchPlacements"), Class::Report).everyone(MATCHERS).deadline(TEN_MINUTES),
        Row::new(matching!("GetMatchRun"), Class::Read).everyone(RUN_READERS),
        Row::new(matching!("ListMatches"), Class::List).everyone(RUN_READERS),
        Row::new(matching!("ApplyMatchRun"), Class::Write).everyone(MATCHERS).deadline(TEN_MINUTES),
    ]
}

fn placement() -> Vec<Row> {
    vec![
        Row::new(placement!("ProposePlacement"), Class::Write).everyone(PROPOSERS),
        Row::new(placement!("GetPlacement"), Class::Read).everyone(PLACEMENT_READERS),
        Row::new(placement!("ListPlacements"), Class::List).everyone(PLACEMENT_READERS),
        hosts(placement!("AcceptPlacement"), Class::Write, COORDINATORS),
        hosts(placement!("DeclinePlacement"), Class::Cancel, COORDINATORS),
        Row::new(placement!("ConfirmPlacement"), Class::Write).universities(COORDINATORS),
        hosts(placement!("StartPlacement"), Class::Write, COORDINATORS),
        hosts(placement!("RecordDays"), Class::Write, KEEPERS),
        Row::new(placement!("ListDays"), Class::List).everyone(PLACEMENT_READERS),
        Row::new(placement!("RecordReview"), Class::Write).everyone(KEEPERS),
        Row::new(placement!("RaiseConcern"), Class::Write).everyone(CARERS),
        Row::new(placement!("ResolveConcern"), Class::Write).everyone(CARERS),
        Row::new(placement!("SuspendPlacement"), Class::Write).everyone(COORDINATORS),
        Row::new(placement!("ResumePlacement"), Class::Write).everyone(COORDINATORS),
        hosts(placement!("RecommendOutcome"), Class::Write, RECOMMENDERS),
        Row::new(placement!("DecideOutcome"), Class::Write).universities(DECIDERS),
        Row::new(placement!("WithdrawPlacement"), Class::Cancel).everyone(COORDINATORS),
        Row::new(placement!("TerminatePlacement"), Class::Cancel).everyone(COORDINATORS),
        Row::new(placement!("ListPlacementEvents"), Class::List).everyone(PLACEMENT_READERS),
        Row::new(placement!("WatchPlacements"), Class::Stream).everyone(PLACEMENT_READERS),
    ]
}
