use super::*;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    server: ServerSettings,
    store: Store,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Store {
    url: String,
    pool: u32,
    password: SecretString,
}

const DEFAULTS: &str = r#"
[server]
address = "127.0.0.1:7400"
[store]
url = "sqlite"
pool = 4
password = ""
"#;

fn variables(pairs: &[(&str, &str)]) -> HashMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn read(file: Option<&str>, pairs: &[(&str, &str)]) -> anyhow::Result<Settings> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    if let Some(text) = file {
        std::fs::write(&path, text).unwrap();
    }
    load_from(DEFAULTS, file.map(|_| path.as_path()), "DESK", variables(pairs))
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let settings = read(
        Some("[store]\npool = 8\nurl = \"postgres\"\n"),
        &[
            ("DESK_STORE__POOL", "16"),
            ("DESK_SERVER__ADDRESS", "127.0.0.1:9"),
            ("DESK_SERVER__REFLECTION", "true"),
        ],
    )
    .unwrap();
    assert_eq!((settings.store.pool, settings.store.url.as_str()), (16, "postgres"));
    assert_eq!(settings.server.address.port(), 9);
    assert!(settings.server.reflection);
    assert_eq!(settings.server.max_connections_per_peer, 50);
}

#[test]
fn a_setting_that_is_not_known_or_not_of_its_type_is_an_error() {
    for pairs in
        [&[("DESK_STORE__POOOL", "1")], &[("DESK_STORE__POOL", "many")], &[("DESK_STOER__POOL", "1")]]
    {
        assert!(read(None, pairs).is_err(), "{pairs:?}");
    }
    assert!(read(Some("[server]\nadress = \"127.0.0.1:1\"\n"), &[]).is_err());
    assert!(
        load_from::<Settings>(DEFAULTS, Some(Path::new("/nowhere.toml")), "DESK", HashMap::new()).is_err()
    );
}

#[test]
fn what_kubernetes_puts_into_a_pod_and_what_others_own_is_no_setting() {
    let pairs = [
        ("DESK_PORT", "tcp://10.0.0.1:1"),
        ("DESK_PORT_1_TCP_ADDR", "10.0.0.1"),
        ("DESK_SERVICE_HOST", "10.0.0.1"),
        ("DESKTOP", "x"),
    ];
    assert!(read(None, &pairs).is_ok());
}

#[test]
fn a_password_of_digits_stays_as_it_is_and_one_in_a_file_is_read_without_its_line_end() {
    let settings = read(None, &[("DESK_STORE__PASSWORD", "007")]).unwrap();
    assert_eq!(settings.store.password.expose_secret(), "007");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("password");
    std::fs::write(&path, "geheim\n").unwrap();
    let settings = read(None, &[("DESK_STORE__PASSWORD_FILE", path.to_str().unwrap())]).unwrap();
    assert_eq!(settings.store.password.expose_secret(), "geheim");
    assert!(!format!("{settings:?}").contains("geheim"));
    std::fs::write(&path, "\n").unwrap();
    assert!(read(None, &[("DESK_STORE__PASSWORD_FILE", path.to_str().unwrap())]).is_err());
}
