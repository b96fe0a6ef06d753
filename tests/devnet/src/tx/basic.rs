//! What wasmd sees of its messages without the state, before anything is paid.

use crate::bank;
use crate::chain::Chain;
use crate::fault::Fault;
use crate::tx::message::Message;
use crate::wasm::contract::Making;

impl Chain {
    /// Refuses a message whose form alone is wrong.
    pub fn basic(&self, message: &Message) -> Result<(), Fault> {
        match message {
            Message::Execute(msg) => {
                self.check_call(&msg.sender, &msg.contract, &msg.msg, &bank::parse(&msg.funds)?).map(drop)
            }
            Message::Instantiate(msg) => self
                .check_making(&Making {
                    sender: &msg.sender,
                    admin: &msg.admin,
                    code: msg.code_id,
                    label: &msg.label,
                    msg: &msg.msg,
                    funds: &bank::parse(&msg.funds)?,
                    salt: None,
                })
                .map(drop),
            Message::Instantiate2(msg) => self
                .check_making(&Making {
                    sender: &msg.sender,
                    admin: &msg.admin,
                    code: msg.code_id,
                    label: &msg.label,
                    msg: &msg.msg,
                    funds: &bank::parse(&msg.funds)?,
                    salt: Some((&msg.salt, msg.fix_msg)),
                })
                .map(drop),
            Message::Migrate(msg) => self.check_call(&msg.sender, &msg.contract, &msg.msg, &[]).map(drop),
            _ => Ok(()),
        }
    }
}
