//! A folder, programs that run in it, and what they say.

use std::fmt::Display;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Why the demo cannot go on, in words.
pub(crate) type Trouble = String;

/// An error of anything, with what was being done.
pub(crate) fn at<E: Display>(what: &str) -> impl FnOnce(E) -> Trouble {
    move |error| format!("{what}: {error}")
}

/// Where everything happens. Its programs end and its folder goes with it.
pub(crate) struct Stage {
    folder: PathBuf,
    programs: PathBuf,
    running: Vec<Child>,
    began: Instant,
}

impl Stage {
    /// A stage in a new folder.
    pub(crate) fn set() -> Result<Self, Trouble> {
        let own = std::env::current_exe().map_err(at("this program"))?;
        let programs = own.parent().map(Path::to_owned).unwrap_or_default();
        let folder = std::env::temp_dir().join(format!("hearth-demo-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(at("the demo's folder"))?;
        Ok(Self { folder, programs, running: Vec::new(), began: Instant::now() })
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A program of this workspace.
    pub(crate) fn program(&self, name: &str) -> Result<PathBuf, Trouble> {
        let path = self.programs.join(name);
        if path.exists() { Ok(path) } else { Err(format!("{name} is not built: run it by `make demo`")) }
    }

    /// How long it has taken so far.
    pub(crate) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// Starts a program that runs on; what it says goes to a log. Its first line comes back where one is waited for.
    pub(crate) fn start(&mut self, mut command: Command, name: &str, waits: bool) -> Result<String, Trouble> {
        let log = File::create(self.path(&format!("{name}.log"))).map_err(at(name))?;
        command.stdin(Stdio::null()).stderr(log);
        command.stdout(if waits { Stdio::piped() } else { Stdio::null() });
        let mut child = command.spawn().map_err(at(name))?;
        let stdout = child.stdout.take();
        self.running.push(child);
        let Some(stdout) = stdout else { return Ok(String::new()) };
        let mut reader = BufReader::new(stdout);
        let mut line = String::new();
        reader.read_line(&mut line).map_err(at(name))?;
        // Whoever writes into a pipe that nobody reads is stopped.
        std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
        if line.is_empty() { Err(format!("{name} ended at once: {}", self.last_words(name))) } else { Ok(line) }
    }

    /// The last line of a program's log.
    pub(crate) fn last_words(&self, name: &str) -> String {
        let log = std::fs::read_to_string(self.path(&format!("{name}.log"))).unwrap_or_default();
        log.lines().last().unwrap_or("it said nothing").to_owned()
    }

    /// Waits until something is there.
    pub(crate) fn wait<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> Result<T, Trouble> {
        let deadline = Instant::now().checked_add(Duration::from_secs(90));
        loop {
            if let Some(found) = look() {
                return Ok(found);
            }
            if deadline.is_none_or(|deadline| Instant::now() > deadline) {
                return Err(format!("{what} did not come within 90 s"));
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Keeps all running until this process is told to end.
    pub(crate) fn stay(&mut self) {
        while self.running.iter_mut().all(|child| matches!(child.try_wait(), Ok(None))) {
            std::thread::sleep(Duration::from_millis(500));
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        for child in self.running.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Runs a program to its end with this on its stdin; what it wrote, where it ended well.
pub(crate) fn run(mut command: Command, stdin: &str) -> Result<String, Trouble> {
    let name = command.get_program().to_string_lossy().into_owned();
    let words: Vec<String> = command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
    let line = format!("{} {}", Path::new(&name).file_name().unwrap_or_default().to_string_lossy(), words.join(" "));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(at(&line))?;
    if let Some(mut pipe) = child.stdin.take() {
        // It may have ended before it read.
        let _ = pipe.write_all(stdin.as_bytes());
    }
    let output = child.wait_with_output().map_err(at(&line))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("`{line}` ended with {}: {}", output.status, String::from_utf8_lossy(&said).trim()))
}

/// A field deep in JSON, by a pointer such as `/data/deal`.
pub(crate) fn field<'a>(value: &'a Value, pointer: &str) -> Result<&'a Value, Trouble> {
    value.pointer(pointer).ok_or_else(|| format!("there is no {pointer} in {value}"))
}

/// The same as text, a number too.
pub(crate) fn text(value: &Value, pointer: &str) -> Result<String, Trouble> {
    let found = field(value, pointer)?;
    Ok(found.as_str().map_or_else(|| found.to_string(), str::to_owned))
}

/// The same as a whole number.
pub(crate) fn number(value: &Value, pointer: &str) -> Result<u128, Trouble> {
    text(value, pointer)?.parse().map_err(at(pointer))
}
