# The whole of --help.
narr-classify --help
