//! Every RPC, called by nobody, by each role of each kind of partner, and by a caller without any.

use crate::{
    dynamic::{Home, call, path},
    examples::empty,
};
use practicum_tests::{Options, Stand, reason};
use tonic::{Code, Status};
use vocabulary::{PartnerKind, Role};

const KINDS: [(PartnerKind, &str); 3] = [
    (PartnerKind::Council, "durham"),
    (PartnerKind::University, "teesside"),
    (PartnerKind::Voluntary, "harbour"),
];

/// Every single role, and none.
fn roles() -> Vec<Vec<Role>> {
    let mut each: Vec<Vec<Role>> = Role::ALL.iter().map(|role| vec![*role]).collect();
    each.push(vec![]);
    each
}

/// Past the porch an empty request is either complete or incomplete; it is never refused for who asks.
fn let_in(outcome: &Result<prost_reflect::DynamicMessage, Status>) -> bool {
    outcome.as_ref().map_or_else(|status| reason(status) == "INVALID_FIELDS", |_| true)
}

async fn lets_in_exactly_whom_the_table_names(home: Home) {
    let stand = Stand::up(Options::default()).await;
    let (channel, rows) = (home.channel(&stand).await, home.rows());
    let (mut admitted, mut refused) = (0, 0);
    for method in home.methods() {
        let path = path(&method);
        let row = rows.get(path.as_str()).unwrap_or_else(|| panic!("{path} has no row"));
        for (kind, partner) in KINDS {
            for roles in roles() {
                let token = stand.token(partner, &roles, "somebody");
                let caller = testkit::caller(partner, kind, &roles, "somebody");
                let outcome = call(&channel, &method, Some(&token), empty(&method)).await;
                match row.permit(&caller) {
                    Ok(()) => {
                        assert!(let_in(&outcome), "{path} {partner} {roles:?}: {outcome:?}");
                        admitted += 1;
                    }
                    Err(denied) => {
                        let status = outcome.expect_err(&path);
                        assert_eq!(status.code(), Code::PermissionDenied, "{path} {partner} {roles:?}");
                        assert_eq!(reason(&status), denied.reason(), "{path} {partner} {roles:?}");
                        refused += 1;
                    }
                }
            }
        }
    }
    assert!(admitted > 100 && refused > 100, "{admitted} let in, {refused} refused");
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn masterclasses_lets_in_exactly_the_roles_and_kinds_that_its_access_table_names() {
    lets_in_exactly_whom_the_table_names(Home::Masterclasses).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn enrolments_lets_in_exactly_the_roles_and_kinds_that_its_access_table_names() {
    lets_in_exactly_whom_the_table_names(Home::Enrolments).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn placements_lets_in_exactly_the_roles_and_kinds_that_its_access_table_names() {
    lets_in_exactly_whom_the_table_names(Home::Placements).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_and_whoever_shows_no_good_token_are_let_in_nowhere() {
    let stand = Stand::up(Options::default()).await;
    let good = stand.token("durham", Role::ALL, "somebody");
    let cut = &good[..good.len() - 3];
    let mut doors = Vec::new();
    for home in Home::ALL {
        let channel = home.channel(&stand).await;
        doors.extend(home.methods().into_iter().map(|method| (channel.clone(), method)));
    }
    for (channel, method) in &doors {
        let nobody = call(channel, method, None, empty(method)).await.unwrap_err();
        assert_eq!((nobody.code(), reason(&nobody).as_str()), (Code::Unauthenticated, "TOKEN_MISSING"));
        for token in [cut, "x", "a.b.c"] {
            let forged = call(channel, method, Some(token), empty(method)).await.unwrap_err();
            assert_eq!((forged.code(), reason(&forged).as_str()), (Code::Unauthenticated, "TOKEN_INVALID"));
        }
    }
    stand.down().await;
}

/// The first words of what changes something.
const WRITES: &[&str] = &[
    "Create",
    "Update",
    "Cancel",
    "Agree",
    "Book",
    "Answer",
    "Record",
    "Submit",
    "Interrupt",
    "Resume",
    "Withdraw",
    "Complete",
    "Set",
    "Apply",
    "Restore",
    "Publish",
    "Reaffirm",
    "Match",
    "Propose",
    "Accept",
    "Decline",
    "Confirm",
    "Start",
    "Raise",
    "Resolve",
    "Suspend",
    "Recommend",
    "Decide",
    "Terminate",
];

/// Written down by hand, so that a slip in the table itself is seen.
#[test]
fn those_who_only_watch_or_check_change_nothing() {
    let rows = Home::ALL.into_iter().flat_map(Home::rows);
    let onlookers = [
        Role::Auditor,
        Role::DataProtectionOfficer,
        Role::WorkforceAnalyst,
        Role::PanelMember,
        Role::EnrolmentSync,
    ];
    for (path, row) in rows {
        let rpc = path.rsplit('/').next().unwrap();
        for (kind, partner) in KINDS {
            let may = |role| row.permit(&testkit::caller(partner, kind, &[role], "x")).is_ok();
            if WRITES.iter().any(|verb| rpc.starts_with(verb)) {
                assert!(!onlookers.into_iter().any(may), "{path}");
            }
            let callers: Vec<Role> = Role::ALL.iter().copied().filter(|role| may(*role)).collect();
            let only: &[Role] = match rpc {
                "ListAuditEntries" | "VerifyAuditLog" => &[Role::DataProtectionOfficer, Role::Auditor],
                // Councils have no data sets. Whoever sends approves nothing.
                _ if path.contains("EnrolmentSyncService") && kind != PartnerKind::University => &[],
                "SyncEnrolments" => &[Role::EnrolmentSync],
                "ApplySyncRun" | "RestoreSyncRun" => &[Role::Registrar],
                "MatchPlacements" | "ApplyMatchRun" => &[Role::PartnershipCoordinator],
                // A host asks for nobody and decides nothing; a university answers for no place.
                "CreatePlacementNeed" | "ListPlacementNeeds" | "ConfirmPlacement" | "DecideOutcome"
                    if kind != PartnerKind::University =>
                {
                    &[]
                }
                "CreatePracticeEducator"
                | "CreatePlacementOffer"
                | "AcceptPlacement"
                | "RecordDays"
                | "RecommendOutcome"
                    if kind == PartnerKind::University =>
                {
                    &[]
                }
                "RecommendOutcome" => &[Role::PracticeEducator],
                "AcceptPlacement" | "ConfirmPlacement" | "CreatePlacementNeed" => {
                    &[Role::PlacementCoordinator]
                }
                _ => continue,
            };
            assert_eq!(callers, only, "{path} {kind:?}");
        }
    }
}
