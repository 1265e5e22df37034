//! Masterclasses.

use super::{Faults, checked, paths, plain, required};
use crate::{
    actions::{CreateMasterclass, MasterclassFilter, UpdateMasterclass},
    domain::{Audience, Format, Lecturer, MasterclassEdit, MasterclassName, NeedName},
};
use contracts::{Validate, masterclasses::v1 as wire};
use tonic::Status;
use vocabulary::PageSize;

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn create_masterclass(request: wire::CreateMasterclassRequest) -> Result<CreateMasterclass, Status> {
    let mut faults = checked(&request)?;
    let given = request.masterclass.unwrap_or_default();
    let format = format(&mut faults, given.format);
    let ask = CreateMasterclass {
        id: faults.parse_some("masterclass_id", &request.masterclass_id),
        host: faults.partner_some("masterclass.host", &given.host),
        title: required(&mut faults, "masterclass.title", given.title),
        description: plain(&mut faults, "masterclass.description", given.description),
        format: format.unwrap_or(Format::Masterclass),
        lecturers: lecturers(&mut faults, given.lecturers),
        audiences: audiences(&mut faults, "masterclass.audiences", &given.audiences),
        cpd_hours: hours(&mut faults, given.cpd_hours),
        learning_needs: needs(&mut faults, &given.learning_needs),
        request_id: faults.request_id(&request.request_id),
    };
    faults.done(format.map(|_| ask))
}

const MUTABLE: &[&str] =
    &["title", "description", "format", "lecturers", "audiences", "cpd_hours", "learning_needs"];
const FIXED: &[&str] = &["name", "etag", "host", "create_time", "update_time"];

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn update_masterclass(request: wire::UpdateMasterclassRequest) -> Result<UpdateMasterclass, Status> {
    let mut faults = checked(&request)?;
    let given = request.masterclass.unwrap_or_default();
    let filled = |path: &str| match path {
        "title" => !given.title.is_empty(),
        "description" => !given.description.is_empty(),
        "format" => given.format != 0,
        "lecturers" => !given.lecturers.is_empty(),
        "audiences" => !given.audiences.is_empty(),
        "cpd_hours" => !given.cpd_hours.is_empty(),
        _ => !given.learning_needs.is_empty(),
    };
    let paths = paths(&mut faults, request.update_mask.as_ref(), (MUTABLE, FIXED), filled);
    let named = |path: &str| paths.contains(&path);
    let edit = MasterclassEdit {
        title: named("title").then(|| required(&mut faults, "masterclass.title", given.title)),
        description: named("description")
            .then(|| plain(&mut faults, "masterclass.description", given.description)),
        format: if named("format") { format(&mut faults, given.format) } else { None },
        lecturers: named("lecturers").then(|| lecturers(&mut faults, given.lecturers)),
        audiences: named("audiences")
            .then(|| audiences(&mut faults, "masterclass.audiences", &given.audiences)),
        cpd_hours: named("cpd_hours").then(|| hours(&mut faults, given.cpd_hours)),
        learning_needs: named("learning_needs").then(|| needs(&mut faults, &given.learning_needs)),
    };
    let etag = faults.etag("masterclass.etag", &given.etag);
    let request_id = faults.request_id(&request.request_id);
    let name = faults.parse("masterclass.name", &given.name);
    faults.done(name.map(|name| UpdateMasterclass { name, etag, edit, request_id }))
}

/// A request that is a masterclass's name and nothing else.
#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn masterclass_name(request: &impl Validate, name: &str) -> Result<MasterclassName, Status> {
    let mut faults = checked(request)?;
    let name = faults.parse("name", name);
    faults.done(name)
}

#[allow(clippy::result_large_err, reason = "tonic's own error type")]
pub fn list_masterclasses(
    request: &wire::ListMasterclassesRequest,
) -> Result<(MasterclassFilter, PageSize), Status> {
    let mut faults = checked(request)?;
    let host = faults.partner_some("host", &request.host);
    let audience = audience(&mut faults, "audience", request.audience);
    let size = faults.page_size(request.page_size);
    faults.done(size.map(|size| (MasterclassFilter { host, audience, after: None }, size)))
}

fn format(faults: &mut Faults, format: i32) -> Option<Format> {
    match wire::masterclass::Format::try_from(format) {
        Ok(wire::masterclass::Format::Masterclass) => Some(Format::Masterclass),
        Ok(wire::masterclass::Format::Seminar) => Some(Format::Seminar),
        Ok(wire::masterclass::Format::LunchAndLearn) => Some(Format::LunchAndLearn),
        Ok(wire::masterclass::Format::DevelopmentDay) => Some(Format::DevelopmentDay),
        Ok(wire::masterclass::Format::Networking) => Some(Format::Networking),
        Ok(wire::masterclass::Format::Unspecified) => {
            faults.add("masterclass.format", "is required");
            None
        }
        Err(_) => {
            faults.add("masterclass.format", "is not a format that this service knows");
            None
        }
    }
}

/// `None` where it is not given, or not known.
pub fn audience(faults: &mut Faults, field: &str, audience: i32) -> Option<Audience> {
    match wire::Audience::try_from(audience) {
        Ok(wire::Audience::Unspecified) => None,
        Ok(wire::Audience::SocialWorker) => Some(Audience::SocialWorker),
        Ok(wire::Audience::NewlyQualified) => Some(Audience::NewlyQualified),
        Ok(wire::Audience::Student) => Some(Audience::Student),
        Ok(wire::Audience::PracticeEducator) => Some(Audience::PracticeEducator),
        Ok(wire::Audience::Manager) => Some(Audience::Manager),
        Ok(wire::Audience::EarlyHelp) => Some(Audience::EarlyHelp),
        Ok(wire::Audience::AgencyWorker) => Some(Audience::AgencyWorker),
        Ok(wire::Audience::InternationalRecruit) => Some(Audience::InternationalRecruit),
        Err(_) => {
            faults.add(field, "is not an audience that this service knows");
            None
        }
    }
}

fn audiences(faults: &mut Faults, field: &str, given: &[i32]) -> Vec<Audience> {
    let mut known = Vec::with_capacity(given.len());
    for (i, value) in given.iter().enumerate() {
        let field = format!("{field}[{i}]");
        match audience(faults, &field, *value) {
            Some(audience) if known.contains(&audience) => faults.add(field, "is named twice"),
            Some(audience) => known.push(audience),
            None if *value == 0 => faults.add(field, "must name an audience"),
            None => {}
        }
    }
    known
}

fn lecturers(faults: &mut Faults, given: Vec<wire::Lecturer>) -> Vec<Lecturer> {
    let lecturer = |(i, lecturer): (usize, wire::Lecturer)| {
        let field = |name: &str| format!("masterclass.lecturers[{i}].{name}");
        Lecturer {
            display_name: required(faults, &field("display_name"), lecturer.display_name),
            organisation: plain(faults, &field("organisation"), lecturer.organisation),
        }
    };
    given.into_iter().enumerate().map(lecturer).collect()
}

/// A decimal number of hours: at most 999, with at most two decimals.
fn hours(faults: &mut Faults, text: String) -> String {
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    let good = match text.split_once('.') {
        None => text.is_empty() || digits(&text, 3),
        Some((whole, decimals)) => digits(whole, 3) && digits(decimals, 2),
    };
    if !good {
        faults.add("masterclass.cpd_hours", "expected a decimal number of hours, such as \"6.5\"");
    }
    text
}

fn needs(faults: &mut Faults, given: &[String]) -> Vec<NeedName> {
    let mut known: Vec<NeedName> = Vec::with_capacity(given.len());
    for (i, text) in given.iter().enumerate() {
        let field = format!("masterclass.learning_needs[{i}]");
        match faults.parse::<NeedName>(&field, text) {
            Some(name) if known.contains(&name) => faults.add(field, "is named twice"),
            Some(name) => known.push(name),
            None => {}
        }
    }
    known
}
