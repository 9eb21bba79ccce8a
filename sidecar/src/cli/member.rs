//! `sidecar member add`: lets somebody in without a registration, the first editor among them. A script gives the password on
//! the standard input; at a terminal, where it would be seen and stay, a link is printed by which its owner chooses one.

use std::io::{BufRead, IsTerminal};

use anyhow::{Context, bail};
use chrono::Utc;
use generator::db::account_links::{self, NewLink, Purpose};
use generator::db::connect::without_password;
use generator::db::{accounts, credentials};
use generator::model::Role;
use generator::open::Opened;
use generator::publish::{Change, members};
use generator::settings::Settings;
use sidecar::accounts::address::is_address;
use sidecar::mail::compose::WELCOME_LASTS;
use sidecar::password::{hash, rules};
use sidecar::session::Token;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Adds a member. The password is the first line of the standard input; at a terminal a link is printed by which the
    /// member chooses one
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
    /// Print a link by which the member chooses a password, wherever the standard input comes from
    #[arg(long)]
    link: bool,
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
    let Command::Add(Add { nick, email, role, link }) = args.command;
    let (nick, email) = (nick.trim(), email.trim());
    if !is_address(email) {
        bail!("`{email}` is no e-mail address");
    }
    let hash = if link || std::io::stdin().is_terminal() { None } else { Some(hash_of_input(nick)?) };
    let settings = Settings::from_env()?;
    let opened = Opened::open(&settings).await?;
    let now = Utc::now();
    let mut change = Change::begin(&opened.db, &opened.site, now).await?;
    let member = members::register(&mut change, nick, email).await?;
    accounts::set_role(change.tx(), member, role.role()).await?;
    let url = match hash {
        Some(hash) => {
            credentials::set(change.tx(), member, &hash).await?;
            None
        }
        None => {
            let token = Token::new().map_err(|error| anyhow::anyhow!("{}", error.fault))?;
            let (token_hash, expires_at) = (token.hash(), now + WELCOME_LASTS);
            let link = NewLink { token_hash: &token_hash, purpose: Purpose::Password, member, address: "", expires_at };
            account_links::add(change.tx(), link).await?;
            let paths = &opened.site.config.sidecar;
            Some(opened.site.absolute(&format!("{}{}/", paths.url(&paths.new_password), token.secret())))
        }
    };
    change.commit().await?;
    opened.db.close().await;
    println!("{nick} is member {member} now, in the database {}", without_password(&settings.database_url));
    if let Some(url) = url {
        println!("Here a password is chosen, once and within {} days:\n\n    {url}\n", WELCOME_LASTS.num_days());
    }
    Ok(())
}

/// The hash of the first line of the standard input.
fn hash_of_input(nick: &str) -> anyhow::Result<String> {
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password).context("cannot read the password from the standard input")?;
    let password = password.trim_end_matches(['\n', '\r']);
    if let Err(weakness) = rules::check(password, nick) {
        bail!("{weakness}");
    }
    hash(password).map_err(anyhow::Error::msg)
}
