//! A client of the test: takes, asks through the door, signs vouchers – or lies.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hearth_e2e::World;
use hearth_schema::digest::Digest;
use hearth_schema::door::{Api, Ask, Pass, Sealed, Served, Standing, Voucher};
use hearth_schema::market::{Bid, Choice, Deal, ExecuteMsg, Kind, Taken};
use hearth_schema::sign::{Bearer, Scope, Signature};
use hearth_schema::unit::{Asset, ClassId, DealId, NodeId, Price, Seconds, Usd};
use hearth_wallet::key::{SecretKey, Signer as _};
use hearth_wallet::{Error, Sender, random, seal};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// Somebody with money, and the key of a deal.
pub(crate) struct Client<'a> {
    pub(crate) world: &'a World,
    pub(crate) sender: Sender,
    pub(crate) session: SecretKey,
    pub(crate) node: NodeId,
    pub(crate) sealing_key: [u8; 32],
    pub(crate) http: reqwest::Client,
}

/// An answer of the door.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Said {
    /// What was served.
    pub(crate) fn served(&self) -> Served {
        assert_eq!(self.status, 200, "{self:?}");
        serde_json::from_value(self.body["hearth"].clone()).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        self.body["choices"][0]["message"]["content"].as_str().unwrap()
    }
}

/// A request of the chat API, small and greedy.
pub(crate) fn chat(question: &str, max_tokens: u64) -> String {
    json!({
        "model": "hearth-tiny", "temperature": 0, "max_tokens": max_tokens, "seed": 7,
        "messages": [{ "role": "user", "content": question }],
    })
    .to_string()
}

/// A request under a salt of its own.
pub(crate) fn ask(body: &str) -> Ask {
    Ask { salt: random::bytes::<32>().unwrap().into(), api: Api::Chat, body: body.to_owned() }
}

impl Client<'_> {
    /// Takes the best offer, for this request or for a session.
    pub(crate) fn take(&self, request: Option<Digest>, max_spend: Usd) -> DealId {
        self.try_take(request, max_spend).unwrap()
    }

    /// The same, where it may be refused.
    pub(crate) fn try_take(&self, request: Option<Digest>, max_spend: Usd) -> Result<DealId, Error> {
        let suite = self.world.suite();
        self.world.run(async {
            let book = suite.market().book(ClassId(1), None).await.unwrap();
            let terms = suite.market().config().await.unwrap().terms;
            let now = suite.client().head().await.unwrap().time;
            let bid = Bid {
                max_spend,
                asset: Asset::Token,
                kind: request.map_or(Kind::Session, |request| Kind::Job { request }),
                session_key: self.session.public_key(),
                expires_at: Seconds(now.0 + 1_800),
                terms,
            };
            let offers = book.iter().map(|offer| Choice { offer: offer.offer, seq: offer.seq }).collect();
            let msg = ExecuteMsg::Take { offers, limit: Price::new(u128::MAX), bid };
            let taken = self.sender.send(&[suite.market().tell(&msg)?]).await?;
            Ok(taken.needed_event::<Taken>(suite.market().address())?.deal)
        })
    }

    fn scope<'b>(&self, deal: DealId, market: &'b str) -> Scope<'b> {
        Scope { chain: "hearth-1", market, deal }
    }

    /// A request, sealed, with its ticket.
    pub(crate) fn seal(&self, deal: DealId, ask: &Ask) -> Sealed {
        let market = &self.world.record.addresses.market;
        let request = ask.digest().unwrap();
        let ticket = self.scope(deal, market).ticket(self.node, &request);
        let entropy = random::bytes::<32>().unwrap();
        let plain = ask.to_plain().unwrap();
        let sealed = seal::seal(&self.sealing_key, &ticket.clone().into_bytes(), &plain, entropy).unwrap();
        Sealed { request, ticket: self.session.sign(&ticket.hash()).unwrap(), sealed: sealed.into() }
    }

    /// Asks through the door.
    pub(crate) fn ask(&self, door: &str, deal: DealId, ask: &Ask) -> Said {
        self.world.run(self.begin(door, deal, ask)).unwrap()
    }

    /// Begins to ask; the answer is waited for elsewhere.
    pub(crate) fn begin(&self, door: &str, deal: DealId, ask: &Ask) -> JoinHandle<Said> {
        let body = serde_json::to_vec(&self.seal(deal, ask)).unwrap();
        let request = self.request(&format!("{door}/hearth/v1/deals/{deal}/requests"), body);
        self.world.spawn(said(request))
    }

    /// A voucher for what was served.
    pub(crate) fn voucher(&self, deal: DealId, seq: u64, served: &Served) -> Voucher {
        let market = &self.world.record.addresses.market;
        let digest = self.scope(deal, market).voucher(seq, &served.totals, &served.root);
        Voucher { seq, totals: served.totals, root: served.root, signature: self.session.sign(&digest).unwrap() }
    }

    /// Says a voucher.
    pub(crate) fn vouch(&self, door: &str, deal: DealId, voucher: &Voucher) -> Said {
        self.post(&format!("{door}/hearth/v1/deals/{deal}/vouchers"), serde_json::to_vec(voucher).unwrap())
    }

    /// An API key for those who cannot sign: a bearer token of this deal.
    pub(crate) fn pass(&self, deal: DealId, cap: Usd, expiry: Seconds) -> String {
        let market = &self.world.record.addresses.market;
        let unsigned = Bearer { expiry, cap, nonce: vec![1, 2, 3].into(), signature: Signature(vec![0; 64].into()) };
        let digest = self.scope(deal, market).bearer(self.node, &unsigned);
        let bearer = Bearer { signature: self.session.sign(&digest).unwrap(), ..unsigned };
        BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&Pass { deal, bearer }).unwrap())
    }

    /// Asks as any OpenAI client does.
    pub(crate) fn openai(&self, door: &str, key: Option<&str>, body: &str) -> Said {
        let request = self.http.post(format!("{door}/v1/chat/completions"));
        let request = request.header("content-type", "application/json").body(body.to_owned());
        self.world.run(said(match key {
            Some(key) => request.bearer_auth(key),
            None => request,
        }))
    }

    /// How the deal stands at the door.
    pub(crate) fn standing(&self, door: &str, deal: DealId) -> Standing {
        let url = format!("{door}/hearth/v1/deals/{deal}");
        self.world.run(async {
            let text = self.http.get(url).send().await.unwrap().text().await.unwrap();
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
        })
    }

    /// The deal on chain.
    pub(crate) fn deal(&self, deal: DealId) -> Deal {
        self.world.run(async { self.world.suite().market().deal(deal).await.unwrap().unwrap() })
    }

    /// Closes the deal.
    pub(crate) fn close(&self, deal: DealId) {
        let suite = self.world.suite();
        let message = suite.market().tell(&ExecuteMsg::Close { deal }).unwrap();
        self.world.run(async { self.sender.send(&[message]).await.unwrap() });
    }

    pub(crate) fn post(&self, url: &str, body: Vec<u8>) -> Said {
        self.world.run(said(self.request(url, body)))
    }

    fn request(&self, url: &str, body: Vec<u8>) -> RequestBuilder {
        self.http.post(url).header("content-type", "application/json").body(body)
    }
}

async fn said(request: RequestBuilder) -> Said {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Said { status, body }
}
