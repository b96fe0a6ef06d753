//! Pages of any origin may ask.

use reqwest::{Client, Method};

use crate::scripted::{MODEL, Open};
use crate::wire::{ask, chat, get};

#[tokio::test]
async fn a_preflight_is_answered_for_every_header_that_the_sdks_send() {
    let open = Open::usual().await;
    let headers = "authorization,content-type,x-stainless-lang,hearth-voucher";
    let asked = Client::new()
        .request(Method::OPTIONS, open.url("/v1/chat/completions"))
        .header("origin", "https://a.page")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", headers);
    let response = asked.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    assert_eq!(response.headers()["access-control-allow-headers"], headers);
    assert!(response.headers()["access-control-allow-methods"].to_str().unwrap().contains("POST"));
    assert!(response.headers().contains_key("access-control-max-age"));
}

#[tokio::test]
async fn answers_and_errors_may_be_read_by_pages() {
    let open = Open::usual().await;
    let answers =
        [ask(&open, &chat(MODEL)).await, ask(&open, &chat("busy")).await, get(&open, "/nowhere").send().await.unwrap()];
    for response in answers {
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        assert_eq!(response.headers()["access-control-expose-headers"], "*");
    }
}
