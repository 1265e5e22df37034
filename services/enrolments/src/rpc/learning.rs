//! LearningRecordService.

use super::{Door, parse, reply, status::status};
use chassis::open;
use contracts::enrolments::v1::{
    GetLearningRecordRequest, LearningItem, LearningRecord, RecordLearningRequest,
    SetLearningEntitlementRequest, learning_record_service_server::LearningRecordService,
};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl LearningRecordService for Door {
    async fn get_learning_record(
        &self,
        request: Request<GetLearningRecordRequest>,
    ) -> Result<Response<LearningRecord>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::get_learning_record(&request)?;
        let seen = self.app.ledger.follower.seen();
        let record = self.app.get_learning_record(&call, ask).await.map_err(status)?;
        Ok(chassis::reply(reply::learning_record(&record), seen))
    }

    async fn record_learning(
        &self,
        request: Request<RecordLearningRequest>,
    ) -> Result<Response<LearningItem>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::record_learning(request)?;
        let done = self.app.record_learning(&call, ask).await.map_err(status)?;
        Ok(chassis::reply(reply::learning_item(&done.value), done.revision))
    }

    async fn set_learning_entitlement(
        &self,
        request: Request<SetLearningEntitlementRequest>,
    ) -> Result<Response<LearningRecord>, Status> {
        let (call, request) = open(request)?;
        let ask = parse::set_learning_entitlement(&request)?;
        let done = self.app.set_learning_entitlement(&call, ask).await.map_err(status)?;
        Ok(chassis::reply(reply::learning_record(&done.value), done.revision))
    }
}
