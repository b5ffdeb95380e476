"""Runs in the background: the store they report to, the worker that trains, who starts it."""
