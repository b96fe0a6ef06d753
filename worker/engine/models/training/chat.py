"""How messages become tokens: the tokenizer, and the chat template that Rust reads too."""

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

BEGIN, END = "<|begin|>", "<|end|>"
SPECIALS = [BEGIN, END, "<|system|>", "<|user|>", "<|assistant|>"]

TEMPLATE = (
    "{{ bos_token }}"
    "{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>' + message['content'] + eos_token }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)

TOKENIZER_CONFIG = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "bos_token": BEGIN,
    "eos_token": END,
    "pad_token": END,
    "unk_token": None,
    "add_bos_token": True,
    "add_eos_token": False,
    "clean_up_tokenization_spaces": False,
    "model_max_length": 1024,
    "chat_template": TEMPLATE,
}


def train_tokenizer(texts, size):
    """A byte-level BPE: every text has tokens, and decoding gives it back."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=size, special_tokens=SPECIALS, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BEGIN} $A", special_tokens=[(BEGIN, SPECIALS.index(BEGIN))])
    return tokenizer


class Chat:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.id = {name: tokenizer.token_to_id(name) for name in SPECIALS}

    def plain(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def tokens(self, messages):
        """Token ids of a conversation, and for each how much its prediction counts: answers fully, questions little."""
        ids, weights = [self.id[BEGIN]], [0.0]
        for role, text in messages:
            said = self.plain(text) + [self.id[END]]
            ids += [self.id[f"<|{role}|>"]] + said
            weights += [0.0] + [1.0 if role == "assistant" else 0.1] * len(said)
        return ids, weights
