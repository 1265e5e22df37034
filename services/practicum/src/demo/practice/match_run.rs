//! One match of the final placements. It is left as it was made: to look at it and to apply it is a coordinator's.

use crate::demo::stage::Stage;
use anyhow::Result;
use contracts::placements::v1::{MatchPlacementsRequest, Stage as Part};

/// Who asks for it, as the partnership's coordinator.
const COORDINATOR: &str = "teesside";

/// A line to read, and the run's name.
///
/// # Errors
/// The service refuses.
pub async fn make(stage: &mut Stage) -> Result<(String, String)> {
    let academic_year = stage.placement_years();
    let ask = MatchPlacementsRequest {
        academic_year: academic_year.clone(),
        stage: Part::Final.into(),
        request_id: stage.id("match"),
    };
    let request = stage.ask(COORDINATOR, ask)?;
    let run = stage.matching.match_placements(request).await?.into_inner();
    let line = format!(
        "a match of final placements {academic_year}, not applied yet: {} of {} students have a place, of {} places",
        run.matched, run.needs, run.places
    );
    Ok((line, run.name))
}
