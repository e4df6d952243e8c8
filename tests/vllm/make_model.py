"""Makes a tiny Qwen3 with random weights (two layers) around the true Qwen3 tokenizer: make_model.py TOKENIZER OUT."""

import json
import shutil
import sys
from pathlib import Path

import torch
from transformers import Qwen3Config, Qwen3ForCausalLM
from transformers.utils.logging import disable_progress_bar

END_OF_TEXT, END_OF_TURN = 151643, 151645
SIZE = {
    "vocab_size": 151936,
    "hidden_size": 16,  # its product with 151,936 tokens is most of a step's work
    "intermediate_size": 128,
    "num_hidden_layers": 1,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 32,
    "max_position_embeddings": 8192,
}
# As in the published Qwen3: two ends of sequence, of which only the first has a `stop_reason` of null.
GENERATION = {
    "bos_token_id": END_OF_TEXT,
    "pad_token_id": END_OF_TEXT,
    "eos_token_id": [END_OF_TURN, END_OF_TEXT],
    "do_sample": True,
    "temperature": 0.6,
    "top_p": 0.95,
}


def make(tokenizer: Path, out: Path) -> None:
    torch.manual_seed(0)
    config = Qwen3Config(**SIZE, tie_word_embeddings=True, bos_token_id=END_OF_TEXT, eos_token_id=END_OF_TURN)
    Qwen3ForCausalLM(config).save_pretrained(out)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(tokenizer / name, out)
    (out / "generation_config.json").write_text(json.dumps(GENERATION, indent=1) + "\n")


disable_progress_bar()
make(*map(Path, sys.argv[1:]))
