//! Rows of any table by a declaration of its columns.
//!
//! An import writes some thirty tables in one way, and has to read back exactly the columns that it wrote to learn
//! whether somebody changed them since. So it declares each table once as a [`Shape`], from which all statements about
//! such rows are made; all other SQL is written out where it is used.

use chrono::{DateTime, Utc};
use sqlx::query_builder::Separated;
use sqlx::{AssertSqlSafe, ColumnIndex, Database, Decode, Encode, QueryBuilder, Row, Type};

use super::{Result, Tx, json_array, pieces};

/// A value of one column.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// Nothing, in a column of any type.
    Null,
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// A time, cut to microseconds.
    Time(DateTime<Utc>),
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// `bigint`
    Integer,
    /// `text`
    Text,
    /// `boolean`
    Flag,
    /// `timestamptz`
    Time,
}

/// When a column is written, and whether it tells that a row was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Part of the key.
    Key,
    /// Written always; another value than the one written means that somebody changed the row.
    Content,
    /// Written with a new row, and increased by [`go_on`]: counters and times that go on here by themselves.
    Initial,
    /// When the row was changed: the given time in a new row, the time of the import in one that it updates.
    ChangedAt,
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub of: Of,
    /// What becomes of it.
    pub role: Role,
}

/// A table's columns; those of the key come first.
#[derive(Debug)]
pub struct Shape {
    /// The table.
    pub table: &'static str,
    /// The columns that are written.
    pub columns: &'static [Column],
    /// Whether a row is inserted if it is missing and never touched again; it has no part in [`Shape::content`].
    pub once: bool,
}

/// A row in the order of its shape's columns.
pub type Values = Vec<Value>;

macro_rules! value_from {
    ($($from:ty => |$name:ident| $value:expr;)+) => {
        $(impl From<$from> for Value {
            fn from($name: $from) -> Value {
                $value
            }
        })+
    };
}

value_from! {
    i64 => |number| Value::Integer(number);
    bool => |flag| Value::Flag(flag);
    String => |text| Value::Text(text);
    &str => |text| Value::Text(text.to_owned());
    DateTime<Utc> => |time| Value::Time(time);
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

/// Declares a [`Shape`]: `shape!(NAME = "table", once: false, { id Key Integer, nick Content Text });`
macro_rules! shape {
    ($(#[$doc:meta])* $id:ident = $table:literal, once: $once:literal, { $($column:ident $role:ident $of:ident),+ $(,)? }) => {
        $(#[$doc])*
        pub(crate) static $id: $crate::db::shape::Shape = $crate::db::shape::Shape {
            table: $table,
            columns: &[$($crate::db::shape::Column {
                name: stringify!($column),
                of: $crate::db::shape::Of::$of,
                role: $crate::db::shape::Role::$role,
            }),+],
            once: $once,
        };
    };
}
pub(crate) use shape;

/// Values of any types as one row.
macro_rules! values {
    ($($value:expr),+ $(,)?) => {
        vec![$($crate::db::shape::Value::from($value)),+]
    };
}
pub(crate) use values;

impl Shape {
    /// The columns of the key.
    pub fn keys(&self) -> usize {
        self.columns.iter().take_while(|column| column.role == Role::Key).count()
    }

    /// The values that tell whether a row was changed.
    pub fn content<'a>(&self, values: &'a [Value]) -> impl Iterator<Item = &'a Value> {
        let roles = self.columns.iter().map(|column| column.role);
        roles.zip(values).filter(|(role, _)| *role == Role::Content).map(|(_, value)| value)
    }

    /// The places of the columns that go on by themselves.
    pub fn initial(&self) -> impl Iterator<Item = usize> {
        self.columns.iter().enumerate().filter(|(_, column)| column.role == Role::Initial).map(|(at, _)| at)
    }

    fn names(&self) -> String {
        self.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
    }

    /// What is done where a row's key is there: these columns are set.
    fn conflict(&self, roles: &[Role]) -> String {
        let set = |column: &Column| {
            let (name, table) = (column.name, self.table);
            match (column.role, column.of) {
                (Role::Initial, Of::Integer) => format!("{name} = {table}.{name} + excluded.{name}"),
                (Role::Initial, _) => format!(
                    "{name} = case when {table}.{name} is null or excluded.{name} > {table}.{name} then excluded.{name} \
                    else {table}.{name} end"
                ),
                _ => format!("{name} = excluded.{name}"),
            }
        };
        let of = |roles: &[Role]| self.columns.iter().filter(|c| roles.contains(&c.role)).collect::<Vec<_>>();
        let sets: Vec<String> = of(roles).into_iter().map(set).collect();
        let keys = of(&[Role::Key]).into_iter().map(|column| column.name).collect::<Vec<_>>().join(", ");
        match self.once || sets.is_empty() {
            true => format!(" on conflict ({keys}) do nothing"),
            false => format!(" on conflict ({keys}) do update set {}", sets.join(", ")),
        }
    }
}

/// Inserts rows, or updates those whose key is there; one of a shape that is written [once](Shape::once) stays as it
/// is. No key may come twice.
///
/// # Errors
/// What the table's constraints forbid, or where the database fails.
pub async fn put(tx: &mut Tx, shape: &Shape, rows: &[&Values]) -> Result<()> {
    insert_all(tx, shape, rows, &shape.conflict(&[Role::Content, Role::ChangedAt])).await
}

/// Lets the counters of rows that are there go on by the numbers given in their place, and their times to the ones given
/// if those are later. Nothing else of a row is touched. No key may come twice.
///
/// # Errors
/// Where the database fails.
pub async fn go_on(tx: &mut Tx, shape: &Shape, rows: &[&Values]) -> Result<()> {
    insert_all(tx, shape, rows, &shape.conflict(&[Role::Initial])).await
}

async fn insert_all(tx: &mut Tx, shape: &Shape, rows: &[&Values], tail: &str) -> Result<()> {
    let head = format!("insert into {} ({}) ", shape.table, shape.names());
    for piece in pieces(rows) {
        match tx {
            Tx::Sqlite(tx) => insert(shape, &head, piece, tail).build().execute(&mut **tx).await.map(drop)?,
            Tx::Postgres(tx) => insert(shape, &head, piece, tail).build().execute(&mut **tx).await.map(drop)?,
        }
    }
    Ok(())
}

fn insert<'q, D>(shape: &Shape, head: &str, rows: &'q [&'q Values], tail: &str) -> QueryBuilder<D>
where
    D: Database,
    i64: Type<D> + Encode<'q, D>,
    bool: Type<D> + Encode<'q, D>,
    &'q str: Type<D> + Encode<'q, D>,
    String: Type<D> + Encode<'q, D>,
    DateTime<Utc>: Type<D> + Encode<'q, D>,
    Option<i64>: Encode<'q, D>,
    Option<bool>: Encode<'q, D>,
    Option<String>: Encode<'q, D>,
    Option<DateTime<Utc>>: Encode<'q, D>,
{
    let mut query = QueryBuilder::<D>::new(head);
    query.push_values(rows, |mut values, row| {
        for (column, value) in shape.columns.iter().zip(row.iter()) {
            bind(&mut values, column.of, value);
        }
    });
    query.push(tail);
    query
}

fn bind<'q, D>(values: &mut Separated<'_, D, &'static str>, of: Of, value: &'q Value)
where
    D: Database,
    i64: Type<D> + Encode<'q, D>,
    bool: Type<D> + Encode<'q, D>,
    &'q str: Type<D> + Encode<'q, D>,
    String: Type<D> + Encode<'q, D>,
    DateTime<Utc>: Type<D> + Encode<'q, D>,
    Option<i64>: Encode<'q, D>,
    Option<bool>: Encode<'q, D>,
    Option<String>: Encode<'q, D>,
    Option<DateTime<Utc>>: Encode<'q, D>,
{
    match (value, of) {
        (Value::Integer(number), _) => values.push_bind(*number),
        (Value::Text(text), _) => values.push_bind(text.as_str()),
        (Value::Flag(flag), _) => values.push_bind(*flag),
        (Value::Time(time), _) => values.push_bind(*time),
        (Value::Null, Of::Integer) => values.push_bind(None::<i64>),
        (Value::Null, Of::Text) => values.push_bind(None::<String>),
        (Value::Null, Of::Flag) => values.push_bind(None::<bool>),
        (Value::Null, Of::Time) => values.push_bind(None::<DateTime<Utc>>),
    };
}

/// Gives a row another key.
///
/// # Errors
/// A key that is taken, or where the database fails.
pub async fn rename(tx: &mut Tx, shape: &Shape, key: &[Value], new: &[Value]) -> Result<()> {
    let head = format!("update {} set ", shape.table);
    match tx {
        Tx::Sqlite(tx) => {
            let mut query = QueryBuilder::new(head);
            push_key(&mut query, shape, new, ", ");
            query.push(" where ");
            push_key(&mut query, shape, key, " and ");
            query.build().execute(&mut **tx).await.map(drop)
        }
        Tx::Postgres(tx) => {
            let mut query = QueryBuilder::new(head);
            push_key(&mut query, shape, new, ", ");
            query.push(" where ");
            push_key(&mut query, shape, key, " and ");
            query.build().execute(&mut **tx).await.map(drop)
        }
    }
}

/// Deletes the row of a key, if it is there.
///
/// # Errors
/// A row that others refer to, or where the database fails.
pub async fn delete(tx: &mut Tx, shape: &Shape, key: &[Value]) -> Result<()> {
    let head = format!("delete from {} where ", shape.table);
    match tx {
        Tx::Sqlite(tx) => {
            let mut query = QueryBuilder::new(head);
            push_key(&mut query, shape, key, " and ");
            query.build().execute(&mut **tx).await.map(drop)
        }
        Tx::Postgres(tx) => {
            let mut query = QueryBuilder::new(head);
            push_key(&mut query, shape, key, " and ");
            query.build().execute(&mut **tx).await.map(drop)
        }
    }
}

/// `column = value` for each column of a key; keys are numbers and texts.
fn push_key<'q, D>(query: &mut QueryBuilder<D>, shape: &Shape, key: &'q [Value], between: &str)
where
    D: Database,
    i64: Type<D> + Encode<'q, D>,
    &'q str: Type<D> + Encode<'q, D>,
{
    for (at, (column, value)) in shape.columns.iter().zip(key).enumerate() {
        query.push(if at == 0 { "" } else { between }).push(column.name).push(" = ");
        match value {
            Value::Integer(number) => query.push_bind(*number),
            Value::Text(text) => query.push_bind(text.as_str()),
            Value::Null | Value::Flag(_) | Value::Time(_) => query.push("null"),
        };
    }
}

/// The rows whose first key column is among `keys`, all of one type, in no order.
///
/// # Errors
/// Where the database fails.
pub async fn by_first_key(tx: &mut Tx, shape: &Shape, keys: &[Value]) -> Result<Vec<Values>> {
    let numbers: Vec<i64> =
        keys.iter().filter_map(|key| if let Value::Integer(n) = key { Some(*n) } else { None }).collect();
    let texts: Vec<&str> =
        keys.iter().filter_map(|key| if let Value::Text(t) = key { Some(&**t) } else { None }).collect();
    let head = format!("select {} from {} where {} in ", shape.names(), shape.table, shape.columns[0].name);
    let is_text = shape.columns[0].of == Of::Text;
    match tx {
        Tx::Sqlite(tx) => {
            let json = if is_text { json_array(&texts) } else { json_array(&numbers) };
            let sql = AssertSqlSafe(head + "(select value from json_each($1))");
            let rows = sqlx::query(sql).bind(json).fetch_all(&mut **tx).await?;
            rows.iter().map(|row| read(shape, row)).collect()
        }
        Tx::Postgres(tx) => {
            let query = sqlx::query(AssertSqlSafe(head + "(select unnest($1))"));
            let query = if is_text { query.bind(texts) } else { query.bind(numbers) };
            let rows = query.fetch_all(&mut **tx).await?;
            rows.iter().map(|row| read(shape, row)).collect()
        }
    }
}

fn read<'r, R>(shape: &Shape, row: &'r R) -> Result<Values>
where
    R: Row,
    usize: ColumnIndex<R>,
    i64: Type<R::Database> + Decode<'r, R::Database>,
    bool: Type<R::Database> + Decode<'r, R::Database>,
    String: Type<R::Database> + Decode<'r, R::Database>,
    DateTime<Utc>: Type<R::Database> + Decode<'r, R::Database>,
{
    let of = |(at, column): (usize, &Column)| {
        Ok(match column.of {
            Of::Integer => row.try_get::<Option<i64>, _>(at)?.map(Value::Integer),
            Of::Text => row.try_get::<Option<String>, _>(at)?.map(Value::Text),
            Of::Flag => row.try_get::<Option<bool>, _>(at)?.map(Value::Flag),
            Of::Time => row.try_get::<Option<DateTime<Utc>>, _>(at)?.map(Value::Time),
        }
        .unwrap_or(Value::Null))
    };
    shape.columns.iter().enumerate().map(of).collect()
}
