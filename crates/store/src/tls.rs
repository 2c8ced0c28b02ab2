//! TLS to PostgreSQL, as a URL asks for it.
//!
//! `sslmode=verify-full`, or `require`, which means the same here: who wants TLS wants to know whom they
//! talk to. Without one of them nothing is encrypted, as on a private network. Whose certificates are
//! believed is the system's to say, or `sslrootcert=FILE`'s.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use tokio_postgres_rustls::MakeRustlsConnect;

/// What a URL says of TLS.
pub(crate) struct Asked {
    /// The URL as the driver knows it.
    pub(crate) url: String,
    /// A file with the certificates to believe.
    root: Option<String>,
}

impl Asked {
    /// Takes out of a URL what the driver does not know.
    pub(crate) fn by(url: &str) -> Asked {
        // The driver takes what is before an @ for who signs in, whatever it is.
        let named = url.find('@').unwrap_or_default();
        let Some(at) = url[named..].find('?').map(|at| named + at) else {
            return Asked { url: format!("{url}?sslmode=disable"), root: None };
        };
        let (head, options) = (&url[..at], &url[at + 1..]);
        let (mut root, mut encrypted, mut kept) = (None, false, Vec::new());
        for option in options.split('&').filter(|option| !option.is_empty()) {
            match option.split_once('=') {
                Some(("sslrootcert", file)) => root = Some(file.to_owned()),
                Some(("sslmode", "require" | "verify-full")) => encrypted = true,
                Some(("sslmode", "disable" | "prefer")) => encrypted = false,
                // What nobody knows is the driver's to refuse.
                _ => kept.push(option),
            }
        }
        kept.push(if encrypted { "sslmode=require" } else { "sslmode=disable" });
        Asked { url: format!("{head}?{}", kept.join("&")), root }
    }

    /// Makes what encrypts connections.
    ///
    /// # Errors
    /// The certificates to believe cannot be read.
    pub(crate) fn connector(&self) -> Result<MakeRustlsConnect, String> {
        let mut roots = RootCertStore::empty();
        match &self.root {
            Some(file) => {
                let told = |error: &dyn std::fmt::Display| format!("sslrootcert={file}: {error}");
                let read = CertificateDer::pem_file_iter(file).map_err(|error| told(&error))?;
                for certificate in read {
                    let certificate = certificate.map_err(|error| told(&error))?;
                    roots.add(certificate).map_err(|error| told(&error))?;
                }
            }
            // Some that cannot be read are no reason not to believe the others.
            None => {
                roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            }
        }
        let ciphers = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(ciphers)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(MakeRustlsConnect::new(config))
    }
}
