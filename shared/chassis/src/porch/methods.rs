//! What the porch knows of each method: its row of the access table, and from the contract whether it
//! streams.

use admission::{AccessTable, Class, Row};
use anyhow::{Context, bail};
use prost::Message;
use prost_types::FileDescriptorSet;
use std::{collections::HashMap, time::Duration};

/// Served without a token: what an orchestrator asks, and what the contract says.
const OPEN: &[(&str, Class, bool)] = &[
    ("/grpc.health.v1.Health/Check", Class::Health, false),
    ("/grpc.health.v1.Health/List", Class::Health, false),
    ("/grpc.health.v1.Health/Watch", Class::Health, true),
    ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Class::Health, true),
    ("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Class::Health, true),
];

/// One method.
#[derive(Clone, Debug)]
pub(crate) struct Method {
    /// `package.Service/Method`.
    pub name: &'static str,
    pub class: Class,
    pub default_deadline: Duration,
    /// Whether either side sends several messages.
    pub streams: bool,
    /// Whether the answer is a stream, which only a deadline of the caller's own ends.
    pub streams_out: bool,
    /// `None` for what needs no token.
    pub row: Option<Row>,
}

/// All methods, by path.
#[derive(Debug)]
pub(crate) struct Methods {
    by_path: HashMap<&'static str, usize>,
    all: Vec<Method>,
}

impl Methods {
    /// Holds the table and the contract against each other: a method of `services` without a row, or a
    /// row without a method, is an error.
    pub fn new(access: &AccessTable, services: &[&'static str], descriptors: &[u8]) -> anyhow::Result<Self> {
        let mut contract = contract(services, descriptors)?;
        let mut methods = Self { by_path: HashMap::new(), all: Vec::new() };
        for row in access.rows() {
            let Some((streams_in, streams_out)) = contract.remove(row.method) else {
                bail!("access table: {} is not in the contract of {services:?}", row.method);
            };
            methods.add(
                row.method,
                Method {
                    name: row.name(),
                    class: row.class,
                    default_deadline: row.default_deadline,
                    streams: streams_in || streams_out,
                    streams_out,
                    row: Some(*row),
                },
            );
        }
        if let Some(path) = contract.keys().next() {
            bail!("access table: {path} has no row");
        }
        for (path, class, streams) in OPEN {
            let row = Row::new(path, *class);
            let (name, default_deadline) = (row.name(), row.default_deadline);
            methods.add(
                path,
                Method {
                    name,
                    class: *class,
                    default_deadline,
                    streams: *streams,
                    streams_out: *streams,
                    row: None,
                },
            );
        }
        Ok(methods)
    }

    fn add(&mut self, path: &'static str, method: Method) {
        self.by_path.insert(path, self.all.len());
        self.all.push(method);
    }

    pub fn find(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    pub fn get(&self, at: usize) -> &Method {
        &self.all[at]
    }
}

/// The methods of `services` by path, and whether callers and answers stream.
fn contract(services: &[&'static str], descriptors: &[u8]) -> anyhow::Result<HashMap<String, (bool, bool)>> {
    let files = FileDescriptorSet::decode(descriptors).context("the descriptors of the contract")?.file;
    let mut methods = HashMap::new();
    for wanted in services {
        let found = files.iter().find_map(|file| {
            file.service.iter().find(|service| format!("{}.{}", file.package(), service.name()) == *wanted)
        });
        let Some(service) = found else { bail!("the contract has no service {wanted}") };
        for method in &service.method {
            let streams = (method.client_streaming(), method.server_streaming());
            methods.insert(format!("/{wanted}/{}", method.name()), streams);
        }
    }
    Ok(methods)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEALTH: &str = "grpc.health.v1.Health";
    const DESCRIPTORS: &[u8] = tonic_health::pb::FILE_DESCRIPTOR_SET;

    fn table(methods: &[&'static str]) -> AccessTable {
        AccessTable::new(methods.iter().map(|path| Row::new(path, Class::Read))).unwrap()
    }

    #[test]
    fn a_table_that_does_not_match_its_contract_is_refused() {
        let whole =
            ["/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch", "/grpc.health.v1.Health/List"];
        let read = |table: &AccessTable| Methods::new(table, &[HEALTH], DESCRIPTORS);
        let known: Vec<_> = whole
            .into_iter()
            .filter(|path| contract(&[HEALTH], DESCRIPTORS).unwrap().contains_key(*path))
            .collect();
        assert!(read(&table(&known)).is_ok());
        assert!(read(&table(&known[..1])).unwrap_err().to_string().contains("has no row"));
        let more: Vec<_> = known.iter().copied().chain(["/grpc.health.v1.Health/Ask"]).collect();
        assert!(read(&table(&more)).unwrap_err().to_string().contains("Health/Ask"));
        assert!(Methods::new(&table(&[]), &["grpc.health.v2.Health"], DESCRIPTORS).is_err());
    }
}
