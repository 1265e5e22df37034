//! The files of OneRoster, versions 1.1 and 1.2 together.

use crate::enrolments::table::Table;

pub const SESSIONS: Table = Table {
    name: "academicSessions",
    needed: &["sourcedId"],
    known: &[
        "sourcedId",
        "status",
        "dateLastModified",
        "title",
        "type",
        "startDate",
        "endDate",
        "parentSourcedId",
        "schoolYear",
    ],
    fields: &[],
    statuses: "",
    helps: true,
};

pub const COURSES: Table = Table {
    name: "courses",
    needed: &["sourcedId"],
    known: &[
        "sourcedId",
        "status",
        "dateLastModified",
        "schoolYearSourcedId",
        "title",
        "courseCode",
        "grades",
        "orgSourcedId",
        "subjects",
        "subjectCodes",
    ],
    fields: &[("source_id", "sourcedId"), ("title", "title"), ("code", "courseCode")],
    statuses: "",
    helps: true,
};

pub const CLASSES: Table = Table {
    name: "classes",
    needed: &["sourcedId", "courseSourcedId"],
    known: &[
        "sourcedId",
        "status",
        "dateLastModified",
        "title",
        "grades",
        "courseSourcedId",
        "classCode",
        "classType",
        "location",
        "schoolSourcedId",
        "termSourcedIds",
        "subjects",
        "subjectCodes",
        "periods",
    ],
    fields: &[
        ("source_id", "sourcedId"),
        ("course_source_id", "courseSourcedId"),
        ("academic_year", "termSourcedIds"),
        ("start_date", "termSourcedIds"),
        ("end_date", "termSourcedIds"),
    ],
    statuses: "",
    helps: false,
};

pub const USERS: Table = Table {
    name: "users",
    needed: &["sourcedId"],
    known: &[
        "sourcedId",
        "status",
        "dateLastModified",
        "enabledUser",
        "orgSourcedIds",
        "role",
        "username",
        "userIds",
        "givenName",
        "familyName",
        "middleName",
        "identifier",
        "email",
        "sms",
        "phone",
        "agentSourcedIds",
        "grades",
        "password",
        "userMasterIdentifier",
        "resourceSourcedIds",
        "preferredGivenName",
        "preferredMiddleName",
        "preferredFamilyName",
        "primaryOrgSourcedId",
        "pronouns",
    ],
    fields: &[
        ("source_id", "sourcedId"),
        ("given_name", "givenName"),
        ("family_name", "familyName"),
        ("email", "email"),
    ],
    statuses: "",
    helps: false,
};

pub const ENROLLMENTS: Table = Table {
    name: "enrollments",
    needed: &["sourcedId", "classSourcedId", "userSourcedId", "role"],
    known: &[
        "sourcedId",
        "status",
        "dateLastModified",
        "classSourcedId",
        "schoolSourcedId",
        "userSourcedId",
        "role",
        "primary",
        "beginDate",
        "endDate",
    ],
    fields: &[
        ("source_id", "sourcedId"),
        ("course_run_source_id", "classSourcedId"),
        ("learner_source_id", "userSourcedId"),
        ("state", "status"),
        ("start_date", "beginDate"),
        ("end_date", "endDate"),
    ],
    statuses: "active or tobedeleted, or nothing",
    helps: false,
};

pub const ROLES: Table = Table {
    name: "roles",
    needed: &["userSourcedId", "role"],
    known: &[
        "sourcedId",
        "status",
        "dateLastModified",
        "userSourcedId",
        "roleType",
        "role",
        "beginDate",
        "endDate",
        "orgSourcedId",
        "userProfileSourcedId",
    ],
    fields: &[],
    statuses: "",
    helps: false,
};

/// Those that records are made of, in the order in which they are sent, behind those that help to read them.
pub const TABLES: [&Table; 5] = [&SESSIONS, &COURSES, &CLASSES, &USERS, &ENROLLMENTS];

/// What an export may hold, read or not.
pub const FILES: [&str; 16] = [
    "manifest",
    "academicSessions",
    "categories",
    "classes",
    "classResources",
    "courses",
    "courseResources",
    "demographics",
    "enrollments",
    "lineItems",
    "orgs",
    "resources",
    "results",
    "roles",
    "users",
    "userProfiles",
];
