"""Lockstep: K trainings of one shape whose updates share every call of NumPy.

A small network spends most of an update on calling NumPy, not on arithmetic. Here the weights of K
runs lie in one array (K, P), their windows in one (K, T, N), and each line of the update is done
for all of them at once. The layers mirror those of `rnncore/layers` sum by sum, so that every run
gets the bits it gets alone: a stacked matmul calls the same kernel for each run, elementwise
functions do not see their neighbours, and whatever is summed is summed run by run.
"""
