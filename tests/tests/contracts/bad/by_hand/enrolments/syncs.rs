//! Bad messages of the stream of a sync. What is wrong in a record is a reject, and no refusal.

use super::{super::Catalogue, YEARS, text};
use prost_reflect::Value;

const RPC: &str = "SyncEnrolments";

pub fn add(list: &mut Catalogue<'_>) {
    for spaces in ["", "   ", "\t", "a\nb"] {
        list.one(RPC, "open.data_set", "no name of a data set", text(spaces));
    }
    list.one(RPC, "open.mode", "unspecified", Value::EnumNumber(0));
    for year in YEARS {
        list.one(RPC, "open.academic_years[0]", year, text(year));
        // Each that is wrong is named, beside one that is right.
        let edits = vec![("open.academic_years[0]", text("2026/27")), ("open.academic_years[1]", text(year))];
        list.add(RPC, year, edits, "open.academic_years[1]");
    }
    for year in ["2026", "2026-27", "26/27", "٢٠٢٦/27"] {
        list.one(RPC, "open.academic_years[0]", year, text(year));
    }
    for name in ["partners/teesside/syncRuns/", "partners/teesside/runs/a", "syncRuns/a"] {
        for (rpc, field) in [(RPC, "open.name"), ("GetSyncRun", "name"), ("ListSyncRejects", "parent")] {
            list.one(rpc, field, name, text(name));
        }
    }
}
