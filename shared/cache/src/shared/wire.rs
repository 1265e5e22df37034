//! A value as Redis holds it: `p1 {revision} {as of} {expires} {checksum} {json}`, without JSON where it is a
//! tombstone. The checksum covers the key too: a value that is cut short, altered by accident or found under
//! another key is no value. It is no defence against somebody who can write to Redis.

use vocabulary::Revision;

/// What precedes the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) revision: Revision,
    pub(super) as_of: Revision,
    /// Milliseconds since 1970 by the clock of Redis.
    pub(super) expires: i64,
}

const MARK: &str = "p1";

pub(super) fn encode(key: &str, header: Header, payload: &[u8]) -> Vec<u8> {
    let head = head(header);
    let sum = checksum(&[key.as_bytes(), head.as_bytes(), payload]);
    let mut bytes = format!("{head} {sum:016x} ").into_bytes();
    bytes.extend_from_slice(payload);
    bytes
}

/// `None` for a tombstone, and for anything that was not written by [`encode`] under this key.
pub(super) fn decode<'a>(key: &str, bytes: &'a [u8]) -> Option<(Header, &'a [u8])> {
    let mut parts = bytes.splitn(6, |b| *b == b' ');
    let mut text = || std::str::from_utf8(parts.next()?).ok();
    if text()? != MARK {
        return None;
    }
    let (revision, as_of) = (Revision(text()?.parse().ok()?), Revision(text()?.parse().ok()?));
    let header = Header { revision, as_of, expires: text()?.parse().ok()? };
    let sum = u64::from_str_radix(text()?, 16).ok()?;
    let payload = parts.next()?;
    let whole = sum == checksum(&[key.as_bytes(), head(header).as_bytes(), payload]);
    (whole && !payload.is_empty()).then_some((header, payload))
}

fn head(Header { revision, as_of, expires }: Header) -> String {
    format!("{MARK} {} {} {expires}", revision.0, as_of.0)
}

/// FNV-1a: the same in every release and on every machine, which the standard library's hash is not.
fn checksum(parts: &[&[u8]]) -> u64 {
    let step = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let part = |sum: u64, part: &&[u8]| step(part.iter().copied().fold(sum, step), 0xff);
    parts.iter().fold(0xcbf2_9ce4_8422_2325, part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: Header = Header { revision: Revision(7), as_of: Revision(9), expires: 1_700_000_000_000 };

    #[test]
    fn a_value_is_read_as_it_was_written() {
        let bytes = encode("k", HEADER, b"{\"a b\": \"\\u00e9\"}");
        assert_eq!(decode("k", &bytes), Some((HEADER, &b"{\"a b\": \"\\u00e9\"}"[..])));
    }

    #[test]
    fn a_tombstone_is_no_value() {
        assert_eq!(decode("k", &encode("k", HEADER, b"")), None);
    }

    #[test]
    fn a_value_that_is_cut_altered_or_under_another_key_is_no_value() {
        let bytes = encode("k", HEADER, b"{\"seats\":12}");
        assert_eq!(decode("l", &bytes), None);
        for end in 0..bytes.len() {
            assert_eq!(decode("k", &bytes[..end]), None, "cut at {end}");
        }
        for at in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[at] ^= 1;
            assert_eq!(decode("k", &altered), None, "altered at {at}");
        }
        for garbage in [&b""[..], b"p1", b"\xff\xfe", b"{}", b"p1 x y z 0 {}", b"p1 1 1 1 0 {}", &[b' '; 64]]
        {
            assert_eq!(decode("k", garbage), None);
        }
    }
}
