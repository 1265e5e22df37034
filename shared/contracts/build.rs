//! Turns `proto/` into Rust with no protoc on the machine: protox compiles, tonic generates types,
//! clients and servers, `build/validators.rs` generates the checks.

#![allow(clippy::disallowed_methods, reason = "cargo tells a build script in the environment")]

use std::{env, error::Error, fs, path::Path, path::PathBuf};

use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver, IncludeFileResolver};

#[path = "build/validators.rs"]
mod validators;

const CONTRACTS: &str = "../../proto";
const VALIDATE: &str = "buf/validate/validate.proto";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={CONTRACTS}");
    println!("cargo:rerun-if-changed=build");
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let mut compiler = protox::Compiler::with_file_resolver(resolver());
    compiler
        .include_imports(true)
        .include_source_info(true)
        .open_files(proto_files(Path::new(CONTRACTS))?)?;

    // Not `file_descriptor_set()`: going through prost-types drops the buf.validate options.
    fs::write(out.join("contracts.bin"), compiler.encode_file_descriptor_set())?;
    fs::write(out.join("validators.rs"), validators::generate(&compiler.descriptor_pool())?)?;

    let mut files = compiler.file_descriptor_set();
    files.file.retain(|file| file.package() != "buf.validate");
    tonic_prost_build::configure().compile_fds(files)?;
    Ok(())
}

/// Every contract, named relative to `proto/` as imports name it, in a fixed order.
fn proto_files(root: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let (mut files, mut folders) = (Vec::new(), vec![root.join("practicum")]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "proto") {
                files.push(path.strip_prefix(root)?.to_owned());
            }
        }
    }
    files.sort();
    Ok(files)
}

fn resolver() -> ChainFileResolver {
    let mut chain = ChainFileResolver::new();
    chain.add(IncludeFileResolver::new(CONTRACTS.into()));
    chain.add(GoogleFileResolver::new());
    chain.add(Rules);
    chain
}

/// Answers the import of buf/validate/validate.proto with the part of it that we understand.
struct Rules;

impl FileResolver for Rules {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        if name != VALIDATE {
            return Err(protox::Error::file_not_found(name));
        }
        File::from_source(VALIDATE, include_str!("build/validate.proto"))
    }
}
