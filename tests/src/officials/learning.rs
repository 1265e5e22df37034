//! Learning records.

use super::Official;
use crate::request_id;
use contracts::enrolments::v1 as wire;
use tonic::Status;

impl Official {
    /// The record of somebody of any partner, this year's where no year is named.
    pub async fn learned(&self, person: &str, year: &str) -> Result<wire::LearningRecord, Status> {
        let name = format!("{person}/learningRecord");
        let request = wire::GetLearningRecordRequest { name, academic_year: year.into() };
        Ok(self.learning.clone().get_learning_record(request).await?.into_inner())
    }

    pub async fn learn(&self, person: &str, item: wire::LearningItem) -> Result<wire::LearningItem, Status> {
        let (parent, request_id) = (person.into(), request_id());
        let request = wire::RecordLearningRequest { parent, item: Some(item), request_id };
        Ok(self.learning.clone().record_learning(request).await?.into_inner())
    }

    pub async fn entitle(
        &self,
        person: &str,
        year: &str,
        days: &str,
    ) -> Result<wire::LearningRecord, Status> {
        let request = wire::SetLearningEntitlementRequest {
            name: format!("{person}/learningRecord"),
            academic_year: year.into(),
            entitlement_days: days.into(),
            request_id: request_id(),
        };
        Ok(self.learning.clone().set_learning_entitlement(request).await?.into_inner())
    }
}
