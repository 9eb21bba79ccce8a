//! A column of long text: bodies, of which a full build reads tens of megabytes.

use sqlx::error::BoxDynError;
use sqlx::postgres::{PgTypeInfo, PgValueRef};
use sqlx::sqlite::{SqliteTypeInfo, SqliteValueRef};
use sqlx::{Decode, Postgres, Sqlite, Type};

/// What a `String` reads, checked to be UTF-8 with the processor's wide instructions: the standard library goes
/// letter by letter where they are not ASCII, which took one part in fifteen of a build of Czech texts.
pub(super) struct LongText(pub(super) String);

impl LongText {
    fn new(bytes: &[u8]) -> Result<LongText, BoxDynError> {
        Ok(LongText(simdutf8::compat::from_utf8(bytes)?.to_owned()))
    }
}

impl Type<Sqlite> for LongText {
    fn type_info() -> SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }

    fn compatible(info: &SqliteTypeInfo) -> bool {
        <String as Type<Sqlite>>::compatible(info)
    }
}

impl Type<Postgres> for LongText {
    fn type_info() -> PgTypeInfo {
        <String as Type<Postgres>>::type_info()
    }

    fn compatible(info: &PgTypeInfo) -> bool {
        <String as Type<Postgres>>::compatible(info)
    }
}

impl Decode<'_, Sqlite> for LongText {
    fn decode(value: SqliteValueRef<'_>) -> Result<LongText, BoxDynError> {
        LongText::new(<&[u8] as Decode<Sqlite>>::decode(value)?)
    }
}

impl Decode<'_, Postgres> for LongText {
    fn decode(value: PgValueRef<'_>) -> Result<LongText, BoxDynError> {
        LongText::new(value.as_bytes()?)
    }
}
