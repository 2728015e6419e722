# What narr-kafka says to wrong command lines, and where there is no cluster.
. "$GOLDEN/support/model.sh"
printf '# secrets\n\nsasl.username = me\nnonsense\n' >bad.properties
topics="--brokers 127.0.0.1:1 --input-topic a --output-topic b"
for wrong in "" "--brokers 127.0.0.1:1" "$topics c" "--brokers x --input-topic a --output-topic a" \
  "$topics --dead-letter-topic a" "$topics --delivery at-least-once --transactional-id x" "$topics --delivery twice" \
  "$topics --format csv" "$topics --config nonsense=1" "$topics --config nonsense" "$topics --config-file bad.properties" \
  "$topics --config-file no.properties" "$topics --consumer-config session.timeout.ms=x" "$topics --threshold nobody=0.5" \
  "$topics --batch 0" "$topics --producer-config transaction.timeout.ms=0"; do
  echo "== $wrong"
  status=0
  narr-kafka -m tiny.narr $wrong 2>&1 || status=$?
  echo "exit $status"
done
narr-kafka --version | sed 's/[0-9.]*$/N/'
