"""What a layer does on a picture: channels, kernels, windows, a separable convolution's steps."""
