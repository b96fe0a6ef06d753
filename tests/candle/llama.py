"""How fast llama.cpp is on a folder that the embedded engine reads too: `llama.py FOLDER [threads] [rounds]`.

As `speed` of candle and of the engine: 32 tokens decoded after 16, and one prefill of 256; weights in bf16, medians of the
rounds. Needs xllamacpp (llama.cpp's own server in a wheel), gguf and safetensors from PyPI. The model has no tokenizer, so
each token is given a name of its own; rotary pairs are left as they lie, which changes what it says and not how fast.
"""

import json
import statistics
import sys
import tempfile
from pathlib import Path

import gguf
import numpy
import xllamacpp

TENSORS = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}


def named(name: str) -> str:
    """A tensor's name in llama.cpp."""
    whole = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}
    stem = name.removesuffix(".weight")
    if stem in whole:
        return f"{whole[stem]}.weight"
    _, _, layer, part = stem.split(".", 3)
    return f"blk.{layer}.{TENSORS[part]}.weight"


def convert(folder: Path, out: Path) -> None:
    """Writes a folder's model as llama.cpp reads it."""
    config = json.loads((folder / "config.json").read_text())
    writer = gguf.GGUFWriter(str(out), "llama")
    heads = config["num_attention_heads"]
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_rope_dimension_count(config["hidden_size"] // heads)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_BF16)
    size = config["vocab_size"]
    writer.add_vocab_size(size)
    writer.add_tokenizer_model("llama")
    tokens = [b"<unk>", b"<s>", b"</s>", *(b"<0x%02X>" % byte for byte in range(256))]
    kinds = [2, 3, 3, *[6] * 256]
    tokens += [b"t%d" % token for token in range(len(tokens), size)]
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * size)
    writer.add_token_types(kinds + [1] * (size - len(kinds)))
    raw = (folder / "model.safetensors").read_bytes()
    start = 8 + int.from_bytes(raw[:8], "little")
    for name, tensor in json.loads(raw[8:start]).items():
        if name == "__metadata__":
            continue
        low, high = tensor["data_offsets"]
        bits = numpy.frombuffer(raw[start + low : start + high], numpy.uint16)
        if len(tensor["shape"]) == 1:
            values = (bits.astype(numpy.uint32) << 16).view(numpy.float32)
            writer.add_tensor(named(name), values)
        else:
            rows = bits.reshape(tensor["shape"]).view(numpy.uint8)
            writer.add_tensor(named(name), rows, raw_dtype=gguf.GGMLQuantizationType.BF16)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    folder = Path(sys.argv[1])
    threads = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    size = json.loads((folder / "config.json").read_text())["vocab_size"]
    with tempfile.TemporaryDirectory() as at:
        convert(folder, Path(at) / "model.gguf")
        params = xllamacpp.CommonParams()
        params.model.path = str(Path(at) / "model.gguf")
        params.n_ctx = 512
        params.n_batch = params.n_ubatch = 256
        params.n_parallel = 1
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
        server = xllamacpp.Server(params)
        decoding, scoring = [], []
        for _ in range(rounds):
            for count, said in ((16, 33), (256, 1)):
                prompt = [(i * 7919 + 13) % size for i in range(count)]
                ask = {"prompt": prompt, "n_predict": said, "ignore_eos": True, "temperature": 0, "cache_prompt": False}
                timings = server.handle_completions(ask)["timings"]
                if said > 1:
                    decoding.append(timings["predicted_per_second"])
                else:
                    scoring.append(timings["prompt_per_second"])
    print(f"decode {statistics.median(decoding):.1f} tok/s")
    print(f"prefill {statistics.median(scoring):.1f} tok/s")


main()
