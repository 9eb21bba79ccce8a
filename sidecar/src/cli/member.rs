//! `sidecar member add`: lets somebody in without a registration, the first editor among them.

use std::io::{BufRead, IsTerminal};

use anstream::println;
use anyhow::{Context, bail};
use chrono::Utc;
use generator::db::connect::without_password;
use generator::db::{accounts, credentials};
use generator::model::Role;
use generator::open::Opened;
use generator::publish::{Change, members};
use generator::settings::Settings;
use sidecar::accounts::address::is_address;
use sidecar::password::{hash, rules};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Adds a member; the password is the first line of the standard input
    Add(Add),
}

#[derive(clap::Args)]
struct Add {
    /// What everybody will know the member as
    nick: String,
    /// Where mail reaches the member; shown to nobody
    #[arg(long)]
    email: String,
    /// What the member may do
    #[arg(long, value_enum, default_value_t = RoleArg::Member)]
    role: RoleArg,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum RoleArg {
    /// Writes
    Member,
    /// Decides what is published
    Editor,
    /// Decides who is an editor
    Admin,
}

impl RoleArg {
    fn role(self) -> Role {
        match self {
            RoleArg::Member => Role::Member,
            RoleArg::Editor => Role::Editor,
            RoleArg::Admin => Role::Admin,
        }
    }
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let Command::Add(Add { nick, email, role }) = args.command;
    let (nick, email) = (nick.trim(), email.trim());
    if !is_address(email) {
        bail!("`{email}` is no e-mail address");
    }
    if std::io::stdin().is_terminal() {
        eprint!("Password for {nick} (it shows while you type): ");
    }
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password).context("cannot read the password from the standard input")?;
    let password = password.trim_end_matches(['\n', '\r']);
    if let Err(weakness) = rules::check(password, nick) {
        bail!("{weakness}");
    }
    let hash = hash(password).map_err(anyhow::Error::msg)?;
    let settings = Settings::from_env()?;
    let opened = Opened::open(&settings).await?;
    let mut change = Change::begin(&opened.db, &opened.site, Utc::now()).await?;
    let member = members::register(&mut change, nick, email).await?;
    credentials::set(change.tx(), member, &hash).await?;
    accounts::set_role(change.tx(), member, role.role()).await?;
    change.commit().await?;
    opened.db.close().await;
    println!("{nick} is member {member} now, in the database {}", without_password(&settings.database_url));
    Ok(())
}
