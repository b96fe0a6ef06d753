//! A process that ends with this one, however this one ends: even when it is killed, nothing runs on and no folder stays.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Runs `"$@"` and writes its log to `$0`. Beside it waits one who reads our end of a pipe: when that is closed, the process
/// is killed, and the folder `$1` goes, if one is named.
const KEEPER: &str = r#"
exec 3<&0
goes=$1; shift
"$@" >"$0" 2>&1 3<&- </dev/null & process=$!
{
    cat <&3 >/dev/null
    kill -9 "$process"
    while kill -0 "$process"; do sleep 0.01; done
    [ -z "$goes" ] || for try in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$goes" && break; sleep 0.2; done
} >/dev/null 2>&1 &
exec 3<&-
wait "$process"
"#;

/// A process that is watched over.
#[derive(Debug)]
pub struct Process(Child);

impl Process {
    /// Starts a program; what it says goes to this log, and with it goes this folder.
    pub fn start<S: AsRef<OsStr>>(program: &Path, words: &[S], log: &Path, goes: Option<&Path>) -> io::Result<Self> {
        let mut keeper = Command::new("sh");
        keeper.arg("-c").arg(KEEPER).arg(log).arg(goes.unwrap_or_else(|| Path::new(""))).arg(program).args(words);
        // A node has little in memory, which doubles often: collected less often, it makes blocks in less time.
        keeper.env("GOGC", "200");
        keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        keeper.spawn().map(Self)
    }

    /// Does nothing until it is dropped, or this process ends, and takes a folder with it.
    pub fn sweeper(folder: &Path) -> io::Result<Self> {
        Self::start(Path::new("tail"), &["-f", "/dev/null"], Path::new("/dev/null"), Some(folder))
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
