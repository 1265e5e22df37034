//! Rust as two texts of the same shape: its code without comments and literals, and its comments alone. Lines stay
//! where they are.

/// What a file of Rust says, apart.
pub struct Masked {
    pub code: String,
    pub comments: String,
}

/// Separates code from comments. What is within quotes is in neither.
pub fn mask(text: &str) -> Masked {
    let bytes = text.as_bytes();
    let blank: Vec<u8> = bytes.iter().map(|byte| if *byte == b'\n' { b'\n' } else { b' ' }).collect();
    let (mut code, mut comments) = (blank.clone(), blank);
    let mut at = 0;
    while at < bytes.len() {
        let (kind, end) = piece(bytes, at);
        match kind {
            Kind::Code => code[at..end].copy_from_slice(&bytes[at..end]),
            Kind::Comment => comments[at..end].copy_from_slice(&bytes[at..end]),
            // The quotes stay, so that an empty argument is not taken for none.
            Kind::Literal => (code[at], code[end - 1]) = (b'"', b'"'),
        }
        at = end;
    }
    let whole = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Masked { code: whole(code), comments: whole(comments) }
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

/// What begins at `at`, and where it ends.
fn piece(bytes: &[u8], at: usize) -> (Kind, usize) {
    let rest = &bytes[at..];
    let inside_word = at > 0 && is_word(bytes[at - 1]);
    match rest {
        [b'/', b'/', ..] => (Kind::Comment, at + until(rest, b'\n')),
        [b'/', b'*', ..] => (Kind::Comment, at + block(rest)),
        [b'"', ..] => (Kind::Literal, at + quoted(rest, b'"')),
        [b'\'', b'\\', ..] => (Kind::Literal, at + quoted(rest, b'\'')),
        [b'\'', ..] => character(rest).map_or((Kind::Code, at + 1), |length| (Kind::Literal, at + length)),
        [b'r' | b'b' | b'c', ..] if !inside_word => {
            raw(rest).map_or((Kind::Code, at + 1), |length| (Kind::Literal, at + length))
        }
        _ => (Kind::Code, at + 1),
    }
}

pub fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn until(rest: &[u8], end: u8) -> usize {
    rest.iter().position(|byte| *byte == end).unwrap_or(rest.len())
}

/// Comments within comments count.
fn block(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        match &rest[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

/// `'x'`, and not the lifetime `'x`.
fn character(rest: &[u8]) -> Option<usize> {
    let width = rest.get(1..)?.utf8_chunks().next()?.valid().chars().next()?.len_utf8();
    (rest.get(1 + width) == Some(&b'\'')).then_some(width + 2)
}

/// `r"…"`, `br#"…"#`; and `b"…"`, of which only the quotes matter.
fn raw(rest: &[u8]) -> Option<usize> {
    let letters = rest.iter().take_while(|byte| matches!(byte, b'r' | b'b' | b'c')).count();
    let fence = rest[letters..].iter().take_while(|byte| **byte == b'#').count();
    let open = letters + fence;
    if letters > 2 || rest.get(open) != Some(&b'"') || !rest[..letters].contains(&b'r') {
        return None;
    }
    let close: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', fence)).collect();
    let body = &rest[open + 1..];
    let length = body.windows(close.len()).position(|end| end == close).unwrap_or(body.len() - fence - 1);
    Some(open + 1 + length + close.len())
}

#[test]
fn what_is_quoted_or_commented_is_not_code() {
    let text = "let a = \"// no\"; // yes \"x\"\nlet b = r#\"un\"wrap()\"#; /* a /* b */ c */ d('\"', '\\'', 'é');\n\
                fn e<'a>(f: &'a str, r: b) {}";
    let masked = mask(text);
    assert_eq!(masked.code.lines().count(), 3);
    assert_eq!(
        masked.comments.split_whitespace().collect::<Vec<_>>(),
        ["//", "yes", "\"x\"", "/*", "a", "/*", "b", "*/", "c", "*/"]
    );
    for word in ["no", "yes", "un", "wrap", "é"] {
        assert!(!masked.code.contains(word), "{word}: {}", masked.code);
    }
    assert!(masked.code.contains("fn e<'a>(f: &'a str, r: b) {}") && masked.code.contains(" d(\""));
}
