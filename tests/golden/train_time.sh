# Folds in time order: the first block is never tested.
python3 - > posts.csv <<'EOF'
import itertools
print("text,label,when")
for i, (one, two) in enumerate(itertools.permutations("today people say news we all now".split(), 2)):
    print(f"{'troops' if i % 2 else 'cat'} {one} {two},{'war' if i % 2 else 'none'},2025-01-{i // 2 + 1:02}")
EOF
narr-train posts.csv -o m.narr --features word=1 --time-column when --quiet | head -1
sed 's/2025-01-07/soon/' posts.csv > bad.csv
narr-train bad.csv -o m.narr --time-column when || echo "exit $?"
narr-train posts.csv -o m.narr --time-column date || echo "exit $?"
sed 's/2025-01-../2025/' posts.csv > same.csv
narr-train same.csv -o m.narr --time-column when || echo "exit $?"
