use super::*;

#[test]
fn the_websocket_stands_beside_the_rpc() {
    assert_eq!(socket("http://127.0.0.1:26657"), "ws://127.0.0.1:26657/websocket");
    assert_eq!(socket("https://rpc.example/"), "wss://rpc.example/websocket");
}
