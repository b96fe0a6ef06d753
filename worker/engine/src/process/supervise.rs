//! Starts a process again when it fails: later each time, and not for ever.

use std::sync::Arc;

use tokio::sync::watch;
use tokio::time::sleep;

use super::child::Health;
use super::config::Settings;
use super::link::{Link, Log};
use super::waiting::Waiting;
use crate::{Description, Error};

/// Keeps an engine's process alive.
pub(super) struct Supervisor {
    pub(super) settings: Settings,
    pub(super) description: Description,
    pub(super) log: Log,
    pub(super) waiting: Arc<Waiting>,
    pub(super) health: watch::Sender<Health>,
}

impl Supervisor {
    /// Runs until the process is given up.
    pub(super) async fn run(self, mut link: Link) {
        let mut in_vain = 0;
        loop {
            let why = link.follow(&self.waiting, &self.settings.patience).await;
            if self.waiting.fruitful() {
                in_vain = 0;
            }
            self.waiting.down(&why);
            self.health.send_replace(Health::Down(why.clone()));
            link.kill().await;
            let Some(next) = self.again(&mut in_vain, why).await else { return };
            link = next;
            self.up(&link);
        }
    }

    /// From now on this process takes requests.
    pub(super) fn up(&self, link: &Link) {
        self.waiting.up(link.road());
        self.health.send_replace(Health::Up { process: link.id() });
    }

    async fn again(&self, in_vain: &mut u32, mut why: Error) -> Option<Link> {
        while let Some(pause) = self.settings.patience.pause(*in_vain) {
            sleep(pause).await;
            *in_vain = in_vain.saturating_add(1);
            match Link::open(&self.settings, &self.log).await {
                Ok((link, description)) if description == self.description => return Some(link),
                Ok((link, description)) => {
                    link.kill().await;
                    why = Error::Load {
                        file: self.settings.program.display().to_string(),
                        problem: format!("came back as another engine, with {}", description.model),
                    };
                }
                Err(error) => why = error,
            }
            self.waiting.down(&why);
            self.health.send_replace(Health::Down(why.clone()));
        }
        self.health.send_replace(Health::GivenUp(why));
        None
    }
}
