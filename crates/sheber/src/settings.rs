//! The settings of a server: flags, then environment, then the file, then the defaults.

use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use serde::Deserialize;
use sheber_app::Config;

/// What every command that needs a database is told.
#[derive(clap::Args, Default)]
pub struct Settings {
    /// A TOML file with the same names as the flags
    #[arg(long, env = "SHEBER_CONFIG")]
    config: Option<PathBuf>,
    /// sqlite://… or postgres://…
    #[arg(long, env = "SHEBER_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// Address to listen on
    #[arg(long, env = "SHEBER_LISTEN")]
    listen: Option<SocketAddr>,
    /// The address people reach the server under
    #[arg(long, env = "SHEBER_BASE_URL")]
    base_url: Option<String>,
    /// smtp://user:password@host or smtps://…
    #[arg(long, env = "SHEBER_SMTP", hide_env_values = true)]
    smtp: Option<String>,
    /// Sender of mail
    #[arg(long, env = "SHEBER_MAIL_FROM")]
    mail_from: Option<String>,
    /// Cookies only over HTTPS; on by itself where the base URL is https
    #[arg(long, env = "SHEBER_SECURE_COOKIES")]
    secure_cookies: Option<bool>,
    /// The file of the keys that certificates are signed with
    #[arg(long, env = "SHEBER_KEYS")]
    keys: Option<PathBuf>,
    /// The folder of what people hand in
    #[arg(long, env = "SHEBER_FILES")]
    files: Option<PathBuf>,
    /// The most that one organisation may keep there, in MiB
    #[arg(long, env = "SHEBER_FILES_SHARE")]
    files_share: Option<u32>,
    /// Where clamd listens (host:port): files are shown to it before they are kept
    #[arg(long, env = "SHEBER_SCANNER")]
    scanner: Option<String>,
    /// Behind a proxy that sets X-Forwarded-For
    #[arg(long, env = "SHEBER_PROXY")]
    proxy: Option<bool>,
    /// Who has it may read the measurements at /metrics; without one there are none
    #[arg(long, env = "SHEBER_METRICS_TOKEN", hide_env_values = true)]
    metrics_token: Option<String>,
    /// text or json
    #[arg(long, env = "SHEBER_LOG_FORMAT", value_enum)]
    log_format: Option<LogFormat>,
    /// Requests a minute that a token may make of the API
    #[arg(long, env = "SHEBER_API_PACE")]
    api_pace: Option<u32>,
    /// Whose clocks it shows, for instants before March 2024: Asia/Almaty, Asia/Aqtau, Asia/Aqtobe, Asia/Atyrau, Asia/Oral,
    /// Asia/Qostanay or Asia/Qyzylorda
    #[arg(long, env = "SHEBER_ZONE")]
    zone: Option<String>,
    /// Lets webhooks go to plain HTTP and into the own network
    #[arg(long, env = "SHEBER_WEBHOOKS_ANYWHERE")]
    webhooks_anywhere: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    database: Option<String>,
    listen: Option<SocketAddr>,
    base_url: Option<String>,
    smtp: Option<String>,
    mail_from: Option<String>,
    secure_cookies: Option<bool>,
    proxy: Option<bool>,
    keys: Option<PathBuf>,
    files: Option<PathBuf>,
    files_share: Option<u32>,
    scanner: Option<String>,
    metrics_token: Option<String>,
    log_format: Option<LogFormat>,
    api_pace: Option<u32>,
    zone: Option<String>,
    webhooks_anywhere: Option<bool>,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

impl Settings {
    fn file(&self) -> anyhow::Result<File> {
        Ok(match &self.config {
            Some(path) => {
                private(path)?;
                let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
                toml::from_str::<File>(&text).with_context(|| path.display().to_string())?
            }
            None => File::default(),
        })
    }

    pub fn log_format(&self) -> anyhow::Result<LogFormat> {
        Ok(self.log_format.or(self.file()?.log_format).unwrap_or_default())
    }

    pub fn effective(&self) -> anyhow::Result<Config> {
        self.over(Config::default())
    }

    /// The settings over others that hold where nothing is said.
    pub fn over(&self, default: Config) -> anyhow::Result<Config> {
        let file = self.file()?;
        let listen = self.listen.or(file.listen).unwrap_or(default.listen);
        let base_url = self.base_url.clone().or(file.base_url).unwrap_or_else(|| format!("http://{listen}"));
        let base_url = base_url.trim_end_matches('/').to_owned();
        let database = self.database.clone().or(file.database).unwrap_or(default.database);
        let smtp = self.smtp.clone().or(file.smtp);
        links(&database, smtp.as_deref())?;
        let zone = match self.zone.clone().or(file.zone) {
            Some(name) => name.parse().map_err(|zones: String| anyhow::anyhow!("zone {name}: one of {zones}"))?,
            None => default.zone,
        };
        Ok(Config {
            listen,
            database,
            secure_cookies: self.secure_cookies.or(file.secure_cookies).unwrap_or(base_url.starts_with("https://")),
            base_url,
            smtp,
            mail_from: self.mail_from.clone().or(file.mail_from).unwrap_or(default.mail_from),
            keys: self.keys.clone().or(file.keys),
            files: self.files.clone().or(file.files),
            files_share: self.files_share.or(file.files_share).map_or(default.files_share, |mib| i64::from(mib) << 20),
            patience: default.patience,
            scanner: self.scanner.clone().or(file.scanner),
            demo: default.demo,
            proxy: self.proxy.or(file.proxy).unwrap_or(false),
            metrics_token: self.metrics_token.clone().or(file.metrics_token),
            api_pace: self.api_pace.or(file.api_pace).unwrap_or(default.api_pace),
            zone,
            webhooks_anywhere: self.webhooks_anywhere.or(file.webhooks_anywhere).unwrap_or(false),
        })
    }
}

/// A file of settings may hold passwords: others must not read it.
fn private(path: &Path) -> anyhow::Result<()> {
    let mode = std::fs::metadata(path).with_context(|| path.display().to_string())?.permissions().mode() & 0o777;
    anyhow::ensure!(
        mode % 0o10 == 0,
        "{} may be read by everybody (mode {mode:o}): set it to 640 or 600",
        path.display()
    );
    Ok(())
}

/// Whether an address leads to this machine.
fn is_here(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name).trim_matches(['[', ']']);
    name.is_empty() || name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// What goes over a network goes encrypted, or whoever runs the server has said that it need not.
fn links(database: &str, smtp: Option<&str>) -> anyhow::Result<()> {
    let is_remote = database.starts_with("postgres") && !is_here(database);
    anyhow::ensure!(
        !is_remote || database.contains("sslmode="),
        "the database is on another machine: add ?sslmode=verify-full to its address (or sslmode=disable, where the link is safe)"
    );
    let is_plain = smtp.is_some_and(|smtp| smtp.starts_with("smtp://") && !smtp.contains("tls=") && !is_here(smtp));
    anyhow::ensure!(
        !is_plain,
        "the mail server is on another machine: write smtps://…, or add ?tls=required to its address (or tls=opportunistic)"
    );
    Ok(())
}

/// An address with its password left out.
fn masked(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.rsplit_once('@') {
        Some((login, host)) => format!("{scheme}://{}:***@{host}", login.split(':').next().unwrap_or_default()),
        None => url.to_owned(),
    }
}

/// Prints the settings as they hold, secrets left out.
pub fn print(settings: &Settings) -> anyhow::Result<ExitCode> {
    let config = settings.effective()?;
    let (keys, files) = (config.keys(), config.files());
    let mut table = toml::Table::new();
    table.insert("database".to_owned(), masked(&config.database).into());
    table.insert("listen".to_owned(), config.listen.to_string().into());
    table.insert("base_url".to_owned(), config.base_url.into());
    if let Some(smtp) = config.smtp {
        table.insert("smtp".to_owned(), masked(&smtp).into());
    }
    table.insert("mail_from".to_owned(), config.mail_from.into());
    table.insert("secure_cookies".to_owned(), config.secure_cookies.into());
    table.insert("keys".to_owned(), keys.display().to_string().into());
    table.insert("files".to_owned(), files.display().to_string().into());
    table.insert("files_share".to_owned(), (config.files_share >> 20).into());
    if let Some(scanner) = config.scanner {
        table.insert("scanner".to_owned(), scanner.into());
    }
    table.insert("proxy".to_owned(), config.proxy.into());
    if config.metrics_token.is_some() {
        table.insert("metrics_token".to_owned(), "***".into());
    }
    table.insert("api_pace".to_owned(), i64::from(config.api_pace).into());
    table.insert("zone".to_owned(), config.zone.to_string().into());
    table.insert("webhooks_anywhere".to_owned(), config.webhooks_anywhere.into());
    write!(std::io::stdout(), "{table}")?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::{links, masked, private};

    #[test]
    fn a_file_of_settings_is_nobody_else_s() {
        use std::os::unix::fs::PermissionsExt;
        let file = tempfile::NamedTempFile::new().unwrap();
        for (mode, is) in [(0o600, true), (0o640, true), (0o400, true), (0o644, false), (0o606, false)] {
            std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(private(file.path()).is_ok(), is, "{mode:o}");
        }
    }

    #[test]
    fn what_leaves_the_machine_is_encrypted() {
        for (database, smtp, is) in [
            ("sqlite://sheber.db", None, true),
            ("postgres://sheber@127.0.0.1/sheber", None, true),
            ("postgres://sheber:pw@localhost:5432/sheber", None, true),
            ("postgres:///sheber?host=/run/postgresql", None, true),
            ("postgres://sheber:pw@db.region.kz/sheber", None, false),
            ("postgres://sheber:pw@db.region.kz/sheber?sslmode=verify-full", None, true),
            ("postgres://sheber:pw@10.0.0.7/sheber?sslmode=disable", None, true),
            ("sqlite://sheber.db", Some("smtps://u:p@mail.kz"), true),
            ("sqlite://sheber.db", Some("smtp://u:p@mail.kz"), false),
            ("sqlite://sheber.db", Some("smtp://u:p@mail.kz?tls=required"), true),
            ("sqlite://sheber.db", Some("smtp://[::1]:25"), true),
        ] {
            assert_eq!(links(database, smtp).is_ok(), is, "{database} {smtp:?}");
        }
    }

    #[test]
    fn passwords_are_masked() {
        assert_eq!(masked("postgres://sheber:se@cret@db/sheber"), "postgres://sheber:***@db/sheber");
        assert_eq!(masked("sqlite://sheber.db"), "sqlite://sheber.db");
    }
}
