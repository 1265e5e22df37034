//! Bad requests to enrolments.

mod syncs;

use super::{Catalogue, text};
use prost_reflect::Value;

const WORDS: &[(&str, &str)] = &[
    ("CreateCourse", "course.code"),
    ("CreateCourse", "course.title"),
    ("CreateCourse", "course.awarding_body"),
    ("CreateEnrolment", "enrolment.learner.display_name"),
    ("InterruptEnrolment", "reason"),
    ("WithdrawEnrolment", "reason"),
    ("CompleteEnrolment", "outcome"),
    ("RecordLearning", "item.title"),
    ("RecordLearning", "item.reflection"),
    ("SyncEnrolments", "open.data_set"),
];

pub fn add(list: &mut Catalogue<'_>) {
    words(list);
    tokens(list);
    courses(list);
    runs(list);
    enrolments(list);
    learning(list);
    syncs::add(list);
    list.add("VerifyAuditLog", "left out", vec![("known_hash", text(""))], "known_hash");
}

fn words(list: &mut Catalogue<'_>) {
    for (rpc, field) in WORDS {
        for control in ["a\u{7}b", "a\u{1b}[31mb", "a\u{85}b"] {
            list.one(rpc, field, "with a control character", text(control));
        }
    }
    list.one("CreateCourse", "course.title", "empty", text(""));
    list.one("CreateCourse", "course.title", "of spaces", text("   "));
}

fn tokens(list: &mut Catalogue<'_>) {
    for rpc in [
        "ListCourses",
        "ListCourseRuns",
        "ListEnrolments",
        "ListSyncRuns",
        "ListSyncChanges",
        "ListSyncRejects",
        "ListAuditEntries",
    ] {
        for token in ["x", "AAAA", "not base64url!", &"A".repeat(1_999)] {
            let edits = vec![("page_token", text(token))];
            list.add_for(rpc, "made up", edits, "page_token", "PAGE_TOKEN_INVALID");
        }
    }
    for token in ["x", "Now", " now", &"A".repeat(1_999)] {
        let edits = vec![("resume_token", text(token))];
        list.add_for("WatchEnrolments", "made up", edits, "resume_token", "RESUME_TOKEN_INVALID");
    }
    let etags = [
        ("UpdateCourse", "course.etag"),
        ("UpdateCourseRun", "course_run.etag"),
        ("UpdateEnrolment", "enrolment.etag"),
        ("InterruptEnrolment", "etag"),
        ("ResumeEnrolment", "etag"),
        ("WithdrawEnrolment", "etag"),
        ("CompleteEnrolment", "etag"),
        ("ApplySyncRun", "etag"),
        ("DiscardSyncRun", "etag"),
        ("RestoreSyncRun", "etag"),
    ];
    for (rpc, field) in etags {
        for etag in ["7", "\"\"", "W/\"7\"", "\"x\"", "\"99999999999999999999\""] {
            list.one(rpc, field, "made up", text(etag));
        }
    }
}

fn masks(list: &mut Catalogue<'_>, rpc: &str, unknown: &[&str], fixed: &[&str]) {
    for mask in unknown {
        list.one(rpc, "update_mask.paths[0]", mask, text(mask));
    }
    for mask in fixed {
        let edits = vec![("update_mask.paths[0]", text(mask))];
        list.add_for(rpc, mask, edits, "update_mask.paths[0]", "IMMUTABLE_FIELD");
    }
}

fn courses(list: &mut Catalogue<'_>) {
    list.one("CreateCourse", "course.kind", "unspecified", Value::EnumNumber(0));
    list.one("CreateCourse", "parent", "another's", text("partners/durham"));
    for level in [1, 2, 3] {
        list.one("CreateCourse", "course.fheq_level", "below 4", Value::I32(level));
        list.one("UpdateCourse", "course.fheq_level", "below 4", Value::I32(level));
    }
    let fixed = ["name", "etag", "create_time", "update_time"];
    masks(list, "UpdateCourse", &["nothing", "Title", "title.x", "course.title", ""], &fixed);
    for (mask, field, empty) in
        [("title", "course.title", text("")), ("kind", "course.kind", Value::EnumNumber(0))]
    {
        let edits = vec![("update_mask.paths[0]", text(mask)), (field, empty)];
        list.add("UpdateCourse", "named and empty", edits, field);
    }
}

/// Dates and years that look right and are not.
const DAYS: &[&str] = &["2026-02-30", "2025-02-29", "2026-13-01", "0000-01-01", "9999-12-31", "2026-00-10"];
const YEARS: &[&str] = &["2026/28", "2026/26", "0000/01", "9999/00"];

fn runs(list: &mut Catalogue<'_>) {
    for (field, bad) in [("academic_year", YEARS), ("start_date", DAYS), ("end_date", DAYS)] {
        let path: &'static str = match field {
            "academic_year" => "course_run.academic_year",
            "start_date" => "course_run.start_date",
            _ => "course_run.end_date",
        };
        list.one("CreateCourseRun", path, "left out", text(""));
        for value in bad {
            list.one("CreateCourseRun", path, value, text(value));
            list.one("UpdateCourseRun", path, value, text(value));
        }
        let edits = vec![("update_mask.paths[0]", text(field))];
        list.add("UpdateCourseRun", "named and absent", edits, path);
    }
    list.one("CreateCourseRun", "course_run.end_date", "before the start", text("2026-09-20"));
    list.one("UpdateCourseRun", "course_run.end_date", "before the stored start", text("1999-01-01"));
    for year in YEARS {
        list.one("ListCourseRuns", "academic_year", year, text(year));
    }
    masks(list, "UpdateCourseRun", &["nothing", "course_run.places"], &["name", "etag", "places_taken"]);
}

fn enrolments(list: &mut Catalogue<'_>) {
    list.one("CreateEnrolment", "parent", "another's", text("partners/durham"));
    list.one("CreateEnrolment", "enrolment.learner.person", "left out", text(""));
    list.one("CreateEnrolment", "enrolment.course_run", "left out", text(""));
    for day in DAYS {
        for rpc in ["CreateEnrolment", "UpdateEnrolment"] {
            list.one(rpc, "enrolment.start_date", day, text(day));
            list.one(rpc, "enrolment.end_date", day, text(day));
        }
        list.one("VerifyEnrolment", "date", day, text(day));
    }
    list.one("CreateEnrolment", "enrolment.end_date", "before the run", text("2019-01-01"));
    for email in ["nobody", "@", "a@", "@b", "a@b@c"] {
        list.one("CreateEnrolment", "enrolment.learner.email", email, text(email));
    }
    for number in ["SW0", "SW1234567", "1234", "SW12x"] {
        list.one("CreateEnrolment", "enrolment.learner.social_work_england_number", number, text(number));
    }
    let fixed = [
        "name",
        "etag",
        "learner.person",
        "course_run",
        "state",
        "data_set",
        "held_fields",
        "reason",
        "outcome",
        "create_time",
        "update_time",
    ];
    masks(list, "UpdateEnrolment", &["nothing", "learner.name", "enrolment.funding"], &fixed);
    for mask in ["nothing", "learner.person", "course_run", "data_set"] {
        list.one("UpdateEnrolment", "release_mask.paths[0]", mask, text(mask));
    }
    list.one("UpdateEnrolment", "release_mask.paths[0]", "edited at once", text("funding"));
    list.one("ListEnrolments", "states[0]", "unspecified", Value::EnumNumber(0));
}

fn learning(list: &mut Catalogue<'_>) {
    for (field, empty) in [("item.title", "   "), ("item.title", ""), ("item.date", ""), ("item.hours", "")] {
        list.one("RecordLearning", field, "left out", text(empty));
    }
    for day in DAYS {
        list.one("RecordLearning", "item.date", day, text(day));
    }
    for hours in ["0", "0.00", "8784.01", "9999"] {
        list.one("RecordLearning", "item.hours", hours, text(hours));
    }
    for rpc in ["GetLearningRecord", "SetLearningEntitlement"] {
        for year in YEARS {
            list.one(rpc, "academic_year", year, text(year));
        }
    }
    for days in ["366.01", "999"] {
        list.one("SetLearningEntitlement", "entitlement_days", days, text(days));
    }
}
