//! `tests/run`, with a stand-in for cargo.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/run");

/// A folder with programs for the script's path, and with its temporary files.
struct Bench(PathBuf);

impl Bench {
    fn new(cargo: &str) -> Self {
        let bench = Self(testkit::sqlite_path().path().with_file_name("bench"));
        fs::create_dir_all(bench.0.join("tmp")).unwrap();
        bench.program("cargo", cargo);
        fs::set_permissions(&bench.0, fs::Permissions::from_mode(0o755)).unwrap();
        bench
    }

    fn program(&self, name: &str, text: &str) {
        let file = self.0.join(name);
        fs::write(&file, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Puts a program of this machine's on the path.
    fn link(&self, tool: &str) {
        let found = Command::new("sh").args(["-c", &format!("command -v {tool}")]).output().unwrap();
        symlink(text(&found.stdout).trim(), self.0.join(tool)).unwrap();
    }

    fn command(&self, path: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new("bash");
        command
            .arg(SCRIPT)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.env("PATH", path).env("TMPDIR", self.0.join("tmp"));
        command.env_remove("PRACTICUM_TEST_POSTGRES").env_remove("PRACTICUM_TEST_REDIS");
        command.env("PRACTICUM_TEST_PYTHON", "/python/there");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(&self.path(), arguments).output().unwrap()
    }

    fn path(&self) -> String {
        format!("{}:{}", self.0.display(), std::env::var("PATH").unwrap())
    }

    fn left_over(&self) -> Vec<PathBuf> {
        fs::read_dir(self.0.join("tmp")).unwrap().map(|it| it.unwrap().path()).collect()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.0.parent().unwrap());
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn port_of(url: &str) -> u16 {
    url.rsplit(':').next().unwrap().split('/').next().unwrap().parse().unwrap()
}

fn listens(port: u16) -> bool {
    std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
}

#[test]
fn both_servers_run_while_the_tests_do_and_are_gone_afterwards() {
    let said = r#"echo "$PRACTICUM_TEST_POSTGRES $PRACTICUM_TEST_REDIS $*"
for url in $PRACTICUM_TEST_POSTGRES $PRACTICUM_TEST_REDIS; do
  port=${url##*:}; bash -c ": </dev/tcp/127.0.0.1/${port%%/*}" || exit 9
done"#;
    let bench = Bench::new(said);
    let output = bench.run(&[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let out = text(&output.stdout);
    let [postgres, redis, arguments @ ..] = &out.split_whitespace().collect::<Vec<_>>()[..] else {
        panic!("{out}")
    };
    assert_eq!(arguments, ["test", "--workspace"]);
    assert!(!listens(port_of(postgres)) && !listens(port_of(redis)));
    assert!(bench.left_over().is_empty());
}

#[test]
fn arguments_are_passed_on_and_so_is_a_failure() {
    let bench = Bench::new(r#"echo "$*"; exit 101"#);
    let output = bench.run(&["-p", "masterclasses", "a name"]);
    assert_eq!(output.status.code(), Some(101));
    assert_eq!(text(&output.stdout), "test -p masterclasses a name\n");
    assert!(bench.left_over().is_empty());
}

#[test]
fn an_interrupt_ends_the_tests_and_both_servers_at_once() {
    let bench = Bench::new(
        r#"echo "$PRACTICUM_TEST_POSTGRES $PRACTICUM_TEST_REDIS" >"$TMPDIR/../urls.part"
mv "$TMPDIR/../urls.part" "$TMPDIR/../urls"; sleep 60"#,
    );
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        let mut running = bench.command(&bench.path(), &[]).spawn().unwrap();
        let urls = read_when_there(&bench.0.join("urls"));
        let began = Instant::now();
        let kill = format!("kill -{signal} {}", running.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        assert_eq!(running.wait().unwrap().code(), Some(code));
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
        assert!(urls.split_whitespace().map(port_of).all(|port| !listens(port)), "{urls}");
        assert!(bench.left_over().is_empty());
        fs::remove_file(bench.0.join("urls")).unwrap();
    }
}

fn read_when_there(file: &Path) -> String {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        match fs::read_to_string(file) {
            Ok(text) => return text,
            Err(_) if Instant::now() < end => std::thread::sleep(Duration::from_millis(50)),
            Err(error) => panic!("{}: {error}", file.display()),
        }
    }
}

#[test]
fn a_server_that_is_missing_and_cannot_be_installed_is_an_error_that_says_what_to_do() {
    let bench = Bench::new("echo ran");
    for tool in ["bash", "dirname", "id", "sort", "tail", "mktemp", "rm"] {
        bench.link(tool);
    }
    let output = bench.command(&bench.0.display().to_string(), &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(
        said.contains("install PostgreSQL 15 or newer, Redis 6.2 or newer") && said.contains("redis-server"),
        "{said}"
    );
    assert!(output.stdout.is_empty() && bench.left_over().is_empty());
}

#[test]
fn a_server_that_is_missing_is_installed_where_that_may_be_done() {
    let bench = Bench::new(r#"echo "ran with $PRACTICUM_TEST_REDIS""#);
    for tool in [
        "bash", "dirname", "id", "sort", "tail", "head", "mktemp", "rm", "sh", "env", "ln", "ps", "sleep",
        "cat",
    ] {
        bench.link(tool);
    }
    let real = Command::new("sh").args(["-c", "command -v redis-server"]).output().unwrap();
    let (real, place) = (text(&real.stdout), bench.0.join("redis-server"));
    let install =
        format!(r#"case "$*" in *install*redis-server*) ln -s {} {};; esac"#, real.trim(), place.display());
    bench.program("apt-get", &install);
    bench.program("sudo", r#"exec "$@""#);
    let mut command = bench.command(&bench.0.display().to_string(), &[]);
    let output = command.env("PRACTICUM_TEST_POSTGRES", "postgres://there").output().unwrap();
    assert!(text(&output.stdout).starts_with("ran with redis://127.0.0.1:"), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("installing redis-server"));
    assert!(bench.left_over().is_empty());
}

#[test]
fn servers_that_are_named_already_are_used_and_left_alone() {
    let bench = Bench::new(r#"echo "$PRACTICUM_TEST_POSTGRES $PRACTICUM_TEST_REDIS""#);
    let mut command = bench.command(&bench.path(), &[]);
    let output = command
        .env("PRACTICUM_TEST_POSTGRES", "postgres://there")
        .env("PRACTICUM_TEST_REDIS", "redis://there");
    assert_eq!(text(&output.output().unwrap().stdout), "postgres://there redis://there\n");
}

/// A Python that makes environments whose Python says what pip is told.
const PYTHON: &str = r#"case "$*" in *venv*)
  mkdir -p "$3/bin"; printf '#!/bin/sh\necho "$*" >>"%s/told"\n[ ! -e "%s" ]\n' "$TMPDIR/.." "$TMPDIR/../no" >"$3/bin/python"
  chmod +x "$3/bin/python"
esac"#;

#[test]
fn what_solvers_are_compared_with_is_installed_once_and_named() {
    let bench = Bench::new(r#"echo "$PRACTICUM_TEST_PYTHON""#);
    bench.program("python3", PYTHON);
    let run = || {
        let mut command = bench.command(&bench.path(), &[]);
        command.env("PRACTICUM_TEST_POSTGRES", "there").env("PRACTICUM_TEST_REDIS", "there");
        command.env_remove("PRACTICUM_TEST_PYTHON").env("CARGO_TARGET_DIR", bench.0.join("target"));
        command.output().unwrap()
    };
    fs::write(bench.0.join("no"), "").unwrap();
    let failed = run();
    assert_eq!((failed.status.code(), text(&failed.stdout)), (Some(1), String::new()));
    assert!(text(&failed.stderr).contains("PRACTICUM_TEST_PYTHON"), "{}", text(&failed.stderr));
    assert!(fs::read_dir(bench.0.join("target")).unwrap().next().is_none());
    for leftover in ["no", "told"] {
        fs::remove_file(bench.0.join(leftover)).unwrap();
    }
    let place = bench.0.join("target/test-python/bin/python");
    for _ in 0..2 {
        assert_eq!(text(&run().stdout).trim(), place.to_string_lossy());
    }
    let told = fs::read_to_string(bench.0.join("told")).unwrap();
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.contains("-m pip install") && told.contains("-r tests/requirements.txt"), "{told}");
}

#[test]
fn a_python_without_environments_is_an_error_that_says_what_to_do() {
    let bench = Bench::new("echo ran");
    for tool in ["bash", "dirname", "id", "mktemp", "rm"] {
        bench.link(tool);
    }
    let mut command = bench.command(&bench.0.display().to_string(), &[]);
    command.env("PRACTICUM_TEST_POSTGRES", "there").env("PRACTICUM_TEST_REDIS", "there");
    let output = command.env_remove("PRACTICUM_TEST_PYTHON").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("missing: python3-venv"), "{said}");
    assert!(output.stdout.is_empty());
}
