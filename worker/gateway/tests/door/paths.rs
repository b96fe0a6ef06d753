//! Every path: that it is there, and that the OpenAPI file says so.

use std::collections::BTreeSet;

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::scripted::{MODEL, Open, Scripted};
use crate::wire::{error, get, post};

/// Every method and path in the OpenAPI file.
fn written(document: &Value) -> BTreeSet<(String, String)> {
    let paths = document["paths"].as_object().unwrap();
    let methods = |(path, item): (&String, &Value)| {
        let path = path.clone();
        let methods: Vec<String> = item.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
        methods.into_iter().map(move |method| (method, path.clone()))
    };
    paths.iter().flat_map(methods).collect()
}

#[tokio::test]
async fn the_openapi_file_says_every_route_and_no_other() {
    let open = Open::usual().await;
    let document: Value = get(&open, "/openapi.json").send().await.unwrap().json().await.unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let routes = hearth_gateway::routes::routes::<Scripted>();
    let served = routes.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(written(&document), served);
}

#[tokio::test]
async fn the_openapi_file_refers_to_nothing_that_is_not_in_it() {
    let document: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 50);
    for reference in found {
        let place = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(place).is_some(), "{reference} is not there");
    }
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_route_answers_and_only_by_its_method() {
    let open = Open::usual().await;
    for (method, path) in hearth_gateway::routes::routes::<Scripted>() {
        let path = path.replace("{id}", MODEL).replace("{deal}", "7").replace("{name}", "tokenizer.json");
        let ask = |method: Method| Client::new().request(method, open.url(&path)).body("{}").send();
        let there = ask(method.parse().unwrap()).await.unwrap();
        assert!(![404, 405].contains(&there.status().as_u16()), "{method} {path}: {}", there.status());
        let (status, wrong) = error(ask(Method::DELETE).await.unwrap()).await;
        assert_eq!((status.as_u16(), wrong["code"].as_str()), (405, Some("no_such_method")), "{path}");
    }
}

#[tokio::test]
async fn an_unknown_path_is_an_error_like_any_other() {
    let open = Open::usual().await;
    for path in ["/", "/v1", "/v1/embeddings", "/v1/models/a/b", "/v1/models/a/files/b/c"] {
        let (status, error) = error(get(&open, path).send().await.unwrap()).await;
        assert_eq!((status.as_u16(), error["code"].as_str()), (404, Some("no_such_path")), "{path}");
    }
}

#[tokio::test]
async fn models_are_listed_and_found_by_name() {
    let open = Open::usual().await;
    let listed: Value = get(&open, "/v1/models").send().await.unwrap().json().await.unwrap();
    assert_eq!(listed["object"], "list");
    let wanted = json!({
        "id": MODEL, "object": "model", "created": 1_700_000_000, "owned_by": "hearth",
        "context_length": 512, "digest": "ab".repeat(32),
    });
    assert_eq!(listed["data"][0], wanted);
    for (path, id) in [("/v1/models/hearth-tiny", MODEL), ("/v1/models/of%2Fa%20folder", "of/a folder")] {
        let one: Value = get(&open, path).send().await.unwrap().json().await.unwrap();
        assert_eq!(one["id"], id);
    }
    for path in ["/v1/models/none", "/v1/models/%ff", "/v1/models/none/files", "/v1/models/none/files/a.json"] {
        assert_eq!(error(get(&open, path).send().await.unwrap()).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn files_may_be_cached_and_stay_in_their_folder() {
    let open = Open::usual().await;
    let digests = get(&open, "/v1/models/hearth-tiny/files").send().await.unwrap();
    assert_eq!(digests.headers()["cache-control"], "public, max-age=300");
    assert_eq!(digests.json::<Value>().await.unwrap(), json!({"tokenizer.json": "cd".repeat(32)}));
    let file = get(&open, "/v1/models/hearth-tiny/files/tokenizer.json").send().await.unwrap();
    assert_eq!(file.headers()["cache-control"], "public, max-age=3600");
    assert_eq!(file.headers()["content-type"], "application/json");
    assert_eq!(file.text().await.unwrap(), "{}");
    for name in ["absent.json", "%2e%2e%2fkey", "..%2Fkey", "a%2Fb", "a%5Cb", ".env", "%00"] {
        let path = format!("/v1/models/hearth-tiny/files/{name}");
        let (status, error) = error(get(&open, &path).send().await.unwrap()).await;
        assert_eq!((status.as_u16(), error["code"].as_str()), (404, Some("file_not_found")), "{name}");
    }
}

#[tokio::test]
async fn deals_are_named_by_number() {
    let open = Open::usual().await;
    let standing: Value = get(&open, "/hearth/v1/deals/7").send().await.unwrap().json().await.unwrap();
    assert_eq!(standing, json!({"deal": 7}));
    assert_eq!(error(get(&open, "/hearth/v1/deals/8").send().await.unwrap()).await.1["code"], "deal_not_found");
    for deal in ["seven", "-1", "18446744073709551616", "%ff"] {
        let (status, error) = error(get(&open, &format!("/hearth/v1/deals/{deal}")).send().await.unwrap()).await;
        assert_eq!((status.as_u16(), error["code"].as_str()), (400, Some("invalid_deal")), "{deal}");
    }
    let voucher = post(&open, "/hearth/v1/deals/7/vouchers", &json!({"seq": 1})).send().await.unwrap();
    assert_eq!(voucher.json::<Value>().await.unwrap(), json!({"deal": 7, "length": 9}));
    let seen = open.house.seen.lock().unwrap().pop().unwrap();
    assert_eq!(seen.0, br#"{"seq":1}"#.as_slice());
}

#[tokio::test]
async fn the_state_is_told() {
    let open = Open::usual().await;
    let attested: Value = get(&open, "/v1/attestation").send().await.unwrap().json().await.unwrap();
    assert_eq!(attested, json!({"tee_status": "none", "provider_stake_active": true}));
    assert_eq!(get(&open, "/healthz").send().await.unwrap().status(), 200);
    assert_eq!(get(&open, "/readyz").send().await.unwrap().status(), 200);
    *open.house.unready.lock().unwrap() = Some("the chain is away".to_owned());
    let unready = get(&open, "/readyz").send().await.unwrap();
    assert_eq!(unready.status(), 503);
    assert_eq!(unready.json::<Value>().await.unwrap(), json!({"ready": false, "reason": "the chain is away"}));
    let figures = get(&open, "/metrics").send().await.unwrap();
    assert!(figures.headers()["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
    let figures = figures.text().await.unwrap();
    assert!(figures.contains("hearth_gateway_responses_total{status=\"5xx\"} 1\n"), "{figures}");
    assert!(figures.ends_with("hearth_deals 1\n"), "{figures}");
}
