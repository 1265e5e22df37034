//! Pages, retries and revisions.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The caller's UUID for one intended effect; a repeat is answered as the first was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RequestId(pub Uuid);

/// The position in the service's change feed of a resource's last change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Revision(pub i64);

impl Revision {
    /// The etag of a resource at this revision.
    pub fn etag(self) -> String {
        format!("\"{}\"", self.0)
    }

    /// From an etag as [`Revision::etag`] writes it.
    pub fn from_etag(etag: &str) -> Option<Self> {
        etag.strip_prefix('"')?.strip_suffix('"')?.parse().ok().map(Self)
    }
}

/// Rows a page holds: 1 to 1,000, 100 where the caller does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageSize(u32);

impl PageSize {
    pub const MAX: u32 = 1_000;
    pub const DEFAULT: Self = Self(100);

    /// Zero is the default; more than the most is the most. `None` where it is negative.
    pub fn from_wire(size: i32) -> Option<Self> {
        match u32::try_from(size).ok()? {
            0 => Some(Self::DEFAULT),
            n => Some(Self(n.min(Self::MAX))),
        }
    }

    pub fn rows(self) -> u64 {
        self.0.into()
    }
}

/// What a list answers: a page, and where the next one begins.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// The place after the last row, where there is more.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// From one row more than a page holds.
    pub fn of(mut rows: Vec<T>, size: PageSize, place: impl Fn(&T) -> String) -> Self {
        let full = rows.len() as u64 > size.rows();
        rows.truncate(usize::try_from(size.rows()).unwrap_or(usize::MAX));
        let next = rows.last().filter(|_| full).map(place);
        Self { rows, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_etag_is_read_as_it_was_written_and_nothing_else_is() {
        assert_eq!(Revision::from_etag(&Revision(7).etag()), Some(Revision(7)));
        for bad in ["", "7", "\"\"", "\"x\"", "W/\"7\""] {
            assert_eq!(Revision::from_etag(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_page_has_a_default_and_a_most_and_is_never_negative() {
        assert_eq!(PageSize::from_wire(0).map(PageSize::rows), Some(100));
        assert_eq!(PageSize::from_wire(i32::MAX).map(PageSize::rows), Some(1_000));
        assert_eq!(PageSize::from_wire(-1), None);
    }
}
