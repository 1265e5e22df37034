//! The same, under TLS.

use crate::support::{DO, open_with, send};
use chassis::{ServerSettings, TlsSettings};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Duration, timeout},
};
use tonic::transport::{Certificate, Channel, ClientTlsConfig};

#[tokio::test]
async fn a_caller_is_served_under_tls_and_silence_is_cut_before_and_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    let tls =
        TlsSettings { certificate: folder.path().join("chain.pem"), key: folder.path().join("key.pem") };
    std::fs::write(&tls.certificate, made.cert.pem()).unwrap();
    std::fs::write(&tls.key, made.signing_key.serialize_pem()).unwrap();
    let house =
        open_with(ServerSettings { tls: Some(tls), handshake_seconds: 1, ..ServerSettings::default() }).await;
    let address = house.running.address;

    let trusted = ClientTlsConfig::new()
        .ca_certificate(Certificate::from_pem(made.cert.pem()))
        .domain_name("localhost");
    let endpoint = Channel::from_shared(format!("https://{address}")).unwrap().tls_config(trusted).unwrap();
    let channel = endpoint.connect().await.unwrap();
    assert_eq!(send(&channel, DO, house.ask("hello")).await.unwrap(), "hello");

    for said in [&b""[..], b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket.write_all(said).await.unwrap();
        let mut rest = Vec::new();
        assert!(
            timeout(Duration::from_secs(20), socket.read_to_end(&mut rest)).await.is_ok(),
            "kept {said:?}"
        );
    }
    assert_eq!(send(&channel, DO, house.ask("hello")).await.unwrap(), "hello");
}

#[tokio::test]
async fn a_certificate_that_cannot_be_read_stops_the_start() {
    let settings = ServerSettings {
        tls: Some(TlsSettings { certificate: "/nowhere/chain.pem".into(), key: "/nowhere/key.pem".into() }),
        ..ServerSettings::default()
    };
    let outcome = tokio::spawn(open_with(settings)).await;
    assert!(outcome.is_err());
}
