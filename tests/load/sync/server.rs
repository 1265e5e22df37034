//! The service as a process of its own, so that its memory is its own.

use admission::{DevelopmentKeys, Partners};
use anyhow::{Context, Result, bail};
use contracts::enrolments::v1::enrolment_sync_service_client::EnrolmentSyncServiceClient;
use practicum_tests::{Client, people::Bearer};
use std::{
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};
use testkit::{Database, Postgres};
use tonic::{service::interceptor::InterceptedService, transport::Endpoint};
use vocabulary::{Clock, Role};

/// Larger than any batch of [`super::stream`].
const MESSAGE_BYTES: usize = 4 << 20;

pub struct Server {
    /// None where it is a file.
    database: Option<Database>,
    child: Child,
    address: String,
    folder: PathBuf,
    keys: DevelopmentKeys,
}

impl Server {
    /// On a fresh database of `cluster`.
    pub async fn up(cluster: &Postgres) -> Result<Self> {
        Self::on(Some(cluster.fresh_database().await))
    }

    /// On SQLite.
    pub fn up_on_a_file() -> Result<Self> {
        Self::on(None)
    }

    pub fn store(&self) -> &'static str {
        if self.database.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    fn on(database: Option<Database>) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("practicum-load-{}", uuid::Uuid::now_v7().simple()));
        Partners::write_defaults(&folder, &[])?;
        let keys = DevelopmentKeys::open(&folder)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let settings = folder.join("enrolments.toml");
        let at = folder.display();
        let kept = database.as_ref().map_or_else(
            || format!("file = \"{at}/enrolments.db\""),
            |it| format!("postgres = \"{}\"\npostgres_owner = \"{}\"", it.app_url, it.owner_url),
        );
        let text = format!(
            "[server]\naddress = \"127.0.0.1:{port}\"\nmax_message_bytes = {MESSAGE_BYTES}\n[database]\n{kept}\n\
             [identity]\npartners = \"{at}/partners.toml\"\nseal_key = \"{at}/seal.key\"\n"
        );
        std::fs::write(&settings, text)?;
        let program = std::env::current_exe()?.with_file_name("enrolments");
        let child = Command::new(&program)
            .arg("--settings")
            .arg(&settings)
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("{}: build the whole workspace first", program.display()))?;
        let address = format!("http://127.0.0.1:{port}");
        Ok(Self { database, child, address, folder, keys })
    }

    /// Whose tables they are.
    pub fn owner(&self) -> Result<&str> {
        Ok(self.database.as_ref().context("no database but a file")?.owner_url.as_ref())
    }

    /// A machine of `teesside` that may send, once the service answers.
    pub async fn sender(&self) -> Result<EnrolmentSyncServiceClient<Client>> {
        self.client(Role::EnrolmentSync, "sits").await
    }

    /// A person there who may undo what was sent.
    pub async fn registrar(&self) -> Result<EnrolmentSyncServiceClient<Client>> {
        self.client(Role::Registrar, "registrar").await
    }

    async fn client(&self, role: Role, who: &str) -> Result<EnrolmentSyncServiceClient<Client>> {
        let endpoint = Endpoint::from_shared(self.address.clone())?;
        for _ in 0..600 {
            if let Ok(channel) = endpoint.connect().await {
                let life = Duration::from_secs(3_600);
                let now = Clock::system().now();
                let token = self.keys.mint(&"teesside".parse()?, &[role], who, life, now)?;
                let bearer = Bearer(format!("Bearer {token}").parse()?);
                let client = InterceptedService::new(channel, bearer);
                return Ok(EnrolmentSyncServiceClient::new(client).max_encoding_message_size(MESSAGE_BYTES));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("the service does not answer at {}", self.address)
    }

    /// Bytes of memory now, and the most that there have been since [`Server::forget_peak`].
    pub fn memory(&self) -> Result<(u64, u64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kilobytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok())
        };
        let (now, peak) = kilobytes("VmRSS").zip(kilobytes("VmHWM")).context("no memory in /proc")?;
        Ok((now * 1_024, peak * 1_024))
    }

    pub fn forget_peak(&self) -> Result<()> {
        Ok(std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5")?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
