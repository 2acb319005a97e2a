//! The commands that need a database: serve, demo, config, audit verify.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use serde::Deserialize;
use sheber_app::platform::{audit, database};
use sheber_app::{App, Clock, Config};

/// Flags, then environment, then the file, then the defaults.
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
    metrics_token: Option<String>,
    log_format: Option<LogFormat>,
    api_pace: Option<u32>,
    webhooks_anywhere: Option<bool>,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
enum LogFormat {
    #[default]
    Text,
    Json,
}

impl Settings {
    fn file(&self) -> anyhow::Result<File> {
        Ok(match &self.config {
            Some(path) => {
                let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
                toml::from_str::<File>(&text).with_context(|| path.display().to_string())?
            }
            None => File::default(),
        })
    }

    fn log_format(&self) -> anyhow::Result<LogFormat> {
        Ok(self.log_format.or(self.file()?.log_format).unwrap_or_default())
    }

    pub fn effective(&self) -> anyhow::Result<Config> {
        let file = self.file()?;
        let default = Config::default();
        let listen = self.listen.or(file.listen).unwrap_or(default.listen);
        let base_url = self.base_url.clone().or(file.base_url).unwrap_or_else(|| format!("http://{listen}"));
        let base_url = base_url.trim_end_matches('/').to_owned();
        Ok(Config {
            listen,
            database: self.database.clone().or(file.database).unwrap_or(default.database),
            secure_cookies: self.secure_cookies.or(file.secure_cookies).unwrap_or(base_url.starts_with("https://")),
            base_url,
            smtp: self.smtp.clone().or(file.smtp),
            mail_from: self.mail_from.clone().or(file.mail_from).unwrap_or(default.mail_from),
            keys: self.keys.clone().or(file.keys),
            files: self.files.clone().or(file.files),
            demo: false,
            proxy: self.proxy.or(file.proxy).unwrap_or(false),
            metrics_token: self.metrics_token.clone().or(file.metrics_token),
            api_pace: self.api_pace.or(file.api_pace).unwrap_or(default.api_pace),
            webhooks_anywhere: self.webhooks_anywhere.or(file.webhooks_anywhere).unwrap_or(false),
        })
    }
}

#[derive(clap::Args)]
pub struct DemoSettings {
    /// Address to listen on
    #[arg(long, env = "SHEBER_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Database of the demo
    #[arg(long, default_value = "sqlite://demo.db")]
    database: String,
    /// Adds this many generated programmes to an empty demo
    #[arg(long, default_value_t = 0)]
    programmes: usize,
}

fn logging(format: LogFormat, usual: &str) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("SHEBER_LOG").unwrap_or_else(|_| usual.into());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let _ = match format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
}

pub fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

async fn open(config: Config) -> anyhow::Result<App> {
    let db = database::open(&config.database).await.context("database")?;
    let app = App::new(db, config, Arc::new(Clock::default()));
    sheber_app::programmes::store::renew_sort_keys(&app).await?;
    sheber_demo::starting_lists(&app).await?;
    // Made now if there are none yet; a server that cannot sign does not start.
    sheber_app::register::keys::prepare(&app).await?;
    Ok(app)
}

/// Resolves when the process is asked to stop.
async fn stop() {
    let interrupt = tokio::signal::ctrl_c();
    let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        let _ = interrupt.await;
        return;
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
}

pub fn serve(settings: &Settings) -> anyhow::Result<ExitCode> {
    logging(settings.log_format()?, "warn,sheber=info");
    let config = settings.effective()?;
    runtime()?.block_on(async {
        let app = open(config).await?;
        let mut out = std::io::stdout();
        if let Some((email, password)) = sheber_demo::first_administrator(&app).await? {
            writeln!(out, "First administrator, shown once: {email}  {password}")?;
        }
        writeln!(out, "Sheber: {}", app.config.base_url)?;
        out.flush()?;
        sheber_app::serve(app, stop()).await?;
        Ok(ExitCode::SUCCESS)
    })
}

pub fn demo(settings: &DemoSettings) -> anyhow::Result<ExitCode> {
    // What the demo says first stays in sight.
    logging(LogFormat::Text, "warn");
    let config = Config {
        listen: settings.listen,
        database: settings.database.clone(),
        base_url: format!("http://{}", settings.listen),
        demo: true,
        ..Config::default()
    };
    let programmes = settings.programmes;
    runtime()?.block_on(async {
        let app = open(config).await?;
        let empty = database::number(&app.db, "SELECT COUNT(*) FROM account", sheber_app::params![]).await? == 0;
        sheber_demo::settle(&app).await?;
        if empty {
            sheber_demo::register(&app).await?;
            sheber_demo::education(&app, 2026).await?;
        }
        if empty && programmes > 0 {
            sheber_demo::national(&app, (programmes / 66).max(1), programmes, 7).await?;
            sheber_demo::national_entries(&app).await?;
        }
        greet(&app)?;
        sheber_app::serve(app, stop()).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Says where to go and what to try first.
fn greet(app: &App) -> std::io::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "\nSheber, demo: {}\n", app.config.base_url)?;
    writeln!(out, "Accounts (password of all: {}):", sheber_demo::PASSWORD)?;
    for role in sheber_app::platform::actor::Role::ALL {
        let local = role.word().replace('_', "-");
        let name = sheber_messages::text(sheber_kernel::Lang::En, &format!("role-{}", role.word()));
        writeln!(out, "  {local}@demo.sheber.kz  {name}")?;
    }
    writeln!(out, "  operator-2, expert-2, expert-3, neighbour@demo.sheber.kz  for the register, and to see scopes")?;
    writeln!(
        out,
        "\nTry first: sign in as methodist, open the programme with violations, mend two findings, print the working curriculum.\nCtrl+C stops the server.\n"
    )?;
    out.flush()
}

/// An address with its password left out.
fn masked(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.rsplit_once('@') {
        Some((login, host)) => format!("{scheme}://{}:***@{host}", login.split(':').next().unwrap_or_default()),
        None => url.to_owned(),
    }
}

pub fn config(settings: &Settings) -> anyhow::Result<ExitCode> {
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
    table.insert("proxy".to_owned(), config.proxy.into());
    if config.metrics_token.is_some() {
        table.insert("metrics_token".to_owned(), "***".into());
    }
    table.insert("api_pace".to_owned(), i64::from(config.api_pace).into());
    table.insert("webhooks_anywhere".to_owned(), config.webhooks_anywhere.into());
    write!(std::io::stdout(), "{table}")?;
    Ok(ExitCode::SUCCESS)
}

pub fn new_keys(settings: &Settings) -> anyhow::Result<ExitCode> {
    let path = settings.effective()?.keys();
    anyhow::ensure!(!path.exists(), "{} is there: `sheber keys rotate` adds a key", path.display());
    sheber_app::register::keys::Keys::make(&path)?;
    println!("{}: made; what an earlier key signed is no longer told genuine", path.display());
    Ok(ExitCode::SUCCESS)
}

pub fn rotate_keys(settings: &Settings) -> anyhow::Result<ExitCode> {
    let path = settings.effective()?.keys();
    let id = sheber_app::register::keys::Keys::rotate(&path)?;
    println!("{}: key {id} signs from the next start on", path.display());
    Ok(ExitCode::SUCCESS)
}

pub fn verify_audit(settings: &Settings) -> anyhow::Result<ExitCode> {
    let config = settings.effective()?;
    runtime()?.block_on(async {
        let db = database::open(&config.database).await.context("database")?;
        let verdict = audit::verify(&db).await?;
        match &verdict {
            audit::Verdict::Holds { records, head } => println!("{records} records, the chain holds; head {head}"),
            audit::Verdict::Broken(record) => {
                println!("record {record} does not follow from the one before: it was changed, or one was taken out");
            }
            audit::Verdict::Version(version) => {
                println!("version {version} of a programme is not what it was saved as");
            }
        }
        Ok(ExitCode::from(u8::from(!matches!(verdict, audit::Verdict::Holds { .. }))))
    })
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn passwords_are_masked() {
        assert_eq!(masked("postgres://sheber:se@cret@db/sheber"), "postgres://sheber:***@db/sheber");
        assert_eq!(masked("sqlite://sheber.db"), "sqlite://sheber.db");
    }
}
