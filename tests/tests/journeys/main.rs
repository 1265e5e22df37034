//! Journeys: what people do with the suite, from outside, over gRPC, on both stores.

mod booking;
