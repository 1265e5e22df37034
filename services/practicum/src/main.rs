//! The one binary: see `practicum --help`.

fn main() -> std::process::ExitCode {
    practicum::run()
}
