"""Tiny tokenizers with the true ids of the shipped models' special tokens; ordinary text is a token a byte."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

Ids = Mapping[str, int]


class Vocabulary:
    """Text to ids and back."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer

    def encode(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def decode(self, ids: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=False))

    def texts(self, ids: Iterable[int], *, special: bool = False) -> Iterator[str]:
        """Return what each id adds to the text; empty within a character of several bytes."""
        stream = decoders.DecodeStream(skip_special_tokens=not special)
        for id_ in ids:
            yield stream.step(self._tokenizer, id_) or ""


def byte_level(special: Ids, plain: Ids | None = None, newlines: int | None = 271, shift: int = 0) -> Vocabulary:
    """Return GPT-2's order of bytes, in which 10 is `+` and 198 a line break; `newlines` is the id of two of them.

    A token has its id before it is added: those that are new to the vocabulary get the next free one.
    """
    plain = plain or {}
    bytes_ = {character: number + shift for number, character in enumerate(_byte_characters())} | {"Ċ": 198}
    pairs = {} if newlines is None else {"ĊĊ": newlines}
    merges = [("Ċ", "Ċ")] if pairs else []
    tokenizer = Tokenizer(models.BPE(vocab={**bytes_, **pairs, **special, **plain}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    return _with(tokenizer, special, plain)


def byte_fallback(special: Ids) -> Vocabulary:
    """Return SentencePiece's order: the bytes come after three special tokens, so that 13 is a line break."""
    bytes_ = {f"<0x{byte:02X}>": 3 + byte for byte in range(256)}
    tokenizer = Tokenizer(models.BPE(vocab={**special, **bytes_}, merges=[], unk_token="<unk>", byte_fallback=True))
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    return _with(tokenizer, special, {})


def _with(tokenizer: Tokenizer, special: Ids, plain: Ids) -> Vocabulary:
    tokenizer.add_special_tokens([AddedToken(text, special=True, normalized=False) for text in special])
    tokenizer.add_tokens([AddedToken(text, special=False, normalized=False) for text in plain])
    return Vocabulary(tokenizer)


def _byte_characters() -> list[str]:
    bytes_ = [*range(33, 127), *range(161, 173), *range(174, 256)]
    return [chr(byte) for byte in bytes_] + [chr(256 + number) for number in range(256 - len(bytes_))]


QWEN3 = byte_level(
    {"<|endoftext|>": 151643, "<|im_start|>": 151644, "<|im_end|>": 151645}, {"<think>": 151667, "</think>": 151668}
)
R1_DISTILL_QWEN = byte_level(
    {
        "<｜end▁of▁sentence｜>": 151643,
        "<｜User｜>": 151644,
        "<｜Assistant｜>": 151645,
        "<｜begin▁of▁sentence｜>": 151646,
    },
    {"<think>": 151648, "</think>": 151649},
)
_GLM = {
    "<|endoftext|>": 151329,
    "[gMASK]": 151331,
    "<sop>": 151333,
    "<|system|>": 151335,
    "<|user|>": 151336,
    "<|assistant|>": 151337,
    "<|observation|>": 151338,
}
GLM_4 = byte_level(_GLM, newlines=None)
GLM_4_7 = byte_level(_GLM, {"<think>": 151350, "</think>": 151351}, newlines=None)
GPT_OSS = byte_level(
    {
        "<|endoftext|>": 199999,
        "<|return|>": 200002,
        "<|channel|>": 200005,
        "<|start|>": 200006,
        "<|end|>": 200007,
        "<|message|>": 200008,
        "<|call|>": 200012,
    },
    newlines=279,
)
LLAMA_3_1 = byte_level(
    {
        "<|begin_of_text|>": 128000,
        "<|end_of_text|>": 128001,
        "<|start_header_id|>": 128006,
        "<|end_header_id|>": 128007,
        "<|eom_id|>": 128008,
        "<|eot_id|>": 128009,
    }
)
SMOLLM2 = byte_level({"<|endoftext|>": 0, "<|im_start|>": 1, "<|im_end|>": 2}, newlines=1116, shift=2000)
MISTRAL_V1 = byte_fallback({"<unk>": 0, "<s>": 1, "</s>": 2})
