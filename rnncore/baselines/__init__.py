"""Language models without a state: n-grams, and networks that read a window of fixed length."""
