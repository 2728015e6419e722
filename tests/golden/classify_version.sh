# --version and -V.
narr-classify --version
narr-classify -V
