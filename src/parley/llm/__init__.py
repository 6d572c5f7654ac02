"""Language models behind an OpenAI-compatible address: what they are asked, and what they answer.

`client` asks (cache, retries, time limits), `prompt` words the question, `answers` reads the
answer, `annotator` does it for a document. Models quote right and count wrong, so they answer with
quoted words, and `parley.quotes` turns these into offsets.
"""
