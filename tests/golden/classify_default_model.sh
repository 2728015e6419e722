# Without -m: the model that comes with the program, found from where it is.
mkdir -p bin share/narr/models
cp "$(command -v narr-classify)" bin/
bin/narr-classify --text 'No model is beside this copy.' 2>&1 || echo "exit $?"
narr-train --quiet data/tiny.csv -o share/narr/models/western_balkans.narr > /dev/null
bin/narr-classify --text 'American soldiers are leaving Kosovo' --output csv 2>&1 | sed "s|$(pwd -P)|HERE|"
bin/narr-classify --quiet --model-info | grep '^vocabulary'
narr-classify --quiet --model-info | grep -q troop-withdrawal && echo found # built, not installed: the source tree's
