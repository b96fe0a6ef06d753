//! A process that ends with this one, however this one ends: even when it is killed, nothing runs on and no folder stays.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Runs `"$@"` with its log in the folder `$0`. Beside it waits one who reads our end of a pipe: when that is closed, the
/// process is killed and the folder goes.
const KEEPER: &str = r#"
exec 3<&0
"$@" >"$0/log" 2>&1 3<&- </dev/null & process=$!
{
    cat <&3 >/dev/null
    kill -9 "$process"
    while kill -0 "$process"; do sleep 0.01; done
    rm -rf "$0"
} >/dev/null 2>&1 &
exec 3<&-
wait "$process"
"#;

/// A process in a folder of its own.
#[derive(Debug)]
pub struct Process(Child);

impl Process {
    /// Starts a program; what it says goes to [`Process::log`].
    pub fn start<S: AsRef<OsStr>>(program: &Path, words: &[S], folder: &Path) -> io::Result<Self> {
        let mut keeper = Command::new("sh");
        keeper.arg("-c").arg(KEEPER).arg(folder).arg(program).args(words);
        keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        keeper.spawn().map(Self)
    }

    /// Where what it says is written.
    pub fn log(folder: &Path) -> PathBuf {
        folder.join("log")
    }

    /// Whether it has ended by itself.
    pub fn ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}
