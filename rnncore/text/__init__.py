"""Text as a network reads it: corpora, tokenizers, vocabularies, windows and grammars."""
