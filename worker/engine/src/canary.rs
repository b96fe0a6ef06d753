//! Whether an engine is well: one token, by a deadline.

use std::time::{Duration, Instant};

use tokio::time::timeout;

use crate::{Engine, Error, Event, Generate, Prompt, Sampling, Stop};

/// Asks for one token and says how long it took. Busy and lost are said as they are; late is lost.
pub async fn canary(engine: &dyn Engine, within: Duration) -> Result<Duration, Error> {
    let begin = Instant::now();
    let request =
        Generate { prompt: Prompt::Text("1, 2, 3,".to_owned()), sampling: Sampling::greedy(), stop: Stop::after(1) };
    let answer = async {
        let mut generation = engine.generate(request)?;
        while let Some(event) = generation.next().await {
            if matches!(event?, Event::Finished { .. }) {
                return Ok(begin.elapsed());
            }
        }
        Err(Error::Lost("the answer to a canary has no end".to_owned()))
    };
    timeout(within, answer).await.unwrap_or_else(|_late| Err(Error::Lost(format!("no token in {within:?}"))))
}
