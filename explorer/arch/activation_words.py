"""What activations are called where people read them."""

_WRITTEN = {"relu": "ReLU", "relu6": "ReLU6", "elu": "ELU"}


def activation_words(function: str) -> str:
    """As papers write it: "ReLU6"; a function that is no abbreviation under its own name: "sigmoid"."""
    return _WRITTEN.get(function, function.replace("_", " "))
