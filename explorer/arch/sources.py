"""Where figures of more than one network are printed."""

XCEPTION_TABLE_1 = "arXiv:1610.02357, table 1"
KERAS_IO = "keras.io, table of applications"
TORCHVISION = "torchvision, weights V1"
TIMM_RESULTS = "timm, results-imagenet.csv"
TIMM_BENCHMARK = "timm, benchmark-infer-fp32-nchw-pt240-cpu-i9_10940x-dynamo.csv"

ONE_CROP = "one model, one crop"
"""A note on how accuracy was measured, where a source says so."""

REMINDER = "quoted there as a reminder, not measured anew"
