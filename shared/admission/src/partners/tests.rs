use super::*;

const JWKS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;

fn entry(id: &str, issuer: &str) -> String {
    format!(
        "[[partner]]\nid = \"{id}\"\nname = \"A Council\"\nkind = \"council\"\ncode = \"E06000047\"\n\
         issuer = \"{issuer}\"\nkeys = '{JWKS}'\n[partner.addresses]\ndesk = \"https://desk.invalid:443\"\n"
    )
}

fn load(text: &str) -> Result<Partners, PartnersError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("partners.toml");
    std::fs::write(&path, text).unwrap();
    Partners::load(&path)
}

#[test]
fn a_partner_is_found_by_its_id_and_by_its_issuer() {
    let partners = load(&entry("durham", "https://a.invalid")).unwrap();
    let durham = partners.get(&"durham".parse().unwrap()).unwrap();
    assert_eq!((durham.kind, durham.code.as_str()), (PartnerKind::Council, "E06000047"));
    assert_eq!(durham.addresses["desk"].port_u16(), Some(443));
    assert!(
        partners.by_issuer("https://a.invalid").is_some()
            && partners.by_issuer("https://b.invalid").is_none()
    );
    assert!(partners.get(&"leeds".parse().unwrap()).is_none() && partners.iter().count() == 1);
}

#[test]
fn what_is_wrong_is_said_with_the_partner_and_the_field() {
    let good = entry("durham", "https://a.invalid");
    for (from, to, field) in [
        ("id = \"durham\"", "id = \"Durham\"", "Durham: id"),
        ("A Council", " ", "durham: name"),
        ("kind = \"council\"", "kind = \"school\"", "durham: fields"),
        ("kind = \"council\"", "kind = \"university\"", "durham: code"),
        ("E06000047", "E0600004", "durham: code"),
        ("https://a.invalid", "", "durham: issuer"),
        ("https://a.invalid", "a b", "durham: issuer"),
        (JWKS, "nowhere.json", "durham: keys"),
        (JWKS, "{}", "durham: keys"),
        ("https://desk.invalid:443", "desk.invalid", "durham: addresses"),
        ("https://desk.invalid:443", "https://desk.invalid:443/path", "durham: addresses"),
        ("name = ", "nmae = ", "durham: fields"),
    ] {
        let error = load(&good.replace(from, to)).unwrap_err().to_string();
        assert!(error.contains(field), "{from} → {to}: {error}");
    }
    assert!(load("").is_err() && load("partner = 1").is_err() && load("[[partner]]").is_err());
    assert!(load(&format!("more = 1\n{good}")).unwrap_err().to_string().contains("more"));
}

#[test]
fn no_two_partners_share_an_id_an_issuer_or_a_key() {
    let two = |second: &str| {
        load(&format!("{}{second}", entry("durham", "https://a.invalid"))).unwrap_err().to_string()
    };
    assert!(two(&entry("durham", "https://b.invalid")).contains("durham: id"));
    assert!(two(&entry("leeds", "https://a.invalid")).contains("leeds: issuer"));
    assert!(two(&entry("leeds", "https://b.invalid")).contains("leeds: keys"));
}

#[test]
fn processes_that_start_together_agree_on_partners_and_keys_and_leave_what_is_there() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let addresses = [("desk", "127.0.0.1:7400".parse().unwrap())];
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                Partners::write_defaults(folder.path(), &addresses).unwrap();
                crate::DevelopmentKeys::open(folder.path()).unwrap();
            });
        }
    });
    let path = folder.path().join("partners.toml");
    let partners = Partners::load(&path).unwrap();
    let ids: Vec<_> = partners.iter().map(|partner| partner.id.to_string()).collect();
    assert_eq!(ids, ["durham", "gateshead", "sunderland", "teesside", "northumbria"]);
    let key = folder.path().join("keys/durham.pem");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let before = (std::fs::read(&key).unwrap(), std::fs::read(&path).unwrap());
    Partners::write_defaults(folder.path(), &[]).unwrap();
    assert_eq!(before, (std::fs::read(&key).unwrap(), std::fs::read(&path).unwrap()));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "a draft was left behind");
}

#[test]
fn addresses_move_with_the_services_while_nobody_has_edited_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("partners.toml");
    let to = |address: &str| [("desk", address.to_owned()), ("bar", "http://127.0.0.1:1".to_owned())];
    let desk = || {
        let partners = Partners::load(&path).unwrap();
        let all: Vec<_> = partners.iter().map(|partner| partner.addresses["desk"].to_string()).collect();
        assert!(all.iter().all(|address| *address == all[0]));
        all[0].clone()
    };
    Partners::write_defaults(folder.path(), &[("desk", "127.0.0.1:7400".parse().unwrap())]).unwrap();
    Partners::move_defaults(folder.path(), &to("https://localhost:9000")).unwrap();
    assert_eq!(desk(), "https://localhost:9000/");
    Partners::move_defaults(folder.path(), &to("http://127.0.0.1:9001")).unwrap();
    assert_eq!(desk(), "http://127.0.0.1:9001/");

    let ours = std::fs::read_to_string(&path).unwrap();
    for edited in [
        ours.replacen("127.0.0.1:9001", "127.0.0.1:9002", 1),
        ours.replace("127.0.0.1:9001", "desk.example.org:9001"),
        ours.replace("Teesside University", "Teesside"),
        format!("{ours}# mine\n"),
        String::new(),
    ] {
        std::fs::write(&path, &edited).unwrap();
        Partners::move_defaults(folder.path(), &to("http://127.0.0.1:9003")).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), edited);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "a draft was left behind");
}
