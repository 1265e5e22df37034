//! Tokens that somebody made up.

use super::*;
use TokenFault as F;

type Forged = (String, String, TokenFault);

struct Forge {
    own: EncodingKey,
    other: EncodingKey,
    kid: String,
    other_kid: String,
    /// Durham's public key, as bytes that HMAC might be tricked into using.
    public: Vec<Vec<u8>>,
}

impl Forge {
    fn new(folder: &Path) -> Self {
        let (own, other) = (jwk(folder, "durham"), jwk(folder, "teesside"));
        let text = |jwk: &Value, part: &str| jwk[part].as_str().unwrap().to_owned();
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(text(&own, part)).unwrap();
        let point = [vec![4], decode("x"), decode("y")].concat();
        Self {
            own: EncodingKey::from_ec_pem(&pem(folder, "durham")).unwrap(),
            other: EncodingKey::from_ec_pem(&pem(folder, "teesside")).unwrap(),
            kid: text(&own, "kid"),
            other_kid: text(&other, "kid"),
            public: vec![point, own.to_string().into_bytes(), pem(folder, "durham"), vec![]],
        }
    }

    fn good(&self) -> String {
        self.es256(&claims().to_string())
    }

    fn es256(&self, claims: &str) -> String {
        self.headed(&json!({ "alg": "ES256", "kid": self.kid }).to_string(), claims)
    }

    fn headed(&self, header: &str, claims: &str) -> String {
        sign(header, claims, &self.own, Algorithm::ES256)
    }
}

fn case(name: impl Into<String>, token: String, fault: TokenFault) -> Forged {
    (name.into(), token, fault)
}

fn shapes(forge: &Forge) -> Vec<Forged> {
    let good = forge.good();
    let cut = |at: usize| good[..at].to_owned();
    let dots: Vec<_> = good.match_indices('.').map(|(at, _)| at).collect();
    vec![
        case("nothing", String::new(), F::Shape),
        case("a word", "token".into(), F::Shape),
        case("dots alone", "..".into(), F::Header),
        case("no signature", cut(dots[1]), F::Shape),
        case("an empty signature", cut(dots[1] + 1), F::Signature),
        case("half a signature", cut(good.len() - 40), F::Signature),
        case("a signature of another length", format!("{good}AAAA"), F::Signature),
        case("a signature of noughts", format!("{}{}", cut(dots[1] + 1), "A".repeat(86)), F::Signature),
        case("a fourth part", format!("{good}.AAAA"), F::Shape),
        case("padding", format!("{good}="), F::Signature),
        case("a leading space", format!(" {good}"), F::Shape),
        case("ordinary base64", good.replacen('.', "+.", 1), F::Shape),
        case("more than 8 KiB", format!("{good}{}", "A".repeat(9_000)), F::TooLong),
        case(
            "header and claims exchanged",
            format!("{}.{}.{}", &good[dots[0] + 1..dots[1]], cut(dots[0]), &good[dots[1] + 1..]),
            F::Header,
        ),
        case(
            "another's claims under this signature",
            {
                let mut root = claims();
                root["roles"] = json!(["auditor"]);
                format!(
                    "{}.{}",
                    join(&json!({ "alg": "ES256", "kid": forge.kid }).to_string(), &root.to_string()),
                    &good[dots[1] + 1..]
                )
            },
            F::Signature,
        ),
    ]
}

fn headers(forge: &Forge) -> Vec<Forged> {
    let text = claims().to_string();
    let kid = &forge.kid;
    let mut cases: Vec<_> =
        ["none", "None", "NONE", "nOnE", "HS256", "HS512", "RS256", "PS256", "ES384", "EdDSA", "es256", ""]
            .into_iter()
            .map(|alg| {
                case(
                    format!("alg {alg:?}"),
                    forge.headed(&json!({ "alg": alg, "kid": kid }).to_string(), &text),
                    F::Algorithm,
                )
            })
            .collect();
    cases.push(case("alg none, unsigned", format!("{}.", join(r#"{"alg":"none"}"#, &text)), F::Algorithm));
    for (at, secret) in forge.public.iter().enumerate() {
        let header = json!({ "alg": "HS256", "kid": kid }).to_string();
        let token = sign(&header, &text, &EncodingKey::from_secret(secret), Algorithm::HS256);
        cases.push(case(format!("HS256 with the public key as secret, form {at}"), token, F::Algorithm));
    }
    for (name, more) in [
        ("jwk", json!({ "kty": "EC" })),
        ("jku", json!("https://evil.invalid/keys")),
        ("x5u", json!("https://evil.invalid/chain")),
        ("x5c", json!(["AAAA"])),
        ("crit", json!(["exp"])),
        ("b64", json!(false)),
        ("typ", json!("JWE")),
        ("typ", json!("logout+jwt")),
        ("typ", json!(7)),
        ("kid", json!(["a"])),
        ("kid", json!(0)),
    ] {
        let mut header = json!({ "alg": "ES256", "kid": kid });
        header[name] = more.clone();
        cases.push(case(
            format!("header {name} {more}"),
            forge.headed(&header.to_string(), &text),
            F::Header,
        ));
    }
    for (name, kid) in [
        ("another partner's", &*forge.other_kid),
        ("a path", "../../../dev/null"),
        ("SQL", "x' OR 1=1 --"),
        ("empty", ""),
    ] {
        let token = forge.headed(&json!({ "alg": "ES256", "kid": kid }).to_string(), &text);
        cases.push(case(format!("kid {name}"), token, F::UnknownKey));
    }
    for (name, header) in [
        ("alg twice", format!(r#"{{"alg":"none","alg":"ES256","kid":"{kid}"}}"#)),
        ("no alg", format!(r#"{{"kid":"{kid}"}}"#)),
        ("alg a number", format!(r#"{{"alg":256,"kid":"{kid}"}}"#)),
        ("a list", r#"["ES256"]"#.into()),
        ("not JSON", "ES256".into()),
        ("more after it", format!(r#"{{"alg":"ES256","kid":"{kid}"}} {{}}"#)),
    ] {
        cases.push(case(format!("header: {name}"), forge.headed(&header, &text), F::Header));
    }
    cases
}

fn signers(forge: &Forge) -> Vec<Forged> {
    let text = claims().to_string();
    let mut theirs = claims();
    theirs["iss"] = json!("https://teesside.practicum.invalid");
    let by_other = |kid: &str, text: &str| {
        sign(&json!({ "alg": "ES256", "kid": kid }).to_string(), text, &forge.other, Algorithm::ES256)
    };
    vec![
        case("another partner's key under this kid", by_other(&forge.kid, &text), F::Signature),
        case("another partner's key and kid", by_other(&forge.other_kid, &text), F::UnknownKey),
        case(
            "another issuer speaks for this partner",
            by_other(&forge.other_kid, &theirs.to_string()),
            F::Partner,
        ),
        case("this key under another issuer", forge.es256(&theirs.to_string()), F::UnknownKey),
    ]
}

fn wrong_claims(forge: &Forge) -> Vec<Forged> {
    let changes = [
        ("iss", json!("https://evil.invalid"), F::UnknownIssuer),
        ("iss", json!("https://durham.practicum.invalid/"), F::UnknownIssuer),
        ("iss", json!(""), F::UnknownIssuer),
        ("iss", json!(["https://durham.practicum.invalid"]), F::Claims),
        ("aud", json!("elsewhere"), F::Audience),
        ("aud", json!(""), F::Audience),
        ("aud", json!("PRACTICUM"), F::Audience),
        ("aud", json!([AUDIENCE]), F::Claims),
        ("aud", json!([AUDIENCE, "elsewhere"]), F::Claims),
        ("aud", json!(null), F::Claims),
        ("partner", json!("teesside"), F::Partner),
        ("partner", json!("Durham"), F::Partner),
        ("partner", json!(""), F::Partner),
        ("partner", json!({ "id": "durham" }), F::Claims),
        ("sub", json!(""), F::Subject),
        ("sub", json!("a\0b"), F::Subject),
        ("sub", json!("../teesside/people/x"), F::Subject),
        ("sub", json!("zofia łącka"), F::Subject),
        ("sub", json!("a".repeat(65)), F::Subject),
        ("sub", json!(42), F::Claims),
        ("roles", json!("scheduler"), F::Claims),
        ("roles", json!({ "0": "scheduler" }), F::Claims),
        ("roles", json!([1]), F::Claims),
        ("roles", json!(null), F::Claims),
        ("act", json!({ "sub": "p-2" }), F::Actor),
        ("act", json!("p-2"), F::Claims),
        ("act", json!(null), F::Claims),
        ("act", json!({ "sub": "p-2", "act": { "sub": "p-3" } }), F::Claims),
    ];
    changes.into_iter().map(|(claim, value, fault)| changed(forge, claim, value, fault)).collect()
}

fn wrong_times(forge: &Forge) -> Vec<Forged> {
    let changes = [
        ("exp", json!((NOW + 600).to_string()), F::Claims),
        ("exp", json!(NOW as f64 + 600.5), F::Claims),
        ("exp", json!((NOW + 600) as f64), F::Claims),
        ("exp", json!(-1), F::Claims),
        ("exp", json!(null), F::Claims),
        ("exp", json!([NOW + 600]), F::Claims),
        ("exp", json!(true), F::Claims),
        ("exp", json!(1e30), F::Claims),
        ("exp", json!(u64::MAX), F::Lifetime),
        ("exp", json!(0), F::Lifetime),
        ("exp", json!(NOW), F::Lifetime),
        ("exp", json!(NOW + 3_601), F::Lifetime),
        ("iat", json!(NOW + 700), F::Lifetime),
        ("iat", json!(NOW + 61), F::NotYetValid),
        ("iat", json!(0), F::Lifetime),
        ("iat", json!(NOW.to_string()), F::Claims),
        ("iat", json!(-5), F::Claims),
        ("nbf", json!(NOW + 61), F::NotYetValid),
        ("nbf", json!("0"), F::Claims),
        ("nbf", json!(null), F::Claims),
    ];
    let mut cases: Vec<_> =
        changes.into_iter().map(|(claim, value, fault)| changed(forge, claim, value, fault)).collect();
    let mut old = claims();
    (old["iat"], old["exp"]) = (json!(NOW - 700), json!(NOW - 60));
    cases.push(case("expired", forge.es256(&old.to_string()), F::Expired));
    cases
}

fn changed(forge: &Forge, claim: &str, value: Value, fault: TokenFault) -> Forged {
    let mut text = claims();
    let name = format!("{claim} {value}");
    text[claim] = value;
    case(name, forge.es256(&text.to_string()), fault)
}

fn broken_claims(forge: &Forge) -> Vec<Forged> {
    let mut cases = Vec::new();
    for claim in ["iss", "sub", "aud", "exp", "iat", "partner", "roles"] {
        let mut text = claims();
        let value = text.as_object_mut().unwrap().remove(claim).unwrap();
        cases.push(case(format!("without {claim}"), forge.es256(&text.to_string()), F::Claims));
        let doubled = claims().to_string().replacen('{', &format!("{{\"{claim}\":{value},"), 1);
        cases.push(case(format!("{claim} twice"), forge.es256(&doubled), F::Claims));
    }
    for text in ["", "null", "[]", "{}", "{", "\"durham\""] {
        cases.push(case(format!("claims {text:?}"), forge.es256(text), F::Claims));
    }
    cases
}

#[test]
fn no_forged_token_is_accepted_and_all_are_refused_alike() {
    let desk = desk();
    let forge = Forge::new(desk.folder.path());
    assert!(desk.verifier.verify(&forge.good(), at(NOW)).is_ok(), "the forge works");
    let cases: Vec<_> = [shapes, headers, signers, wrong_claims, wrong_times, broken_claims]
        .iter()
        .flat_map(|kind| kind(&forge))
        .collect();
    let distinct: HashSet<_> = cases.iter().map(|(_, token, _)| token).collect();
    assert!(
        distinct.len() >= 60 && distinct.len() == cases.len(),
        "{} tokens, {} cases",
        distinct.len(),
        cases.len()
    );
    for (name, token, fault) in &cases {
        let denied = desk.verifier.verify(token, at(NOW)).map(|_| ()).unwrap_err();
        assert_eq!(denied, Denied::Token(*fault), "{name}");
        assert_eq!(denied.reason(), "TOKEN_INVALID", "{name}");
    }
    assert!(desk.verifier.verify(&forge.good(), at(NOW)).is_ok(), "a forgery spoiled the memory");
}

#[test]
fn no_token_with_a_bit_changed_is_accepted() {
    let desk = desk();
    let good = Forge::new(desk.folder.path()).good();
    for at_byte in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[at_byte] ^= 1;
        let Ok(token) = String::from_utf8(bytes) else { continue };
        assert!(desk.verifier.verify(&token, at(NOW)).is_err(), "byte {at_byte}");
    }
}
