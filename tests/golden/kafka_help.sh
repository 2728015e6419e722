narr-kafka --help
