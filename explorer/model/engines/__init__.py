"""The forward pass, by OpenVINO or TensorFlow."""
