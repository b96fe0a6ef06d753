use super::*;

#[test]
fn a_url_is_shown_without_its_password() {
    assert_eq!(shown("https://me:secret@rpc.example/path"), "https://rpc.example/path");
    assert_eq!(shown("http://127.0.0.1:26657"), "http://127.0.0.1:26657");
}

#[test]
fn an_endpoint_that_is_none_is_refused_before_anything_is_asked() {
    for url in ["", "rpc.example", "ftp://rpc.example"] {
        let refused = Client::new(Chain::new("hearth-1", vec![url.to_owned()])).unwrap_err();
        assert_eq!(refused.sort(), crate::Sort::Usage, "{url}: {refused}");
    }
    assert_eq!(Client::new(Chain::new("hearth-1", vec![])).unwrap_err().sort(), crate::Sort::Usage);
}

#[tokio::test]
async fn an_endpoint_that_nobody_answers_at_is_named() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = Client::new(Chain::new("hearth-1", vec![format!("http://me:canary@{free}")])).unwrap();
    let Err(Error::Network { problem }) = client.head().await else { panic!("something answered") };
    assert!(problem.contains(&free.to_string()) && !problem.contains("canary"), "{problem}");
}
