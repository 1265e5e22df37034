//! Values of a statement that is put together as it is needed.

use sea_orm::Value;

/// Collects values and names their placeholders.
#[derive(Default)]
pub struct Binds(pub Vec<Value>);

impl Binds {
    pub fn add(&mut self, value: impl Into<Value>) -> String {
        self.0.push(value.into());
        format!("${}", self.0.len())
    }

    /// `column` begins with `{prefix}/`: a range that walks an index. A key's segments hold nothing between a slash
    /// and the sign after it.
    pub fn under(&mut self, column: &str, prefix: &str) -> String {
        let (from, to) = (self.add(format!("{prefix}/")), self.add(format!("{prefix}0")));
        format!("{column} > {from} AND {column} < {to}")
    }
}
