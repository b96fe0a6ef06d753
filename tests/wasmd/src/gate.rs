//! A way from one validator to another, which can be shut.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A way that is open until it is shut, and open again.
#[derive(Debug)]
pub struct Gate(watch::Sender<bool>);

impl Gate {
    /// A way from this listener to this port; it lasts as long as its runtime.
    pub fn open(listener: TcpListener, port: u16) -> Self {
        let (sender, receiver) = watch::channel(true);
        tokio::spawn(watch_over(listener, SocketAddr::from((Ipv4Addr::LOCALHOST, port)), receiver));
        Self(sender)
    }

    /// Shuts it – whoever is under way is lost – or opens it.
    pub fn set(&self, open: bool) {
        self.0.send_replace(open);
    }
}

async fn watch_over(listener: TcpListener, to: SocketAddr, open: watch::Receiver<bool>) {
    while let Ok((stream, _)) = listener.accept().await {
        if *open.borrow() {
            tokio::spawn(carry(stream, to, open.clone()));
        }
    }
}

async fn carry(mut from: TcpStream, to: SocketAddr, mut open: watch::Receiver<bool>) {
    let Ok(mut to) = TcpStream::connect(to).await else { return };
    tokio::select! {
        _ = copy_bidirectional(&mut from, &mut to) => {}
        _ = open.wait_for(|open| !open) => {}
    }
}
