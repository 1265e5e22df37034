//! What an operator may set, and what is said of what cannot work.

use cache::{Cache, CacheError, Kind, Settings};

#[tokio::test]
async fn settings_that_cannot_work_are_refused_in_words_without_the_url() {
    let secret = "s3cret-word";
    let redis =
        |url: Option<String>| Settings { kind: Kind::Redis, url: url.map(Into::into), ..Settings::default() };
    let bad = [
        redis(None),
        redis(Some(format!("http://u:{secret}@h"))),
        Settings { ttl_seconds: 0, ..Settings::default() },
        Settings { entries: 0, ..Settings::default() },
        Settings { prefix: "a:b".into(), ..Settings::default() },
        Settings { prefix: String::new(), ..Settings::default() },
    ];
    for settings in bad {
        let error: CacheError = Cache::open(&settings).await.err().expect("refused");
        let said = format!("{error} {error:?} {settings:?}");
        assert!(!said.contains(secret), "{said}");
    }
}

#[test]
fn an_unknown_setting_is_an_error_and_none_at_all_is_memory() {
    let read = |text: &str| serde_json::from_str::<Settings>(text);
    assert_eq!(read("{}").unwrap().kind, Kind::Memory);
    assert_eq!(read(r#"{"kind": "off", "entries": 5}"#).unwrap().entries, 5);
    assert!(read(r#"{"kind": "disk"}"#).is_err());
    assert!(read(r#"{"ttl": 5}"#).is_err());
}
