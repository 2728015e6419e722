# The whole of --help.
narr-train --help
