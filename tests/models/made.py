"""Tiny models and documents, made on the spot: nothing is fetched."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from parley.baselines.sample import Sample

#: A ship, a decomposed é, Chinese and a flag (two code points) before the names.
TEXT = (
    "Harbour talks\n"
    "By Halvard Mirkwood\n"
    "🚢 In the cafe\u0301 of 北京, Halvard Mirkwood met 🇳🇴 envoys of Lennaburg-on-Sea. "
    "Mirkwood left Lennaburg early, Mirkwood said.\n"
)
WORDS = """
    harbour talks by halvard mirkwood in the cafe of met envoys lennaburg on sea left early said
    and river was closed again because it did not rain
"""


def sample(text: str = TEXT, doc_id: str = "harbour-talks") -> Sample:
    """A document: a title, a byline, and a line of body that is cut at full stops."""
    lines = []
    at = 0
    for line in text.splitlines():
        lines.append((at, at + len(line)))
        at += len(line) + 1
    kinds = ["title", "byline", *["body"] * len(lines)]
    sentences = []
    for start, end in lines:
        while start < end:
            stop = text.find(". ", start, end)
            last = stop + 1 if stop >= 0 else end
            sentences.append((start, last))
            start = last + 1
    return Sample(
        doc_id,
        text,
        tuple(sentences),
        tuple((*line, kind) for line, kind in zip(lines, kinds, strict=False)),
        "2031-04-01",
        "harbour",
        "wire",
    )


def options(module: Any, *words: str) -> Namespace:
    """The options of a baseline as the command gives them."""
    parser = ArgumentParser()
    module.configure(parser)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args([*words, "--device", "cpu"])


def tokenizer(length: int) -> Any:
    """A WordPiece tokenizer that lower-cases and strips accents, as BERT's uncased one does."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))  # type: ignore[call-arg,unused-ignore]
    made.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    made.train_from_iterator(
        [WORDS] * 9,
        trainers.WordPieceTrainer(vocab_size=400, special_tokens=special, show_progress=False),
    )
    made.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=length,
    )


def classifier(
    folder: Path, labels: dict[str, str], others: tuple[str, ...] = (), length: int = 32
) -> Path:
    """A BERT without layers whose weights are set by hand: the piece `word` gets `labels[word]`.

    Every other piece gets O. `others` are labels that the model has and never gives.
    """
    import torch
    from transformers import BertConfig, BertForTokenClassification

    pieces = tokenizer(length)
    size = len(pieces)
    names = ["O", *dict.fromkeys([*labels.values(), *others])]
    config = BertConfig(
        vocab_size=size,
        hidden_size=size,
        num_hidden_layers=0,
        num_attention_heads=1,
        intermediate_size=4,
        max_position_embeddings=length,
        id2label=dict(enumerate(names)),
        label2id={name: place for place, name in enumerate(names)},
    )
    model = BertForTokenClassification(config)
    with torch.no_grad():
        for parameter in model.bert.embeddings.parameters():
            parameter.zero_()
        model.bert.embeddings.LayerNorm.weight.fill_(1.0)
        # Each piece is its own direction, so that a row of the classifier picks pieces.
        model.bert.embeddings.word_embeddings.weight.copy_(torch.eye(size))
        model.classifier.weight.zero_()
        model.classifier.bias.zero_()
        model.classifier.bias[0] = 1.0
        for word, label in labels.items():
            model.classifier.weight[names.index(label), pieces.convert_tokens_to_ids(word)] = 5.0
    model.save_pretrained(folder)
    pieces.save_pretrained(folder)
    return folder


def gliner(folder: Path, *, length: int = 512, words: int = 40) -> Path:
    """A GLiNER over a BERT of one layer, its weights random but always the same."""
    import torch
    from gliner.config import UniEncoderSpanConfig
    from gliner.model import UniEncoderSpanGLiNER

    pieces = tokenizer(length)
    config = UniEncoderSpanConfig(
        model_name="made",
        max_len=words,
        max_width=4,
        hidden_size=16,
        dropout=0.0,
        span_mode="markerV0",
        encoder_config={
            "model_type": "bert",
            "vocab_size": len(pieces),
            "hidden_size": 16,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "intermediate_size": 16,
            "max_position_embeddings": length,
        },
    )
    torch.manual_seed(3)
    model = UniEncoderSpanGLiNER(config, tokenizer=pieces)
    pieces.add_tokens([config.ent_token, config.sep_token], special_tokens=True)
    model.resize_embeddings()
    model.save_pretrained(folder, safe_serialization=True)
    return folder
