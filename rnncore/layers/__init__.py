"""The fast twins: time-major layers on reserved buffers, exact to the last rounding.

Every layer has the same three parts in the same order: construction on views of weights and
gradients, `forward`, `backward`. What a layer returns is a view of its own buffer: it is valid
until the layer's next forward or backward call, and whoever wants to keep it copies it.
Shapes are checked where data enters (`Rnnlm`), never in here.
"""
