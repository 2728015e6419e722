# --version and -V.
narr-train --version
narr-train -V
