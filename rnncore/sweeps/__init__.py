"""Sweeps: many short runs that differ in some settings, asked for one after another."""
