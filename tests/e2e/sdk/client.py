"""What a user of the OpenAI SDK for Python does, unmodified: `client.py CHECK...`, each check told on a line.

OPENAI_BASE_URL and OPENAI_API_KEY say where and by which right, HEARTH_MODEL what is asked for, and HEARTH_RECEIPTS that
answers bring what was served.
"""

import os
import sys

import openai

MODEL = os.environ["HEARTH_MODEL"]
RECEIPTS = os.environ.get("HEARTH_RECEIPTS") == "1"
ASKED = [{"role": "user", "content": "What is the capital of France?"}]
LIMITS = {"max_tokens": 16, "temperature": 0}

client = openai.OpenAI(timeout=60)


def served(answer):
    assert not RECEIPTS or answer.model_extra["hearth"], "the answer brings no receipt"


def models():
    listed = client.models.list().data
    assert MODEL in [model.id for model in listed], listed
    assert all(model.object == "model" and model.owned_by for model in listed)
    assert client.models.retrieve(MODEL).id == MODEL


def chat():
    answer = client.chat.completions.create(model=MODEL, messages=ASKED, **LIMITS)
    choice = answer.choices[0]
    assert answer.object == "chat.completion" and choice.index == 0, answer
    assert choice.message.role == "assistant" and choice.message.content, answer
    assert choice.finish_reason in ("stop", "length"), answer
    usage = answer.usage
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens > 0, usage
    assert usage.prompt_tokens_details.cached_tokens >= 0, usage
    assert answer._request_id, "the answer has no name"
    served(answer)


def stream():
    asked = {"stream": True, "stream_options": {"include_usage": True}}
    chunks = list(client.chat.completions.create(model=MODEL, messages=ASKED, **LIMITS, **asked))
    spoken = [chunk for chunk in chunks if chunk.choices]
    assert spoken[0].choices[0].delta.role == "assistant", spoken[0]
    assert all(chunk.choices[0].finish_reason is None for chunk in spoken[:-1])
    assert spoken[-1].choices[0].finish_reason in ("stop", "length"), spoken[-1]
    assert not chunks[-1].choices and chunks[-1].usage.total_tokens > 0, chunks[-1]
    assert len({chunk.id for chunk in chunks}) == 1
    assert "".join(chunk.choices[0].delta.content or "" for chunk in spoken)
    served(spoken[-1])


def helper():
    with client.chat.completions.stream(model=MODEL, messages=ASKED, **LIMITS) as said:
        answer = said.get_final_completion()
    assert answer.choices[0].message.content and answer.choices[0].finish_reason, answer


def parts():
    asked = [{"role": "user", "content": [{"type": "text", "text": "What is the capital of France?"}]}]
    answer = client.chat.completions.create(model=MODEL, messages=asked, max_completion_tokens=8)
    assert answer.choices[0].message.content, answer


def completion():
    answer = client.completions.create(model=MODEL, prompt="The capital of France is", **LIMITS)
    assert answer.object == "text_completion" and answer.choices[0].text, answer
    chunks = list(client.completions.create(model=MODEL, prompt="The capital of France is", stream=True, **LIMITS))
    assert "".join(chunk.choices[0].text for chunk in chunks if chunk.choices), chunks
    assert chunks[-1].choices[0].finish_reason in ("stop", "length"), chunks[-1]
    served(chunks[-1])


def error():
    wrong = refused(openai.BadRequestError, model=MODEL, temperature=99)
    assert wrong.param == "temperature" and wrong.code == "invalid_value", wrong.body
    wrong = refused(openai.BadRequestError, model=MODEL, n=2)
    assert wrong.param == "n" and wrong.code == "unsupported_parameter", wrong.body
    tool = {"type": "function", "function": {"name": "f", "parameters": {}}}
    assert refused(openai.BadRequestError, model=MODEL, tools=[tool]).param == "tools"
    wrong = refused(openai.NotFoundError, model="no-such-model")
    assert wrong.code == "model_not_found" and wrong.request_id, wrong.body


def stranger():
    wrong = refused(openai.AuthenticationError, client.with_options(api_key="nobodys"), model=MODEL)
    assert wrong.code == "invalid_api_key", wrong.body


def lost():
    """For a house that plays faults: an engine that dies while it speaks, and one that is never free."""
    said = ""
    try:
        for chunk in client.chat.completions.create(model="dies", messages=ASKED, stream=True):
            said += chunk.choices[0].delta.content or ""
    except openai.APIError as wrong:
        assert said and wrong.code == "engine_lost", wrong
    else:
        raise AssertionError("a stream that broke off looks whole")
    assert refused(openai.RateLimitError, model="busy").code == "too_many_requests"


def refused(kind, by=client, **asked):
    try:
        by.chat.completions.create(**{"messages": ASKED, **asked})
    except kind as wrong:
        return wrong
    raise AssertionError(f"{asked} was not refused")


for check in sys.argv[1:]:
    {f.__name__: f for f in (models, chat, stream, helper, parts, completion, error, stranger, lost)}[check]()
    print(f"python {check}: ok", flush=True)
