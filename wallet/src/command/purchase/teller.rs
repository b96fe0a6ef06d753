//! What happens on the way, for people on stderr, for programs as one JSON document a line.

use std::io::{IsTerminal as _, Write as _};

use hearth_schema::unit::Seconds;

use crate::amount;
use crate::buyer::Step;
use crate::command::answer::{Answer, Voice, to_value};

/// Tells what happens. An answer is written as it comes where a person reads it, and once it was checked where a file or
/// another program does.
#[derive(Debug)]
pub struct Teller {
    voice: Voice,
    is_live: bool,
    /// Whether a line of an answer was begun.
    midway: bool,
}

impl Teller {
    /// A teller in this voice.
    pub fn new(voice: Voice) -> Self {
        let is_live = !voice.is_json() && std::io::stdout().is_terminal();
        Self { voice, is_live, midway: false }
    }

    /// Whether an answer has been written as it came.
    pub const fn is_live(&self) -> bool {
        self.is_live
    }

    /// Tells a step.
    pub fn tell(&mut self, step: Step) {
        if self.voice.is_json() {
            self.voice.say_one(&Answer::new(to_value(&step), ""));
        } else if let Step::Said { text } = &step {
            self.write(text);
        } else {
            self.rest();
            self.voice.tell(&line(&step));
        }
    }

    /// Ends the line of an answer.
    pub fn rest(&mut self) {
        if std::mem::take(&mut self.midway) {
            let _ = writeln!(std::io::stdout());
        }
    }

    fn write(&mut self, text: &str) {
        if self.is_live {
            let mut out = std::io::stdout().lock();
            let _ = out.write_all(plain(text).as_bytes()).and_then(|()| out.flush());
            self.midway = true;
        }
    }
}

/// A stranger's words without what would steer a terminal.
pub fn plain(text: &str) -> String {
    text.chars().filter(|of| !of.is_control() || matches!(of, '\n' | '\t')).collect()
}

fn line(step: &Step) -> String {
    match step {
        Step::Cut { tokens } => {
            format!("the answer is cut at {tokens} tokens: a longer one may cost more than a node answers for unsigned")
        }
        Step::Taking { offers, max_spend, price } => format!(
            "taking the best of {}, at {} a million; {} at most",
            amount::show_count(*offers, "offer"),
            amount::per_million(*price),
            amount::show_dollars(*max_spend)
        ),
        Step::Taken { deal, node, price, .. } => {
            format!("deal {deal} with node {node} at {} a million", amount::per_million(*price))
        }
        Step::Said { text } => text.clone(),
        Step::Lost { deal, node, why } => {
            format!("deal {deal} came to nothing: {why}; what node {node} said does not count, the next is asked")
        }
        Step::Uncounted { model, why } => {
            format!("the tokens of prompts are not counted here: the files of {model} are not to be had ({why})")
        }
        Step::Unvouched { deal, why } => {
            format!("the node of deal {deal} does not have the voucher yet ({why}): it can still commit what is owed")
        }
        Step::Contested { deal, n, refuted: true } => {
            format!("commit {n} of deal {deal} was contested and refuted by its worker's own receipt: it is refunded")
        }
        Step::Contested { deal, n, refuted: false } => {
            format!("commit {n} of deal {deal} was contested: its worker has to open one leaf more")
        }
        Step::Waits { deal, until } => format!(
            "deal {deal}: nothing was committed; what it locked comes back by `hearth deal expire {deal}` {}",
            at(*until)
        ),
        Step::Unmended { deal, why } => format!("deal {deal} could not be looked after: {why}"),
    }
}

/// When, from now.
fn at(until: Seconds) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    match until.0.checked_sub(now) {
        Some(left) if left > 0 => format!("in {}", amount::show_duration(Seconds(left))),
        _ => "now".to_owned(),
    }
}
