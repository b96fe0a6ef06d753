//! Whether an answer is one to its request, of the deal's model, and counted as it was.

use hearth_schema::door::Served;
use hearth_schema::leaf::Finish;
use hearth_schema::market::EngineClass;
use hearth_schema::sign;
use hearth_speech::Tongue;

use super::pact::Pact;
use super::question::Question;
use super::wrong::Wrong;

/// Checks what can be checked of an answer without its request: its digests, its engine, and that it was counted.
pub fn answer(pact: &Pact, served: &Served) -> Result<(), Wrong> {
    let Served { leaf, engine, salt, tokens, request_salt, .. } = served;
    if request_salt.is_some() {
        return Err(Wrong::RequestSalt);
    }
    let salt = salt.to_array().map_err(|_| Wrong::Salt)?;
    if sign::output(&salt, tokens) != leaf.output {
        return Err(Wrong::Output);
    }
    let same = |field, said: &str, due: &str| {
        if said == due { Ok(()) } else { Err(Wrong::Engine { field, said: said.to_owned(), due: due.to_owned() }) }
    };
    same("model", &engine.model.to_string(), &pact.model.to_string())?;
    same("class", &engine.class, &pact.engine.to_string())?;
    same("sampler", &engine.sampler, &pact.sampler)?;
    if engine.digest() != leaf.engine {
        return Err(Wrong::EngineDigest);
    }
    let sent = u64::try_from(tokens.len()).unwrap_or(u64::MAX);
    // An engine of the class `tolerant` may not know the ids of what it said: then only its text bounds the count.
    let is_silent = tokens.is_empty() && pact.engine == EngineClass::Tolerant;
    if leaf.counts.output != sent && !is_silent {
        return Err(Wrong::Counted { said: leaf.counts.output, sent });
    }
    if leaf.finish.0 > Finish::FAILED.0 { Err(Wrong::Finish { said: leaf.finish.0 }) } else { Ok(()) }
}

/// Checks an answer against what was asked, what was heard of it, and how the model's own tongue counts and says it.
pub fn request(question: &Question, served: &Served, text: Option<&str>, tongue: Option<&Tongue>) -> Result<(), Wrong> {
    let Served { leaf, engine, .. } = served;
    if let Some(most) = question.max_tokens.filter(|most| leaf.counts.output > *most) {
        return Err(Wrong::TooLong { said: leaf.counts.output, most });
    }
    if let Some(due) = question.seed.filter(|seed| *seed != engine.seed) {
        return Err(Wrong::Engine { field: "seed", said: engine.seed.to_string(), due: due.to_string() });
    }
    let said = leaf.counts.input.checked_add(leaf.counts.cached).ok_or(Wrong::Totals)?;
    let most = question.most();
    if said > most {
        return Err(Wrong::Prompt { said, due: most });
    }
    if let Some(tongue) = tongue
        && let Some(due) = question.count(tongue)?.filter(|due| *due != said)
    {
        return Err(Wrong::Prompt { said, due });
    }
    match (text, tongue) {
        (Some(text), _) if served.tokens.is_empty() => bounded(leaf.counts.output, text),
        (Some(text), Some(tongue)) => heard(question, served, text, tongue),
        _ => Ok(()),
    }
}

/// Text without tokens has a byte a token at least, and one token more may have ended it.
fn bounded(said: u64, text: &str) -> Result<(), Wrong> {
    let most = u64::try_from(text.len()).unwrap_or(u64::MAX).saturating_add(1);
    if said > most { Err(Wrong::Counted { said, sent: most }) } else { Ok(()) }
}

/// The text has to be what the tokens say. A token that ended the answer may be one that is not said, and of an answer that
/// broke off, the end may not have been said yet.
fn heard(question: &Question, served: &Served, text: &str, tongue: &Tongue) -> Result<(), Wrong> {
    let Served { leaf, tokens, .. } = served;
    let whole = tongue.say(tokens, &question.stops)?;
    let is_broken = leaf.finish == Finish::CANCELLED || leaf.finish == Finish::FAILED;
    if whole == text || (is_broken && whole.starts_with(text)) {
        return Ok(());
    }
    match tokens.split_last() {
        Some((_, said)) if leaf.finish == Finish::STOP && tongue.say(said, &question.stops)? == text => Ok(()),
        _ => Err(Wrong::Text),
    }
}
