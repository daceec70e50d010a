"""Layers that Keras lacks. Imports Keras, so it is itself imported only where a model is built or loaded.

Each class stands alone but for `keras`: the code generator writes its source out.
"""

import keras


@keras.saving.register_keras_serializable(package="xception_explorer")
class LocalResponseNormalization(keras.layers.Layer):  # type: ignore[misc]
    """Divides each value by (bias + alpha * sum of squares) ** beta over the channels up to depth_radius away."""

    def __init__(self, depth_radius=5, bias=1.0, alpha=1.0, beta=0.5, **kwargs):  # type: ignore[no-untyped-def]
        super().__init__(**kwargs)
        self.depth_radius, self.bias, self.alpha, self.beta = depth_radius, bias, alpha, beta

    def call(self, x):  # type: ignore[no-untyped-def]  # noqa: D102
        radius, channels = self.depth_radius, x.shape[-1]
        squares = keras.ops.pad(keras.ops.square(x), [[0, 0]] * (len(x.shape) - 1) + [[radius, radius]])
        total = sum(squares[..., shift : shift + channels] for shift in range(2 * radius + 1))
        return x / keras.ops.power(self.bias + self.alpha * total, self.beta)

    def compute_output_shape(self, input_shape):  # type: ignore[no-untyped-def]  # noqa: D102
        return input_shape

    def get_config(self):  # type: ignore[no-untyped-def]  # noqa: D102
        settings = {"depth_radius": self.depth_radius, "bias": self.bias, "alpha": self.alpha, "beta": self.beta}
        return {**super().get_config(), **settings}


@keras.saving.register_keras_serializable(package="xception_explorer")
class ChannelScale(keras.layers.Layer):  # type: ignore[misc]
    """Each channel times its scale plus its offset; with reverse, the channels are first put in reverse order."""

    def __init__(self, scale, offset, reverse=False, **kwargs):  # type: ignore[no-untyped-def]
        super().__init__(**kwargs)
        self.scale, self.offset, self.reverse = scale, offset, reverse

    def call(self, x):  # type: ignore[no-untyped-def]  # noqa: D102
        if self.reverse:
            x = x[..., ::-1]
        return x * keras.ops.cast(self.scale, x.dtype) + keras.ops.cast(self.offset, x.dtype)

    def compute_output_shape(self, input_shape):  # type: ignore[no-untyped-def]  # noqa: D102
        return input_shape

    def get_config(self):  # type: ignore[no-untyped-def]  # noqa: D102
        return {**super().get_config(), "scale": self.scale, "offset": self.offset, "reverse": self.reverse}
