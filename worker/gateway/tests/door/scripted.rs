//! A house that plays a script, named by the model that is asked for: to force faults only.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hearth_gateway::ask::{self, Api};
use hearth_gateway::house::{Finish, Kind, Model, Usage};
use hearth_gateway::{Answer, Ask, Event, House, Limits, Refusal, listen, serve};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// The only key that is known.
pub(crate) const KEY: &str = "a-good-key";
/// The model that simply answers.
pub(crate) const MODEL: &str = "hearth-tiny";
/// What it says, in pieces.
pub(crate) const SAID: [&str; 3] = ["Paris", ", of", " course.\n\"é\""];
/// Longer than anything here takes, even on a busy machine.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// Behaves as the model's name says.
pub(crate) struct Scripted {
    /// How many answers are under way.
    live: watch::Sender<usize>,
    /// What was asked, to the byte, and with which key or voucher.
    pub(crate) seen: Mutex<Vec<(Bytes, Option<String>)>>,
    pub(crate) unready: Mutex<Option<String>>,
}

impl Scripted {
    fn new() -> Self {
        Self { live: watch::channel(0).0, seen: Mutex::default(), unready: Mutex::default() }
    }

    /// Waits until so many answers are under way; how long that took.
    pub(crate) async fn until_live(&self, count: usize) -> Duration {
        let start = Instant::now();
        let mut live = self.live.subscribe();
        let waited = tokio::time::timeout(DEADLINE, live.wait_for(|live| *live == count)).await;
        waited.unwrap_or_else(|_| panic!("never were {count} answers under way")).unwrap();
        start.elapsed()
    }

    fn answer(&self, ask: Ask) -> Result<Answer, Refusal> {
        let refuse = |kind, code| Err(Refusal { kind, code, message: format!("the script refuses {}", ask.model) });
        match ask.model.as_str() {
            "poor" => return refuse(Kind::Payment, "deal_exhausted"),
            "twice" => return refuse(Kind::Conflict, "ticket_reused"),
            "long" => return refuse(Kind::TooLarge, "context_length_exceeded"),
            "busy" => return refuse(Kind::Busy(Duration::from_millis(20)), "too_many_requests"),
            "away" => return refuse(Kind::Away(Duration::from_millis(2500)), "no_chain"),
            "broken" => return refuse(Kind::Engine, "engine_down"),
            MODEL | "dies" | "fails" | "mute" | "floods" | "pauses" => {}
            _ => return refuse(Kind::Missing, "model_not_found"),
        }
        let (tell, events) = mpsc::channel(8);
        self.live.send_modify(|live| *live += 1);
        let live = self.live.clone();
        let model = ask.model;
        tokio::spawn(async move {
            let _ = play(&model, &tell).await;
            drop(tell);
            live.send_modify(|live| *live -= 1);
        });
        Ok(Answer { shape: ask.shape, events })
    }

    fn note(&self, body: Bytes, by: Option<String>) {
        self.seen.lock().unwrap().push((body, by));
    }
}

type Tell = mpsc::Sender<Result<Event, Refusal>>;

async fn play(model: &str, tell: &Tell) -> Result<(), mpsc::error::SendError<Result<Event, Refusal>>> {
    match model {
        "mute" => {
            tell.closed().await;
            return Ok(());
        }
        "floods" => loop {
            tell.send(piece(&"x".repeat(4096))).await?;
        },
        "dies" => return tell.send(piece("Par")).await,
        "fails" => {
            tell.send(piece("Par")).await?;
            let message = "the card is out of memory".to_owned();
            return tell.send(Err(Refusal { kind: Kind::Engine, code: "engine_failed", message })).await;
        }
        _ => {}
    }
    for said in SAID {
        tell.send(piece(said)).await?;
        if model == "pauses" {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }
    tell.send(Ok(end())).await
}

fn piece(text: &str) -> Result<Event, Refusal> {
    Ok(Event::Piece { text: text.to_owned() })
}

fn end() -> Event {
    Event::End {
        finish: Finish::Stop,
        usage: Usage { input: 7, cached: 4, output: 3 },
        extra: Some(("hearth", json!({"leaf": 1}))),
        header: Some(("hearth-receipt", "eyJsZWFmIjoxfQ".to_owned())),
    }
}

impl House for Scripted {
    fn models(&self) -> Vec<Model> {
        let model =
            |id: &str| Model { id: id.to_owned(), created: 1_700_000_000, context: 512, digest: "ab".repeat(32) };
        vec![model(MODEL), model("of/a folder")]
    }

    async fn open(&self, ask: Ask, body: Bytes, key: Option<String>) -> Result<Answer, Refusal> {
        self.note(body, key.clone());
        // In different words each time: the door must say the same.
        if key.as_deref() != Some(KEY) {
            let message = format!("no deal knows {key:?}");
            return Err(Refusal { kind: Kind::Unknown, code: "foreign", message });
        }
        self.answer(ask)
    }

    async fn sealed(&self, deal: u64, body: Bytes, voucher: Option<String>) -> Result<Answer, Refusal> {
        self.note(body.clone(), voucher);
        if deal != 7 {
            return Err(Refusal {
                kind: Kind::Unknown,
                code: "no_ticket",
                message: format!("deal {deal} is not here"),
            });
        }
        self.answer(ask::parse(Api::Chat, &body)?)
    }

    async fn voucher(&self, deal: u64, body: Bytes) -> Result<Value, Refusal> {
        let length = body.len();
        self.note(body, None);
        Ok(json!({"deal": deal, "length": length}))
    }

    async fn standing(&self, deal: u64) -> Result<Value, Refusal> {
        if deal == 7 {
            return Ok(json!({"deal": deal}));
        }
        Err(Refusal { kind: Kind::Missing, code: "deal_not_found", message: format!("deal {deal} is not here") })
    }

    fn files(&self, model: &str) -> Option<Value> {
        (model == MODEL).then(|| json!({"tokenizer.json": "cd".repeat(32)}))
    }

    fn file(&self, model: &str, name: &str) -> Option<Bytes> {
        // It would give anything away: the door must not ask it for what lies outside a folder.
        (model == MODEL && name != "absent.json").then(|| Bytes::from_static(b"{}"))
    }

    async fn attestation(&self) -> Value {
        json!({"tee_status": "none", "provider_stake_active": true})
    }

    fn ready(&self) -> Result<(), String> {
        self.unready.lock().unwrap().clone().map_or(Ok(()), Err)
    }

    fn metrics(&self) -> String {
        "hearth_deals 1\n".to_owned()
    }
}

/// An open door; it closes when it is dropped.
pub(crate) struct Open {
    pub(crate) at: SocketAddr,
    pub(crate) house: Arc<Scripted>,
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<std::io::Result<()>>>,
}

impl Open {
    pub(crate) async fn new(limits: Limits) -> Self {
        let listener = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let at = listener.local_addr().unwrap();
        let house = Arc::new(Scripted::new());
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(serve(listener, Arc::clone(&house), limits, async move {
            let _ = stopped.await;
        }));
        Self { at, house, stop: Some(stop), served: Some(served) }
    }

    pub(crate) async fn usual() -> Self {
        Self::new(Limits::default()).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }

    /// Tells the door to close; what waits for it being closed.
    pub(crate) fn close(&mut self) -> JoinHandle<std::io::Result<()>> {
        let _ = self.stop.take().unwrap().send(());
        self.served.take().unwrap()
    }
}
