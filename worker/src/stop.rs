//! How the parts are told to stop: first to take nothing new, then – when all streams have ended – to end.

use tokio::sync::watch;

/// How far the stopping has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Running,
    Leaving,
    Cut,
    Landed,
    Over,
}

/// Tells the parts.
#[derive(Debug)]
pub struct Stopper(watch::Sender<Stage>);

impl Default for Stopper {
    fn default() -> Self {
        Self(watch::Sender::new(Stage::Running))
    }
}

impl Stopper {
    /// What the parts listen to.
    pub fn stop(&self) -> Stop {
        Stop(self.0.subscribe())
    }

    /// Nothing new is taken.
    pub fn leave(&self) {
        self.raise(Stage::Leaving);
    }

    /// Streams that are still under way end now.
    pub fn cut(&self) {
        self.raise(Stage::Cut);
    }

    /// All streams have ended.
    pub fn land(&self) {
        self.raise(Stage::Landed);
    }

    /// Everything ends.
    pub fn end(&self) {
        self.raise(Stage::Over);
    }

    fn raise(&self, stage: Stage) {
        self.0.send_modify(|now| *now = stage.max(*now));
    }
}

/// Listens for the end. A teller that is gone has told all.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<Stage>);

impl Stop {
    /// Whether nothing new is taken.
    pub fn is_leaving(&self) -> bool {
        *self.0.borrow() >= Stage::Leaving
    }

    /// Returns when nothing new is taken any more.
    pub async fn leaving(&mut self) {
        let _ = self.0.wait_for(|stage| *stage >= Stage::Leaving).await;
    }

    /// Returns when streams end, whole or not.
    pub async fn cut(&mut self) {
        let _ = self.0.wait_for(|stage| *stage >= Stage::Cut).await;
    }

    /// Returns when all streams have ended.
    pub async fn landed(&mut self) {
        let _ = self.0.wait_for(|stage| *stage >= Stage::Landed).await;
    }

    /// Returns when everything ends.
    pub async fn over(&mut self) {
        let _ = self.0.wait_for(|stage| *stage >= Stage::Over).await;
    }
}
