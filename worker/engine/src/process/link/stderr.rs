//! What a process says on stderr: passed on line by line, the last lines kept.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, BufReader};
use tokio::task::JoinSet;

/// Takes a line of a process's stderr.
pub(crate) type Log = Arc<dyn Fn(&str) + Send + Sync>;

/// The longest line; the rest of a longer one is passed over.
const LINE: usize = 4 << 10;

/// How many lines are kept.
const KEPT: usize = 16;

/// The last lines of a stderr that is being followed.
pub(crate) struct Tail(JoinSet<VecDeque<String>>);

impl Tail {
    pub(crate) fn follow(stderr: impl AsyncRead + Send + Unpin + 'static, log: Log) -> Self {
        let mut task = JoinSet::new();
        task.spawn(follow(BufReader::new(stderr), log));
        Self(task)
    }

    /// The last lines, once the process has said all.
    pub(crate) async fn words(&mut self) -> VecDeque<String> {
        self.0.join_next().await.and_then(Result::ok).unwrap_or_default()
    }
}

async fn follow(mut stderr: impl AsyncBufRead + Unpin, log: Log) -> VecDeque<String> {
    let mut kept = VecDeque::with_capacity(KEPT);
    while let Some(line) = line(&mut stderr).await {
        log(&line);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(line);
    }
    kept
}

/// The next line, cut to its bound, without signs that would disturb a terminal.
async fn line(stderr: &mut (impl AsyncBufRead + Unpin)) -> Option<String> {
    let mut bytes = Vec::new();
    let mut any = false;
    loop {
        let chunk = stderr.fill_buf().await.ok()?;
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
        let room = LINE.saturating_sub(bytes.len()).min(part.len());
        bytes.extend_from_slice(part.get(..room).unwrap_or_default());
        any |= !chunk.is_empty();
        let used = end.map_or(chunk.len(), |end| end.saturating_add(1));
        stderr.consume(used);
        if end.is_some() || used == 0 {
            let text = String::from_utf8_lossy(&bytes);
            return any.then(|| text.chars().filter(|sign| !sign.is_control()).collect());
        }
    }
}

#[cfg(test)]
#[path = "stderr_tests.rs"]
mod tests;
