//! The placements service as a process of its own: `placements [--settings FILE]`.

use std::path::PathBuf;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let settings = match (arguments.next(), arguments.next(), arguments.next()) {
        (None, ..) => None,
        (Some(flag), Some(file), None) if flag == "--settings" => Some(PathBuf::from(file)),
        _ => anyhow::bail!("usage: placements [--settings FILE]"),
    };
    placements::run(settings)
}
