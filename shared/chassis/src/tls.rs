//! The server's certificate.

use crate::TlsSettings;
use anyhow::Context;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// TLS 1.2 and 1.3, HTTP/2 only.
pub(crate) fn acceptor(settings: &TlsSettings) -> anyhow::Result<TlsAcceptor> {
    let shown = settings.certificate.display();
    let chain = CertificateDer::pem_file_iter(&settings.certificate)
        .and_then(Iterator::collect)
        .with_context(|| format!("server.tls.certificate: {shown}"))?;
    let key = PrivateKeyDer::from_pem_file(&settings.key)
        .with_context(|| format!("server.tls.key: {}", settings.key.display()))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .context("server.tls")?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
