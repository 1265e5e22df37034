//! The files of Canvas that enrolments are made of.

use crate::enrolments::table::Table;

pub const TERMS: Table = Table {
    name: "terms",
    needed: &["term_id"],
    known: &[
        "term_id",
        "integration_id",
        "name",
        "status",
        "start_date",
        "end_date",
        "date_override_enrollment_type",
    ],
    fields: &[],
    statuses: "",
    helps: true,
};

pub const COURSES: Table = Table {
    name: "courses",
    needed: &["course_id"],
    known: &[
        "course_id",
        "integration_id",
        "short_name",
        "long_name",
        "account_id",
        "term_id",
        "status",
        "start_date",
        "end_date",
        "course_format",
        "blueprint_course_id",
        "grade_passback_setting",
        "homeroom_course",
        "friendly_name",
    ],
    fields: &[
        ("source_id", "course_id"),
        ("code", "short_name"),
        ("title", "long_name"),
        ("academic_year", "term_id"),
        ("start_date", "start_date"),
        ("end_date", "end_date"),
    ],
    statuses: "",
    helps: true,
};

pub const SECTIONS: Table = Table {
    name: "sections",
    needed: &["section_id", "course_id"],
    known: &["section_id", "course_id", "integration_id", "name", "status", "start_date", "end_date"],
    fields: &[
        ("source_id", "section_id"),
        ("course_source_id", "course_id"),
        ("academic_year", "start_date"),
        ("start_date", "start_date"),
        ("end_date", "end_date"),
    ],
    statuses: "",
    helps: false,
};

pub const USERS: Table = Table {
    name: "users",
    needed: &["user_id"],
    known: &[
        "user_id",
        "integration_id",
        "login_id",
        "password",
        "ssha_password",
        "authentication_provider_id",
        "first_name",
        "last_name",
        "full_name",
        "sortable_name",
        "short_name",
        "email",
        "status",
        "pronouns",
        "declared_user_type",
        "canvas_password_notification",
        "home_account",
    ],
    fields: &[
        ("source_id", "user_id"),
        ("given_name", "first_name"),
        ("family_name", "last_name"),
        ("email", "email"),
    ],
    statuses: "",
    helps: false,
};

pub const ENROLLMENTS: Table = Table {
    name: "enrollments",
    needed: &["user_id", "role"],
    known: &[
        "course_id",
        "root_account",
        "user_id",
        "user_integration_id",
        "role",
        "role_id",
        "section_id",
        "status",
        "associated_user_id",
        "limit_section_privileges",
        "notify",
        "temporary_enrollment_source_user_id",
        "start_date",
        "end_date",
    ],
    fields: &[
        ("source_id", "user_id"),
        ("course_run_source_id", "section_id"),
        ("learner_source_id", "user_id"),
        ("state", "status"),
        ("start_date", "start_date"),
        ("end_date", "end_date"),
    ],
    statuses: "active, inactive, completed, deleted or deleted_last_completed, or nothing",
    helps: false,
};

/// Those that records are made of, in the order in which they are sent, behind those that help to read them.
pub const TABLES: [&Table; 5] = [&TERMS, &COURSES, &SECTIONS, &USERS, &ENROLLMENTS];

/// The first two are in every snapshot.
pub const FILES: [&str; 5] = ["courses", "users", "sections", "enrollments", "terms"];
