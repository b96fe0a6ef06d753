//! An OpenAI-compatible door that knows neither chain nor engine.
