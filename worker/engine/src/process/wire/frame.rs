//! A message as bytes: its length, then itself.

use std::io::{self, ErrorKind, Read};

use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt};

/// The longest message, in bytes.
pub const MOST: usize = 8 << 20;

/// Bytes that are no message, or none where one was due.
#[derive(Debug, Error)]
pub enum Broken {
    /// The message is longer than any may be.
    #[error("a message of {0} bytes, at most {MOST} are allowed")]
    Long(usize),
    /// It is not a message of this kind.
    #[error("no message: {0}")]
    Garbage(String),
    /// The pipe broke, or ended in the middle of a message.
    #[error("pipe: {0}")]
    Pipe(#[from] io::Error),
}

/// A message with its length before it.
pub fn encode(message: &impl Serialize) -> Result<Vec<u8>, Broken> {
    let mut frame = vec![0; 4];
    rmp_serde::encode::write(&mut frame, message).map_err(|error| Broken::Garbage(error.to_string()))?;
    let body = frame.len().saturating_sub(4);
    let length = u32::try_from(body).ok().filter(|_| body <= MOST).ok_or(Broken::Long(body))?;
    if let Some(head) = frame.first_chunk_mut::<4>() {
        *head = length.to_le_bytes();
    }
    Ok(frame)
}

/// The next message, or nothing where the pipe ended before one began.
pub fn read<T: DeserializeOwned>(from: &mut impl Read) -> Result<Option<T>, Broken> {
    let mut head = [0; 4];
    if from.read(&mut head[..1])? == 0 {
        return Ok(None);
    }
    from.read_exact(&mut head[1..])?;
    let mut body = vec![0; length(head)?];
    from.read_exact(&mut body)?;
    decode(&body).map(Some)
}

/// The same, for a task. It must not be left in the middle of a message.
pub async fn read_async<T: DeserializeOwned>(from: &mut (impl AsyncRead + Unpin)) -> Result<Option<T>, Broken> {
    let mut head = [0; 4];
    match from.read(&mut head[..1]).await {
        Ok(0) => return Ok(None),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(None),
        other => other?,
    };
    from.read_exact(&mut head[1..]).await?;
    let mut body = vec![0; length(head)?];
    from.read_exact(&mut body).await?;
    decode(&body).map(Some)
}

fn length(head: [u8; 4]) -> Result<usize, Broken> {
    let length = usize::try_from(u32::from_le_bytes(head)).unwrap_or(usize::MAX);
    if length <= MOST { Ok(length) } else { Err(Broken::Long(length)) }
}

fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Broken> {
    let mut rest = body;
    let message = rmp_serde::from_read(&mut rest).map_err(|error| Broken::Garbage(error.to_string()))?;
    if rest.is_empty() { Ok(message) } else { Err(Broken::Garbage(format!("{} bytes too many", rest.len()))) }
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
