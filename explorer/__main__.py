"""`python -m explorer`."""

import os

# TensorFlow's greetings are not the program's; its errors stay.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from explorer.cli.program import main

if __name__ == "__main__":
    main()
