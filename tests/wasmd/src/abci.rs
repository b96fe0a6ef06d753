//! A node's application, asked as its consensus asks it: ABCI of CometBFT 0.38, over its socket.

use std::io::{self, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use prost::Message as _;
use tendermint_proto::v0_38::abci::request::Value as Ask;
use tendermint_proto::v0_38::abci::response::Value as Told;
use tendermint_proto::v0_38::abci::{Request, RequestFlush, Response};

/// No answer is longer.
const LONGEST: u64 = 64 << 20;

/// Why an application gives no answer.
#[derive(Debug, thiserror::Error)]
pub enum AbciError {
    /// The connection is broken.
    #[error("the application cannot be asked: {0}")]
    Io(#[from] io::Error),
    /// What it says is not the protocol's.
    #[error("the application's answer cannot be read: {0}")]
    Unreadable(String),
    /// It says no.
    #[error("the application refuses: {0}")]
    Refused(String),
}

/// A connection to an application.
#[derive(Debug)]
pub struct Abci {
    out: TcpStream,
    into: BufReader<TcpStream>,
}

impl Abci {
    /// Connects.
    pub fn connect(address: SocketAddr) -> Result<Self, AbciError> {
        let out = TcpStream::connect(address)?;
        out.set_nodelay(true)?;
        let into = BufReader::new(out.try_clone()?);
        Ok(Self { out, into })
    }

    /// Asks one thing.
    pub fn ask(&mut self, ask: Ask) -> Result<Told, AbciError> {
        let told = self.ask_all(vec![ask])?;
        told.into_iter().next().ok_or_else(|| AbciError::Unreadable("nothing was said".to_owned()))
    }

    /// Asks many things at once; they are answered in this order.
    pub fn ask_all(&mut self, asks: Vec<Ask>) -> Result<Vec<Told>, AbciError> {
        let count = asks.len();
        let mut bytes = Vec::new();
        // The application keeps its answers back until it is told to flush them.
        for ask in asks.into_iter().chain([Ask::Flush(RequestFlush {})]) {
            let request = Request { value: Some(ask) };
            bytes.extend(request.encode_length_delimited_to_vec());
        }
        self.out.write_all(&bytes)?;
        let told = (0..count).map(|_| self.hear()).collect::<Result<_, _>>()?;
        self.hear()?;
        Ok(told)
    }

    fn hear(&mut self) -> Result<Told, AbciError> {
        let mut bytes = vec![0; self.length()?];
        self.into.read_exact(&mut bytes)?;
        let response = Response::decode(bytes.as_slice()).map_err(|error| AbciError::Unreadable(error.to_string()))?;
        match response.value {
            Some(Told::Exception(exception)) => Err(AbciError::Refused(exception.error)),
            Some(told) => Ok(told),
            None => Err(AbciError::Unreadable("an answer to nothing".to_owned())),
        }
    }

    /// The length of what comes next, seven bits a byte.
    fn length(&mut self) -> Result<usize, AbciError> {
        let mut length = 0_u64;
        for shift in (0..u64::BITS).step_by(7) {
            let mut byte = [0];
            self.into.read_exact(&mut byte)?;
            let [byte] = byte;
            length |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let length = if length <= LONGEST { usize::try_from(length).ok() } else { None };
        length.ok_or_else(|| AbciError::Unreadable("it is too long".to_owned()))
    }
}
