//! Bad requests to placements.

use super::{Catalogue, text};
use prost_reflect::Value;

const WORDS: &[(&str, &str)] = &[
    ("SetHostingInterest", "hosting_interest.reasons_not_hosting[0]"),
    ("CreatePracticeEducator", "practice_educator.person.display_name"),
    ("CreatePracticeEducator", "practice_educator.team"),
    ("UpdatePracticeEducator", "practice_educator.team"),
    ("CreatePlacementOffer", "placement_offer.team"),
    ("UpdatePlacementOffer", "placement_offer.team"),
    ("WithdrawPlacementOffer", "reason"),
    ("CreatePlacementNeed", "placement_need.student.display_name"),
    ("CreatePlacementNeed", "placement_need.adjustments"),
    ("CreatePlacementNeed", "placement_need.earlier_placements[0].host"),
    ("UpdatePlacementNeed", "placement_need.adjustments"),
    ("WithdrawPlacementNeed", "reason"),
    ("DeclinePlacement", "reason"),
    ("RecordDays", "days[0].note"),
    ("RecordReview", "review.summary"),
    ("RaiseConcern", "description"),
    ("ResolveConcern", "resolution"),
    ("SuspendPlacement", "reason"),
    ("RecommendOutcome", "report"),
    ("DecideOutcome", "reason"),
    ("WithdrawPlacement", "reason"),
    ("TerminatePlacement", "reason"),
];
const LISTS: &[&str] = &[
    "ListHostingInterests",
    "ListPracticeEducators",
    "ListPlacementOffers",
    "ListPlacementNeeds",
    "ListMatches",
    "ListPlacements",
    "ListDays",
    "ListPlacementEvents",
    "ListAuditEntries",
];
const ETAGS: &[(&str, &str)] = &[
    ("SetHostingInterest", "hosting_interest.etag"),
    ("UpdatePracticeEducator", "practice_educator.etag"),
    ("UpdatePlacementOffer", "placement_offer.etag"),
    ("PublishPlacementOffer", "etag"),
    ("UpdatePlacementNeed", "placement_need.etag"),
    ("WithdrawPlacementNeed", "etag"),
    ("AcceptPlacement", "etag"),
    ("ConfirmPlacement", "etag"),
    ("DecideOutcome", "etag"),
];

pub fn add(list: &mut Catalogue<'_>) {
    words(list);
    tokens(list);
    dates(list);
    hosting(list);
    needs(list);
    placements(list);
    list.add("VerifyAuditLog", "left out", vec![("known_hash", text(""))], "known_hash");
}

fn words(list: &mut Catalogue<'_>) {
    for (rpc, field) in WORDS {
        for control in ["a\u{7}b", "a\u{1b}[31mb", "a\u{85}b"] {
            list.one(rpc, field, "with a control character", text(control));
        }
    }
    for rpc in ["DeclinePlacement", "SuspendPlacement", "WithdrawPlacement", "TerminatePlacement"] {
        list.one(rpc, "reason", "of spaces", text("   "));
    }
    list.one("RaiseConcern", "description", "of spaces", text("  "));
    list.one("ResolveConcern", "resolution", "of spaces", text("  "));
}

fn tokens(list: &mut Catalogue<'_>) {
    for rpc in LISTS {
        for token in ["x", "AAAA", "not base64url!", &"A".repeat(1_999)] {
            let edits = vec![("page_token", text(token))];
            list.add_for(rpc, "made up", edits, "page_token", "PAGE_TOKEN_INVALID");
        }
    }
    for token in ["x", "Now", " now", &"A".repeat(1_999)] {
        let edits = vec![("resume_token", text(token))];
        list.add_for("WatchPlacements", "made up", edits, "resume_token", "RESUME_TOKEN_INVALID");
    }
    for (rpc, field) in ETAGS {
        for etag in ["7", "\"\"", "W/\"7\"", "\"x\"", "\"99999999999999999999\""] {
            list.one(rpc, field, "made up", text(etag));
        }
    }
}

fn dates(list: &mut Catalogue<'_>) {
    let dates = [
        ("CreatePracticeEducator", "practice_educator.current_until"),
        ("CreatePlacementOffer", "placement_offer.earliest_start_date"),
        ("CreatePlacementOffer", "placement_offer.latest_end_date"),
        ("CreatePlacementNeed", "placement_need.start_date"),
        ("UpdatePlacementNeed", "placement_need.start_date"),
        ("StartPlacement", "start_date"),
        ("RecordDays", "days[0].date"),
        ("RecordReview", "review.date"),
        ("ResumePlacement", "date"),
    ];
    for (rpc, field) in dates {
        for date in ["2026-02-30", "2026-13-01", "2026-00-10", "0000-01-01"] {
            list.one(rpc, field, date, text(date));
        }
    }
    let years = [
        ("CreatePlacementOffer", "placement_offer.academic_year"),
        ("CreatePlacementNeed", "placement_need.academic_year"),
        ("ListPlacementNeeds", "academic_year"),
        ("MatchPlacements", "academic_year"),
    ];
    for (rpc, field) in years {
        list.one(rpc, field, "of two years", text("2026/28"));
    }
}

fn hosting(list: &mut Catalogue<'_>) {
    let zero = || Value::EnumNumber(0);
    list.one("SetHostingInterest", "hosting_interest.interest", "unspecified", zero());
    list.one("CreatePracticeEducator", "practice_educator.qualification", "unspecified", zero());
    list.one("CreatePracticeEducator", "practice_educator.current_until", "left out", text(""));
    list.one("CreatePracticeEducator", "practice_educator.person.person", "left out", text(""));
    list.one("CreatePlacementOffer", "placement_offer.setting", "unspecified", zero());
    list.one("CreatePlacementOffer", "placement_offer.academic_year", "left out", text(""));
    list.one("CreatePlacementOffer", "placement_offer.places", "left out", Value::I32(0));
    list.one("CreatePlacementOffer", "placement_offer.weekdays[0]", "no day", Value::I32(0));
    list.one("CreatePlacementOffer", "placement_offer.stages", "left out", Value::List(vec![]));
    let window = vec![
        ("placement_offer.earliest_start_date", text("2020-06-01")),
        ("placement_offer.latest_end_date", text("2020-05-01")),
    ];
    list.add("CreatePlacementOffer", "before the first", window, "placement_offer.latest_end_date");
    let masks = [
        ("UpdatePracticeEducator", ["name", "etag", "person.person", "learners"]),
        ("UpdatePlacementOffer", ["name", "etag", "places_held", "create_time"]),
        ("UpdatePlacementNeed", ["name", "state", "placement", "student.person"]),
    ];
    for (rpc, fixed) in masks {
        for mask in ["nothing", "Team", "team.x", ""] {
            list.one(rpc, "update_mask.paths[0]", mask, text(mask));
        }
        for mask in fixed {
            let edits = vec![("update_mask.paths[0]", text(mask))];
            list.add_for(rpc, mask, edits, "update_mask.paths[0]", "IMMUTABLE_FIELD");
        }
    }
}

fn needs(list: &mut Catalogue<'_>) {
    let zero = || Value::EnumNumber(0);
    list.one("CreatePlacementNeed", "placement_need.stage", "unspecified", zero());
    list.one("CreatePlacementNeed", "placement_need.student.person", "left out", text(""));
    list.one("CreatePlacementNeed", "placement_need.start_date", "left out", text(""));
    list.one("CreatePlacementNeed", "placement_need.home.postcode", "left out", text(""));
    list.one("CreatePlacementNeed", "placement_need.weekdays[0]", "no day", Value::I32(0));
    list.one("CreatePlacementNeed", "placement_need.preferred_settings[0]", "unspecified", zero());
    for email in ["nobody", "@", "a@", "@b", "a@b@c"] {
        list.one("CreatePlacementNeed", "placement_need.student.email", email, text(email));
    }
    for number in ["SW0", "SW1234567", "1234", "SW12x"] {
        let field = "placement_need.student.social_work_england_number";
        list.one("CreatePlacementNeed", field, number, text(number));
    }
}

fn placements(list: &mut Catalogue<'_>) {
    list.one("ListPlacements", "states[0]", "unspecified", Value::EnumNumber(0));
    let twice = vec![("days[1].date", text("2020-01-08")), ("days[1].kind", Value::EnumNumber(1))];
    list.add("RecordDays", "twice", twice, "days[1].date");
    list.one("DecideOutcome", "further_days", "with a pass", Value::I32(5));
    let refer = || ("decision", Value::EnumNumber(3));
    list.add("DecideOutcome", "left out of a referral", vec![refer()], "further_days");
    let without = vec![refer(), ("further_days", Value::I32(5)), ("reason", text(" "))];
    list.add("DecideOutcome", "of spaces with a referral", without, "reason");
    list.add("DecideOutcome", "left out of a fail", vec![("decision", Value::EnumNumber(2))], "reason");
    list.one("RecordReview", "review.date", "in the future", text("2199-01-01"));
    list.one("RecordReview", "review.date", "before the start", text("2019-12-31"));
    list.one("ResumePlacement", "date", "in the future", text("2199-01-01"));
    list.one("ResumePlacement", "date", "before the suspension", text("2020-01-06"));
    let waiver = vec![("waivers[0].rule", text("P9")), ("waivers[0].reason", text("  "))];
    list.add("ProposePlacement", "of spaces", waiver, "waivers[0].reason");
}
