// What a user of the OpenAI SDK for JavaScript does, unmodified: `client.mjs CHECK...`, each check told on a line.
//
// OPENAI_BASE_URL and OPENAI_API_KEY say where and by which right, HEARTH_MODEL what is asked for, and HEARTH_RECEIPTS that
// answers bring what was served. The SDK stands in the folder OPENAI_SDK, as `install.sh` lays it there.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";

const { default: OpenAI } = createRequire(join(process.env.OPENAI_SDK, "client.mjs"))("openai");

const model = process.env.HEARTH_MODEL;
const receipts = process.env.HEARTH_RECEIPTS === "1";
const messages = [{ role: "user", content: "What is the capital of France?" }];
const limits = { max_tokens: 16, temperature: 0 };
const ends = ["stop", "length"];

const client = new OpenAI({ timeout: 60_000 });

const served = (answer) => assert.ok(!receipts || answer.hearth, "the answer brings no receipt");

const refused = async (kind, asked, by = client) => {
  try {
    await by.chat.completions.create({ messages, ...asked });
  } catch (wrong) {
    assert.ok(wrong instanceof kind, `${wrong}`);
    return wrong;
  }
  assert.fail(`${JSON.stringify(asked)} was not refused`);
};

const gathered = async (stream) => {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
};

const checks = {
  async models() {
    const listed = (await client.models.list()).data;
    assert.ok(listed.some((of) => of.id === model));
    assert.ok(listed.every((of) => of.object === "model" && of.owned_by));
    assert.equal((await client.models.retrieve(model)).id, model);
  },

  async chat() {
    const { data: answer, request_id } = await client.chat.completions.create({ model, messages, ...limits }).withResponse();
    const [choice] = answer.choices;
    assert.equal(answer.object, "chat.completion");
    assert.equal(choice.message.role, "assistant");
    assert.ok(choice.message.content && ends.includes(choice.finish_reason));
    const { prompt_tokens, completion_tokens, total_tokens, prompt_tokens_details } = answer.usage;
    assert.equal(total_tokens, prompt_tokens + completion_tokens);
    assert.ok(total_tokens > 0 && prompt_tokens_details.cached_tokens >= 0);
    assert.ok(request_id, "the answer has no name");
    served(answer);
  },

  async stream() {
    const asked = { model, messages, ...limits, stream: true, stream_options: { include_usage: true } };
    const chunks = await gathered(await client.chat.completions.create(asked));
    const spoken = chunks.filter((chunk) => chunk.choices.length);
    assert.equal(spoken[0].choices[0].delta.role, "assistant");
    assert.ok(spoken.slice(0, -1).every((chunk) => chunk.choices[0].finish_reason === null));
    assert.ok(ends.includes(spoken.at(-1).choices[0].finish_reason));
    assert.ok(!chunks.at(-1).choices.length && chunks.at(-1).usage.total_tokens > 0);
    assert.equal(new Set(chunks.map((chunk) => chunk.id)).size, 1);
    assert.ok(spoken.map((chunk) => chunk.choices[0].delta.content ?? "").join(""));
    served(spoken.at(-1));
  },

  async helper() {
    const said = client.chat.completions.stream({ model, messages, ...limits });
    const answer = await said.finalChatCompletion();
    assert.ok(answer.choices[0].message.content && answer.choices[0].finish_reason);
  },

  async parts() {
    const content = [{ type: "text", text: "What is the capital of France?" }];
    const asked = { model, messages: [{ role: "user", content }], max_completion_tokens: 8 };
    assert.ok((await client.chat.completions.create(asked)).choices[0].message.content);
  },

  async completion() {
    const asked = { model, prompt: "The capital of France is", ...limits };
    const answer = await client.completions.create(asked);
    assert.equal(answer.object, "text_completion");
    assert.ok(answer.choices[0].text);
    const chunks = await gathered(await client.completions.create({ ...asked, stream: true }));
    assert.ok(chunks.map((chunk) => chunk.choices[0].text).join(""));
    assert.ok(ends.includes(chunks.at(-1).choices[0].finish_reason));
    served(chunks.at(-1));
  },

  async error() {
    let wrong = await refused(OpenAI.BadRequestError, { model, temperature: 99 });
    assert.deepEqual([wrong.param, wrong.code], ["temperature", "invalid_value"]);
    wrong = await refused(OpenAI.BadRequestError, { model, n: 2 });
    assert.deepEqual([wrong.param, wrong.code], ["n", "unsupported_parameter"]);
    const tools = [{ type: "function", function: { name: "f", parameters: {} } }];
    assert.equal((await refused(OpenAI.BadRequestError, { model, tools })).param, "tools");
    wrong = await refused(OpenAI.NotFoundError, { model: "no-such-model" });
    assert.ok(wrong.code === "model_not_found" && wrong.requestID);
  },

  async stranger() {
    const wrong = await refused(OpenAI.AuthenticationError, { model }, client.withOptions({ apiKey: "nobodys" }));
    assert.equal(wrong.code, "invalid_api_key");
  },

  // For a house that plays faults: an engine that dies while it speaks, and one that is never free.
  async lost() {
    let said = "";
    const speak = async () => {
      for await (const chunk of await client.chat.completions.create({ model: "dies", messages, stream: true }))
        said += chunk.choices[0].delta.content ?? "";
    };
    await assert.rejects(speak, (wrong) => wrong instanceof OpenAI.APIError && wrong.code === "engine_lost");
    assert.ok(said);
    assert.equal((await refused(OpenAI.RateLimitError, { model: "busy" })).code, "too_many_requests");
  },
};

for (const check of process.argv.slice(2)) {
  await checks[check]();
  console.log(`javascript ${check}: ok`);
}
