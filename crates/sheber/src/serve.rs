//! `sheber serve` and `sheber demo`.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use sheber_app::{App, Clock, Config};
use sheber_platform::house::House;
use sheber_platform::{database, params};

use super::settings::{LogFormat, Settings};

#[derive(clap::Args)]
pub struct DemoSettings {
    /// Adds this many generated programmes to an empty demo
    #[arg(long, default_value_t = 0)]
    programmes: usize,
    #[command(flatten)]
    settings: Settings,
}

/// Where log lines go: to standard error.
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
    let app = sheber_app::open(config, Clock::default()).await.context("database")?;
    sheber_demo::starting_lists(&app).await?;
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

/// Serves.
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

/// Where the demo lies unless something else is said.
const DEMO: &str = "sqlite://demo.db";

pub fn demo(demo: &DemoSettings) -> anyhow::Result<ExitCode> {
    // What the demo says first stays in sight.
    logging(demo.settings.log_format()?, "warn");
    let config = demo.settings.over(Config { database: DEMO.to_owned(), demo: true, ..Config::default() })?;
    let programmes = demo.programmes;
    runtime()?.block_on(async {
        let app = open(config).await?;
        let accounts = "SELECT COUNT(*) FROM account";
        let demos = "SELECT COUNT(*) FROM account WHERE email LIKE '%@demo.sheber.kz'";
        let is_empty = database::number(&app.db, accounts, params![]).await? == 0;
        anyhow::ensure!(
            is_empty || database::number(&app.db, demos, params![]).await? > 0,
            "the database has accounts and is no demo: name another one with --database"
        );
        // Keys are made before anything is signed.
        House::warm(&app).await?;
        if is_empty {
            sheber_demo::settle(&app).await?;
            sheber_demo::register(&app).await?;
            sheber_demo::education(&app, 2026).await?;
        }
        if is_empty && programmes > 0 {
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
    for role in sheber_platform::ability::Role::ALL {
        let local = role.word().replace('_', "-");
        let name = sheber_messages::text(sheber_kernel::Lang::En, &format!("role-{role}"));
        writeln!(out, "  {local}@demo.sheber.kz  {name}")?;
    }
    writeln!(out, "  operator-2, expert-2, expert-3, neighbour@demo.sheber.kz  for the register, and to see scopes")?;
    writeln!(
        out,
        "\nTry first: sign in as methodist, open the programme with violations, mend two findings, print the working \
         curriculum.\nCtrl+C stops the server.\n"
    )?;
    out.flush()
}
