//! Many rows in one statement of PostgreSQL, as one array a column. JSON, which [`crate::insert_sql`] sends, takes it longer
//! to read than the rows take to be written; where a statement is on many callers' way that counts.

use crate::{Column, Fault, Type, rows::postgres_type};
use sea_orm::{Value, sea_query::ArrayType};
use serde::{
    Serialize,
    ser::{Error as _, Impossible, SerializeStruct, Serializer},
};

/// Stands for nothing in an array of integers: there is no bind for an array with gaps.
const NONE: i64 = i64::MIN;

/// The rows in the arrays that begin at placeholder `first`, a column each, as a table `x`.
pub fn arrays_sql(columns: &[Column], first: usize) -> String {
    let column = |((name, kind), n): (&Column, usize)| match kind {
        Type::Integer => format!("NULLIF(unnest(${n}::bigint[]), {NONE}) AS {name}"),
        _ => format!("unnest(${n}::{}[]) AS {name}", postgres_type(*kind)),
    };
    // Side by side in the list, where they walk in step.
    let list: Vec<String> = columns.iter().zip(first..).map(column).collect();
    format!("(SELECT {}) x", list.join(", "))
}

/// The arrays of such a table: the fields of each row that are called as the columns are.
///
/// # Errors
/// A row has no field for a column, or one of another type: a bug.
pub fn arrays<T: Serialize>(columns: &[Column], rows: &[T]) -> Result<Vec<Value>, Fault> {
    let mut arrays: Vec<Vec<Value>> = columns.iter().map(|_| Vec::with_capacity(rows.len())).collect();
    for (n, row) in rows.iter().enumerate() {
        row.serialize(Put { columns, arrays: &mut arrays, column: 0 })
            .map_err(|why| Fault::bug(format!("a row cannot be sent: {why}")))?;
        if arrays.iter().any(|array| array.len() != n + 1) {
            return Err(Fault::bug("a row has no field for a column"));
        }
    }
    let typed = |((_, kind), values): (&Column, Vec<Value>)| {
        let element = match kind {
            Type::Text => ArrayType::String,
            Type::Integer => ArrayType::BigInt,
            Type::Boolean => ArrayType::Bool,
            Type::Bytes => ArrayType::Bytes,
        };
        Value::Array(element, Some(Box::new(values)))
    };
    Ok(columns.iter().zip(arrays).map(typed).collect())
}

type Error = serde::de::value::Error;
type No = Impossible<(), Error>;

/// Takes a struct, and puts each of its fields into the array of its column; or takes one such field.
struct Put<'a> {
    columns: &'a [Column],
    arrays: &'a mut [Vec<Value>],
    /// Of the field; of a struct, that which its next field is likely to have: fields stand in the columns' order.
    column: usize,
}

impl SerializeStruct for Put<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: ?Sized + Serialize>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        let is = |n: &usize| self.columns.get(*n).is_some_and(|(name, _)| *name == key);
        let Some(column) = Some(self.column).filter(is).or_else(|| (0..self.columns.len()).find(is)) else {
            return Ok(());
        };
        self.column = column + 1;
        value.serialize(Put { columns: self.columns, arrays: self.arrays, column })
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

impl Put<'_> {
    fn put(self, kind: Type, value: impl Into<Value>) -> Result<(), Error> {
        if self.columns[self.column].1 != kind {
            return refuse();
        }
        self.arrays[self.column].push(value.into());
        Ok(())
    }
}

fn refuse<T>() -> Result<T, Error> {
    Err(Error::custom("a field is not what its column holds"))
}

/// Numbers that fit are integers; what no column holds is refused.
macro_rules! methods {
    (integers: $($integer:ident $number:ty),*; refused: $($refused:ident($($of:ty),*) -> $out:ty),* $(,)?) => {
        $(fn $integer(self, value: $number) -> Result<(), Error> {
            self.put(Type::Integer, i64::from(value))
        })*
        $(fn $refused(self, $(_: $of),*) -> Result<$out, Error> {
            refuse()
        })*
    };
}

impl<'a> Serializer for Put<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = No;
    type SerializeTuple = No;
    type SerializeTupleStruct = No;
    type SerializeTupleVariant = No;
    type SerializeMap = No;
    type SerializeStruct = Put<'a>;
    type SerializeStructVariant = No;

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Put<'a>, Error> {
        Ok(self)
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        self.put(Type::Text, value)
    }

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.put(Type::Boolean, value)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result<(), Error> {
        self.put(Type::Text, name)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.put(Type::Integer, NONE)
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Error> {
        refuse()
    }

    methods! {
        integers: serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_u8 u8,
            serialize_u16 u16, serialize_u32 u32;
        refused: serialize_u64(u64) -> (), serialize_f32(f32) -> (), serialize_f64(f64) -> (),
            serialize_char(char) -> (), serialize_bytes(&[u8]) -> (), serialize_unit() -> (),
            serialize_unit_struct(&'static str) -> (), serialize_seq(Option<usize>) -> No,
            serialize_tuple(usize) -> No, serialize_tuple_struct(&'static str, usize) -> No,
            serialize_tuple_variant(&'static str, u32, &'static str, usize) -> No,
            serialize_map(Option<usize>) -> No,
            serialize_struct_variant(&'static str, u32, &'static str, usize) -> No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Serialize;

    const COLUMNS: &[Column] =
        &[("id", Type::Text), ("n", Type::Integer), ("open", Type::Boolean), ("kind", Type::Text)];

    #[derive(Serialize)]
    enum Kind {
        #[serde(rename = "c")]
        Created,
    }

    #[derive(Serialize)]
    struct Thing {
        id: &'static str,
        unknown: u64,
        kind: Kind,
        n: Option<i64>,
        open: bool,
    }

    fn thing(n: Option<i64>) -> Thing {
        Thing { id: "a", unknown: 1, kind: Kind::Created, n, open: true }
    }

    #[test]
    fn each_column_has_its_fields_in_the_order_of_the_rows() {
        let array = |kind, values: [Value; 2]| Value::Array(kind, Some(Box::new(values.to_vec())));
        let expected = [
            array(ArrayType::String, ["a".into(), "a".into()]),
            array(ArrayType::BigInt, [7_i64.into(), i64::MIN.into()]),
            array(ArrayType::Bool, [true.into(), true.into()]),
            array(ArrayType::String, ["c".into(), "c".into()]),
        ];
        assert_eq!(arrays(COLUMNS, &[thing(Some(7)), thing(None)]).unwrap(), expected);
        assert_eq!(
            arrays_sql(&COLUMNS[..2], 4),
            "(SELECT unnest($4::text[]) AS id, NULLIF(unnest($5::bigint[]), -9223372036854775808) AS n) x"
        );
    }

    #[test]
    fn a_field_of_another_type_and_a_column_without_a_field_are_bugs() {
        assert!(arrays(&[("id", Type::Integer)], &[thing(None)]).is_err());
        assert!(arrays(&[("id", Type::Text), ("other", Type::Text)], &[thing(None)]).is_err());
        assert!(arrays(&[("unknown", Type::Integer)], &[thing(None)]).is_err());
        assert!(arrays(&[("n", Type::Text)], &[thing(None)]).is_err());
    }
}
