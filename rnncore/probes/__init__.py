"""What can be measured of a model on given tokens. Probes read the weights and change nothing."""
