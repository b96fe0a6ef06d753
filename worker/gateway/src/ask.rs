//! What is asked, read from the bodies of the OpenAI API.

/// A request for an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// The model's name.
    pub model: String,
    /// What the model reads.
    pub prompt: Prompt,
    /// The most tokens of the answer.
    pub max_tokens: Option<u32>,
    /// 0 takes the likeliest token.
    pub temperature: Option<f32>,
    /// The smallest set of likeliest tokens with at least this probability is kept.
    pub top_p: Option<f32>,
    /// So many likeliest tokens are kept.
    pub top_k: Option<u32>,
    /// Keys the generator of randomness.
    pub seed: Option<u64>,
    /// Before the first of these texts the answer ends.
    pub stop: Vec<String>,
    /// How the client wants to read the answer.
    pub shape: Shape,
}

/// What a model reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// A conversation.
    Chat(Vec<Message>),
    /// Text to go on from.
    Text(String),
    /// Tokens to go on from.
    Tokens(Vec<u32>),
}

/// One turn of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// `system`, `user` or `assistant`.
    pub role: String,
    /// What was said.
    pub content: String,
}

/// How an answer is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// In which part of the API.
    pub api: Api,
    /// The model's name, as it was asked for.
    pub model: String,
    /// Piece by piece.
    pub stream: bool,
    /// With a chunk that tells the usage.
    pub usage: bool,
}

/// The parts of the OpenAI API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// `/v1/chat/completions`
    Chat,
    /// `/v1/completions`
    Completion,
}
