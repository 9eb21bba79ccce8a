//! The source: a Graveyard database, read in one snapshot, each table once and in order.
//!
//! Every value is read as text, so that it makes no difference whether a dump has `integer` or `varchar` where another
//! one has `smallint` or `text`; [`super::row::Row`] makes numbers and times of them.

mod dump;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use futures_util::stream::{BoxStream, StreamExt};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Connection, Row as _};

use super::row::Row;
use super::tables::{CREATIONS, MEMBERS, TABLES, Table};
use crate::db::connect::without_password;

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The schemas that Graveyard's tables may be in: where Django makes them, and where pgloader left them.
const SCHEMAS: [&str; 2] = ["public", "dracidoupe_cz"];

/// Django's own tables, in which nothing of a community is: sessions, rights, what its admin did, its migrations.
const OF_DJANGO: [&str; 9] = [
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "auth_user_groups",
    "auth_user_user_permissions",
    "django_admin_log",
    "django_content_type",
    "django_migrations",
    "django_session",
];

/// A source that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No address of a PostgreSQL.
    #[error("`{0}` is no address of a PostgreSQL database; write postgres://user@host/name")]
    Address(String),
    /// A file in place of a database.
    #[error(
        "`{file}` is a file and no database: restore it into an empty one first, {how}, and import that database: \
        generator import graveyard postgres://user@host/graveyard"
    )]
    File {
        /// Its path.
        file: String,
        /// The commands that restore such a file.
        how: String,
    },
    /// No answer, no right, no such database.
    #[error("cannot open the source {database}: {source}")]
    Open {
        /// The address without password.
        database: String,
        /// Why.
        source: sqlx::Error,
    },
    /// Not one of Graveyard's tables.
    #[error(
        "the source {database} is no Graveyard database: neither schema `public` nor `dracidoupe_cz` has `uzivatele` or \
        any other of its tables; \
        restore the dump first, or look at the database's name"
    )]
    Foreign {
        /// The address without password.
        database: String,
    },
    /// The connection failed on the way.
    #[error("the source fails while table {table} is read: {source}")]
    Read {
        /// The table.
        table: &'static str,
        /// Why.
        source: sqlx::Error,
    },
}

/// Why a table is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// It is not there.
    Table,
    /// Columns of it are not there.
    Columns(Vec<&'static str>),
}

/// An open source.
pub struct Source {
    connection: PgConnection,
    /// The schema that the tables are in.
    pub schema: String,
    columns: Columns,
}

/// By table, its columns: in small letters → as they are written. pgloader wrote all of them small, Django did not.
type Columns = BTreeMap<String, BTreeMap<String, String>>;

impl Source {
    /// Connects, looks which schema has the tables, and begins the snapshot that everything is read in.
    ///
    /// # Errors
    /// A database that cannot be reached or is no Graveyard.
    pub async fn open(url: &str) -> Result<Source, Error> {
        let database = without_password(url);
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(dump::restoring(Path::new(url))
                .map_or(Error::Address(database), |how| Error::File { file: url.to_owned(), how }));
        }
        let failed = |source| Error::Open { database: database.clone(), source };
        let options: PgConnectOptions = url.parse().map_err(failed)?;
        let attempt = tokio::time::timeout(CONNECT_TIMEOUT, PgConnection::connect_with(&options)).await;
        let mut connection = attempt.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map_err(failed)?;
        // The texts of times and the order of rows must not depend on how the server is set up; a hosted one may end
        // what is idle or takes long, and while passwords are wrapped the snapshot is both. A table that nobody has
        // analyzed looks so large that a server with a compiler (not all have one) spends longer on that than on the rows.
        const BEGIN: &str = "begin isolation level repeatable read read only;
            set local timezone = 'UTC'; set local datestyle = 'ISO, YMD';
            set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0;
            select set_config(name, 'off', true) from pg_settings where name = 'jit'";
        sqlx::raw_sql(BEGIN).execute(&mut connection).await.map_err(failed)?;
        let mut by_schema = columns(&mut connection).await.map_err(failed)?;
        let known = |schema: &&str| {
            let tables = by_schema.get(*schema);
            TABLES.iter().filter(|table| tables.is_some_and(|tables| tables.contains_key(table.name))).count()
        };
        let schema = SCHEMAS.into_iter().rev().max_by_key(known).filter(|schema| known(schema) > 0);
        let Some(schema) = schema else { return Err(Error::Foreign { database }) };
        let columns = by_schema.remove(schema).unwrap_or_default();
        Ok(Source { connection, schema: schema.to_owned(), columns })
    }

    /// Ends the snapshot and the connection: it holds back the source's vacuum as long as it lasts.
    pub async fn close(self) {
        // Everything has been read; a server that is gone by now is closed as well.
        let _ = self.connection.close().await;
    }

    /// What keeps a table from being read; `None` where it has all that is needed.
    pub fn lacks(&self, table: &Table) -> Option<Lack> {
        let lacking = |name: &str, columns: &[&'static str]| match self.columns.get(name) {
            None => Some(Lack::Table),
            Some(there) => {
                let is_there = |column: &&str| there.contains_key(&column.to_lowercase());
                let missing: Vec<_> = columns.iter().copied().filter(|column| !is_there(column)).collect();
                (!missing.is_empty()).then_some(Lack::Columns(missing))
            }
        };
        lacking(table.name, table.columns)
            .or_else(|| table.joined.and_then(|joined| lacking(joined.name, joined.columns)))
    }

    /// How many rows a table has.
    ///
    /// # Errors
    /// Where the source fails.
    pub async fn count(&mut self, table: &Table) -> Result<u64, Error> {
        let sql = format!("select count(*) from {}.{}", self.schema, table.name);
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(&mut self.connection)
            .await
            .map_err(|source| Error::Read { table: table.name, source })?;
        Ok(count.unsigned_abs())
    }

    /// The greatest key of a table whose keys are numbers; `None` where it is empty.
    ///
    /// # Errors
    /// Where the source fails.
    pub async fn newest_number(&mut self, table: &Table) -> Result<Option<i64>, Error> {
        let key = self.quoted(table.name, table.key[0]);
        let sql = format!("select max({key}::bigint) from {}.{}", self.schema, table.name);
        let newest = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut self.connection).await;
        newest.map_err(|source| Error::Read { table: table.name, source })
    }

    /// The keys of Django's accounts that no member has, with the number of all accounts; nothing where there is no such
    /// table.
    ///
    /// # Errors
    /// Where the source fails.
    pub async fn accounts_alone(&mut self) -> Result<(u64, Vec<String>), Error> {
        let Some(accounts) = MEMBERS.joined.filter(|_| self.lacks(&MEMBERS).is_none()) else {
            return Ok((0, Vec::new()));
        };
        let (id, of) = (self.quoted(accounts.name, accounts.columns[0]), self.quoted(MEMBERS.name, accounts.on));
        let (schema, accounts, members) = (&self.schema, accounts.name, MEMBERS.name);
        let sql = format!(
            "select account.{id}::text, exists (select 1 from {schema}.{members} own where own.{of} = account.{id})
            from {schema}.{accounts} account order by account.{id}"
        );
        let read = sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&mut self.connection).await;
        let rows: Vec<(String, bool)> = read.map_err(|source| Error::Read { table: accounts, source })?;
        let all = rows.len() as u64;
        Ok((all, rows.into_iter().filter(|(_, has_member)| !has_member).map(|(id, _)| id).collect()))
    }

    /// Tables of the schema that no import reads, with the number of their rows: those that have any, and that are neither
    /// Django's own nor kept from this user. By name.
    ///
    /// # Errors
    /// Where the source fails.
    pub async fn unread_tables(&mut self) -> Result<Vec<(String, i64)>, Error> {
        const SQL: &str = "select table_name::text, quote_ident(table_schema) || '.' || quote_ident(table_name)
            from information_schema.tables where table_schema = $1 and table_type = 'BASE TABLE'
                and has_table_privilege(quote_ident(table_schema) || '.' || quote_ident(table_name), 'select')
            order by table_name collate \"C\"";
        let failed = |source| Error::Read { table: "information_schema.tables", source };
        let tables: Vec<(String, String)> =
            sqlx::query_as(SQL).bind(&self.schema).fetch_all(&mut self.connection).await.map_err(failed)?;
        let mut unread = Vec::new();
        for (name, quoted) in tables {
            let joined = TABLES.iter().filter_map(|table| table.joined).map(|joined| joined.name);
            let read = TABLES.iter().chain(CREATIONS).map(|table| table.name).chain(joined);
            if OF_DJANGO.contains(&name.as_str()) || read.into_iter().any(|known| known == name) {
                continue;
            }
            let sql = format!("select count(*) from {quoted}");
            let count: i64 =
                sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut self.connection).await.map_err(failed)?;
            if count > 0 {
                unread.push((name, count));
            }
        }
        Ok(unread)
    }

    /// The rows of a table in the order that it declares, as they come.
    pub fn rows<'a>(&'a mut self, table: &'static Table) -> BoxStream<'a, Result<Row, Error>> {
        let sql = self.select(table);
        sqlx::query(AssertSqlSafe(sql))
            .fetch(&mut self.connection)
            .map(move |row| {
                row.and_then(|row| read(table, &row)).map_err(|source| Error::Read { table: table.name, source })
            })
            .boxed()
    }

    /// Some columns of all rows of a table, in its order.
    ///
    /// # Errors
    /// Where the source fails.
    pub async fn columns_of(
        &mut self,
        table: &'static Table,
        columns: &[&'static str],
    ) -> Result<Vec<Vec<Option<String>>>, Error> {
        let names: Vec<String> =
            columns.iter().map(|column| format!("{}::text", self.quoted(table.name, column))).collect();
        // Without the table's name it would be the order of texts, which have the columns' names.
        let order: Vec<String> =
            table.order.iter().map(|column| format!("own.{}", self.quoted(table.name, column))).collect();
        let sql = format!(
            "select {} from {}.{} own order by {}",
            names.join(", "),
            self.schema,
            table.name,
            order.join(", ")
        );
        let failed = |source| Error::Read { table: table.name, source };
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut self.connection).await.map_err(failed)?;
        let values = |row: &PgRow| (0..row.len()).map(|at| row.try_get(at)).collect::<sqlx::Result<_>>();
        rows.iter().map(|row| values(row).map_err(failed)).collect()
    }

    /// A text and two more columns of the rows whose text may name a place within itself; null is the empty text.
    pub(super) fn texts_with_places<'a>(
        &'a mut self,
        table: &'static Table,
        columns: [&'static str; 3],
    ) -> BoxStream<'a, Result<[String; 3], Error>> {
        let names = columns.map(|column| self.quoted(table.name, column));
        let values = names.each_ref().map(|name| format!("coalesce({name}::text, '')")).join(", ");
        let place = r"[[:space:]](id|name)[[:space:]]*=";
        let sql = format!("select {values} from {}.{} where {}::text ~* '{place}'", self.schema, table.name, names[0]);
        sqlx::query(AssertSqlSafe(sql))
            .fetch(&mut self.connection)
            .map(move |row| {
                let values = row.and_then(|row| Ok([row.try_get(0)?, row.try_get(1)?, row.try_get(2)?]));
                values.map_err(|source| Error::Read { table: table.name, source })
            })
            .boxed()
    }

    /// All rows of a small table.
    ///
    /// # Errors
    /// Where the source fails.
    pub async fn all(&mut self, table: &'static Table) -> Result<Vec<Row>, Error> {
        let mut rows = self.rows(table);
        let mut all = Vec::new();
        while let Some(row) = rows.next().await {
            all.push(row?);
        }
        Ok(all)
    }

    fn select(&self, table: &Table) -> String {
        let schema = &self.schema;
        let own = table.columns.iter().map(|column| format!("own.{}::text", self.quoted(table.name, column)));
        let joined = table.joined.iter().flat_map(|joined| {
            joined.columns.iter().map(|column| format!("joined.{}::text", self.quoted(joined.name, column)))
        });
        let columns: Vec<String> = own.chain(joined).collect();
        let join = table.joined.map_or(String::new(), |joined| {
            format!(
                " left join {schema}.{} joined on joined.{} = own.{}",
                joined.name,
                self.quoted(joined.name, joined.columns[0]),
                self.quoted(table.name, joined.on)
            )
        });
        let order: Vec<String> =
            table.order.iter().map(|column| format!("own.{}", self.quoted(table.name, column))).collect();
        format!("select {} from {schema}.{} own{join} order by {}", columns.join(", "), table.name, order.join(", "))
    }

    /// A column as the source writes it, in quotes.
    fn quoted(&self, table: &str, column: &str) -> String {
        let written = self.columns.get(table).and_then(|columns| columns.get(&column.to_lowercase()));
        format!("\"{}\"", written.map_or(column, String::as_str))
    }
}

async fn columns(connection: &mut PgConnection) -> sqlx::Result<BTreeMap<String, Columns>> {
    const SQL: &str = "select table_schema::text, table_name::text, column_name::text
        from information_schema.columns where table_schema = any($1)";
    let rows: Vec<(String, String, String)> = sqlx::query_as(SQL).bind(&SCHEMAS[..]).fetch_all(connection).await?;
    let mut found: BTreeMap<String, Columns> = BTreeMap::new();
    for (schema, table, column) in rows {
        found.entry(schema).or_default().entry(table).or_default().insert(column.to_lowercase(), column);
    }
    Ok(found)
}

fn read(table: &'static Table, row: &PgRow) -> sqlx::Result<Row> {
    let values = (0..row.len()).map(|at| row.try_get::<Option<String>, _>(at)).collect::<sqlx::Result<_>>()?;
    Ok(Row::new(table, values))
}
