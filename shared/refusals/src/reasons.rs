//! The reasons that every service shares, as `ErrorInfo.reason` spells them. A service adds its own
//! in its contract; none is ever renamed.

/// No token was sent.
pub const TOKEN_MISSING: &str = "TOKEN_MISSING";
/// The token is not one that this service accepts. The same whatever is wrong with it.
pub const TOKEN_INVALID: &str = "TOKEN_INVALID";
/// None of the caller's roles may call this method.
pub const ROLE_NOT_ALLOWED: &str = "ROLE_NOT_ALLOWED";
/// No role of the caller's kind of partner may call this method.
pub const PARTNER_KIND_NOT_ALLOWED: &str = "PARTNER_KIND_NOT_ALLOWED";
/// Some fields or metadata are not what they should be; `BadRequest` names each.
pub const INVALID_FIELDS: &str = "INVALID_FIELDS";
/// The request id was used before, for something else.
pub const REQUEST_ID_REUSED: &str = "REQUEST_ID_REUSED";
/// There is no such resource, or the caller may not see it.
pub const NOT_FOUND: &str = "NOT_FOUND";
/// A resource of that name or natural key is there already.
pub const ALREADY_EXISTS: &str = "ALREADY_EXISTS";
/// The resource has changed since it was read.
pub const STALE_ETAG: &str = "STALE_ETAG";
/// The page token is of another caller, another list, or not ours.
pub const PAGE_TOKEN_INVALID: &str = "PAGE_TOKEN_INVALID";
/// The resume token of a feed is of another caller, another feed, or not ours.
pub const RESUME_TOKEN_INVALID: &str = "RESUME_TOKEN_INVALID";
/// The place in the feed is past what is kept: read everything anew.
pub const RESYNC_REQUIRED: &str = "RESYNC_REQUIRED";
/// The caller's deadline passed, or the method's default.
pub const DEADLINE_EXCEEDED: &str = "DEADLINE_EXCEEDED";
/// `grpc-timeout` is not one to eight digits and a unit.
pub const DEADLINE_MALFORMED: &str = "DEADLINE_MALFORMED";
/// Too much is under way; try again after the delay that `RetryInfo` names.
pub const OVERLOADED: &str = "OVERLOADED";
/// The caller has used what it may.
pub const QUOTA_EXCEEDED: &str = "QUOTA_EXCEEDED";
/// Others were changing the same thing; try again.
pub const CONTENTION: &str = "CONTENTION";
/// The reader of a stream fell too far behind.
pub const SLOW_READER: &str = "SLOW_READER";
/// This process is going away; another one answers.
pub const SHUTTING_DOWN: &str = "SHUTTING_DOWN";
/// The database cannot be reached.
pub const STORAGE_UNAVAILABLE: &str = "STORAGE_UNAVAILABLE";
/// There is no such method.
pub const METHOD_NOT_FOUND: &str = "METHOD_NOT_FOUND";
/// The message is larger than this service takes.
pub const MESSAGE_TOO_LARGE: &str = "MESSAGE_TOO_LARGE";
/// The message is compressed in a way that this service does not read.
pub const COMPRESSION_UNSUPPORTED: &str = "COMPRESSION_UNSUPPORTED";
/// The caller went away, or its request broke off.
pub const CANCELLED: &str = "CANCELLED";
/// The revision that an answer must not be older than is newer than anything that was committed.
pub const REVISION_NOT_REACHED: &str = "REVISION_NOT_REACHED";
/// A fault of ours. The metadata names the line in our log.
pub const INTERNAL: &str = "INTERNAL";
