//! Which roles of which kind of partner may call a method. Data, in one table a service: a method that
//! has no row cannot be called.

use crate::Denied;
use std::{collections::HashMap, time::Duration};
use vocabulary::{Caller, PartnerKind, Role, Roles};

/// What a method is worth when not everything can be served: from what is never refused to what is
/// refused first, except that streams are counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Never shed: whoever watches over this process must hear from it.
    Health,
    /// Never shed: it frees what others wait for.
    Cancel,
    Write,
    Read,
    List,
    /// Shed first.
    Report,
    /// A long answer to a watcher; idle most of its life.
    Stream,
}

/// One method: who may call it, how long it may take, and how dear it is.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// As on the wire: `/package.Service/Method`.
    pub method: &'static str,
    pub councils: Roles,
    pub universities: Roles,
    pub voluntary: Roles,
    /// The deadline of a caller that names none.
    pub default_deadline: Duration,
    pub class: Class,
}

impl Row {
    /// A method that nobody may call yet, with the usual deadline of its class.
    pub const fn new(method: &'static str, class: Class) -> Self {
        let seconds = match class {
            Class::Health => 2,
            Class::Cancel | Class::Write | Class::Read | Class::Stream => 5,
            Class::List => 10,
            Class::Report => 30,
        };
        let nobody = Roles::of(&[]);
        Self {
            method,
            councils: nobody,
            universities: nobody,
            voluntary: nobody,
            default_deadline: Duration::from_secs(seconds),
            class,
        }
    }

    /// These roles of councils may call it.
    pub const fn councils(mut self, roles: &[Role]) -> Self {
        self.councils = Roles::of(roles);
        self
    }

    /// These roles of universities may call it.
    pub const fn universities(mut self, roles: &[Role]) -> Self {
        self.universities = Roles::of(roles);
        self
    }

    /// These roles of voluntary organisations may call it.
    pub const fn voluntary(mut self, roles: &[Role]) -> Self {
        self.voluntary = Roles::of(roles);
        self
    }

    /// These roles of any kind of partner may call it.
    pub const fn everyone(self, roles: &[Role]) -> Self {
        self.councils(roles).universities(roles).voluntary(roles)
    }

    /// The deadline of a caller that names none.
    pub const fn deadline(mut self, wait: Duration) -> Self {
        self.default_deadline = wait;
        self
    }

    /// `package.Service/Method`: the name of spans, metrics and audit lines.
    pub fn name(&self) -> &'static str {
        self.method.trim_start_matches('/')
    }

    const fn roles(&self, kind: PartnerKind) -> Roles {
        match kind {
            PartnerKind::Council => self.councils,
            PartnerKind::University => self.universities,
            PartnerKind::Voluntary => self.voluntary,
        }
    }

    /// # Errors
    /// The caller may not call this method.
    pub fn permit(&self, caller: &Caller) -> Result<(), Denied> {
        let allowed = self.roles(caller.kind);
        if allowed.is_empty() {
            Err(Denied::PartnerKindNotAllowed)
        } else if allowed.meets(caller.roles) {
            Ok(())
        } else {
            Err(Denied::RoleNotAllowed)
        }
    }
}

/// A fault of the table itself, found when it is made.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    #[error("access table: {0} has two rows")]
    Twice(&'static str),
    #[error("access table: {0} is not /package.Service/Method")]
    NotAMethod(&'static str),
    #[error("access table: {0} has a deadline of zero")]
    NoTime(&'static str),
}

/// The rows of one service, by method.
#[derive(Clone, Debug, Default)]
pub struct AccessTable(HashMap<&'static str, Row>);

impl AccessTable {
    /// # Errors
    /// A method stands twice, is no method's path, or has no time at all.
    pub fn new(rows: impl IntoIterator<Item = Row>) -> Result<Self, TableError> {
        let mut table = HashMap::new();
        for row in rows {
            let service = row.method.strip_prefix('/').and_then(|rest| rest.split_once('/'));
            if !service.is_some_and(|(service, method)| {
                service.contains('.') && !method.is_empty() && !method.contains('/')
            }) {
                return Err(TableError::NotAMethod(row.method));
            }
            if row.default_deadline.is_zero() {
                return Err(TableError::NoTime(row.method));
            }
            if table.insert(row.method, row).is_some() {
                return Err(TableError::Twice(row.method));
            }
        }
        Ok(Self(table))
    }

    pub fn find(&self, path: &str) -> Option<&Row> {
        self.0.get(path)
    }

    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.0.values()
    }

    /// # Errors
    /// There is no such method, or the caller may not call it.
    pub fn permit(&self, path: &str, caller: &Caller) -> Result<&Row, Denied> {
        let row = self.find(path).ok_or(Denied::MethodNotFound)?;
        row.permit(caller).map(|()| row)
    }
}

#[cfg(test)]
mod tests;
