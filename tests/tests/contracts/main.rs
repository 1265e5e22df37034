//! What the contracts promise, held against the service for every RPC that the descriptors list: who may call,
//! that no partner learns of another's, that no answer is older than was asked for, and that every bad field is named.

#![allow(clippy::disallowed_methods, reason = "tests measure time, wait and make ids")]

mod access;
mod bad;
mod dynamic;
mod examples;
mod fields;
mod fresh;
mod odd;
mod replay;
mod rules;
mod tenancy;
mod world;
