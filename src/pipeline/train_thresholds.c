/* train_thresholds.c - a threshold for each label, from out-of-fold
 * probabilities.
 *
 * For the best F1, a label's own best threshold is too much chance where it
 * has few positives. It is drawn towards one that needs no choice of its own:
 * all labels share the rate r, and a label with n positives gets the
 * threshold that flags r * n rows. Shared are numbers of flags, not a
 * probability: rare labels hardly ever reach a probability that suits
 * frequent ones. r is the one with the best sum of macro-F1 and samples-F1.
 * Between the two the log-odds are averaged, the own one with the weight
 * n / (n + 60).
 *
 * A label with a parent is flagged only where its parent is: parents' thresholds
 * are chosen first, and each level of a taxonomy shares a rate of its own. A gate
 * is the first level. It lets all texts pass where labels have to reach a
 * precision or a recall of their own, or share a budget; and as large a share of
 * the texts without a label as may be flagged, where that is the objective. */
#include <math.h>

#include "base/alloc.h"
#include "base/parallel.h"
#include "base/status.h"
#include "pipeline/training.h"
#include "svm/threshold.h"

#define SHARED_ROWS 60.0 /* the shared threshold counts as so many positives */

/* Rates from 1/2 to 4, each the eighth root of 2 times the last. */
enum { RATES = 25, ROWS_A_BLOCK = 4096 };
#define LOWEST_RATE 0.5
#define RATE_STEP 0.125

/* What is known of a label before the rate is chosen. */
typedef struct label_thresholds {
  double own;
  bool reached;      /* the objective, by `own` */
  size_t positives;  /* rows */
  double at[RATES];  /* the threshold at each rate */
  double f1s[RATES]; /* its F1 */
} label_thresholds;

typedef struct choosing {
  const narr_training *training;
  size_t without;           /* the fold whose rows have no say */
  size_t *level_of;         /* label_count; 0: no parent */
  size_t level;             /* of the labels that are being chosen for */
  narr_objective_kind goal; /* of labels: f1 behind a gate that limits false flags */
  double *thresholds;
  label_thresholds *labels;
  double (*samples)[RATES]; /* a block of rows each: sums of weighted F1s */
  size_t first, end;        /* the labels that share one threshold */
  double *highest;          /* a row each: its largest probability of them */
} choosing;

static bool has_say(const choosing *c, size_t row) {
  uint32_t fold = c->training->fold_of[row];
  return fold != c->without && fold != NARR_FOLD_NEVER;
}

static double weight_of(const choosing *c, size_t row) {
  return c->training->weights ? c->training->weights[row] : 1;
}

static bool is_chosen_now(const choosing *c, size_t label) {
  return c->level_of[label] == c->level && !c->training->untrainable[label];
}

/* 0 where the parent's threshold lets nothing through. */
static double probability_of(const choosing *c, size_t label, size_t row) {
  const narr_training *t = c->training;
  size_t parent = t->taxonomy.parents[label];
  if (parent != NARR_NO_PARENT && !narr_training_flags(t, c->thresholds, parent, c->without, row))
    return 0;
  return narr_training_probability(t, label, c->without, row);
}

/* ---- A label's own thresholds --------------------------------------------------- */

static bool rank_label(const choosing *c, size_t label, narr_ranking *ranking, size_t *positives) {
  const narr_training *t = c->training;
  double *probabilities = narr_alloc(t->row_count, sizeof *probabilities);
  double *weights = narr_alloc(t->row_count, sizeof *weights);
  int8_t *targets = narr_alloc(t->row_count, 1);
  size_t count = 0;
  bool ok = probabilities && weights && targets;
  for (size_t i = 0; ok && i < t->row_count; i++) {
    int8_t truth = t->truth[label * t->row_count + i];
    if (!has_say(c, i) || truth == 0 || !narr_training_tested(t, label, i)) continue;
    probabilities[count] = probability_of(c, label, i);
    targets[count] = truth;
    weights[count++] = weight_of(c, i);
    *positives += truth > 0;
  }
  ok = ok && narr_ranking_new(ranking, probabilities, targets, weights, count);
  narr_free(probabilities);
  narr_free(weights);
  narr_free(targets);
  return ok;
}

static int choose_own(void *context, size_t label, unsigned worker) {
  choosing *c = context;
  double value = c->training->objective.value;
  label_thresholds *out = &c->labels[label];
  narr_ranking ranking;
  (void)worker;
  if (!is_chosen_now(c, label)) return 0;
  *out = (label_thresholds){.reached = true};
  if (!rank_label(c, label, &ranking, &out->positives)) return 1;
  if (c->goal == NARR_OBJECTIVE_PRECISION)
    out->own = narr_threshold_for_precision(&ranking, value, &out->reached);
  else if (c->goal == NARR_OBJECTIVE_RECALL)
    out->own = narr_threshold_for_recall(&ranking, value, &out->reached);
  else
    out->own = narr_threshold_for_f1(&ranking, NULL);
  for (int r = 0; c->goal == NARR_OBJECTIVE_F1 && r < RATES; r++) {
    double rate = LOWEST_RATE * exp2(r * RATE_STEP);
    out->at[r] = narr_threshold_for_weight(&ranking, rate * ranking.positives);
    out->f1s[r] = narr_ranking_f1(&ranking, out->at[r]);
  }
  narr_ranking_free(&ranking);
  return 0;
}

/* ---- The rate -------------------------------------------------------------------- */

/* The F1 of one row at each rate. A label that is flagged at a rate is flagged
 * at all higher ones. */
static void add_row(const choosing *c, size_t row, double *sums) {
  const narr_training *t = c->training;
  size_t expected = 0, flagged[RATES] = {0}, hits[RATES] = {0};
  for (size_t l = 0; l < t->label_count; l++) {
    int8_t truth = t->truth[l * t->row_count + row];
    if (!is_chosen_now(c, l) || truth == 0) continue;
    double probability = probability_of(c, l, row);
    expected += truth > 0;
    for (int r = RATES; r-- > 0 && probability > 0 && probability >= c->labels[l].at[r];) {
      flagged[r]++;
      hits[r] += truth > 0;
    }
  }
  for (int r = 0; r < RATES; r++)
    sums[r] += expected + flagged[r]
                   ? weight_of(c, row) * 2 * (double)hits[r] / (double)(expected + flagged[r])
                   : weight_of(c, row);
}

static int add_block(void *context, size_t block, unsigned worker) {
  choosing *c = context;
  size_t rows = c->training->row_count, end = (block + 1) * ROWS_A_BLOCK;
  (void)worker;
  for (int r = 0; r < RATES; r++) c->samples[block][r] = 0;
  for (size_t i = block * ROWS_A_BLOCK; i < end && i < rows; i++)
    if (has_say(c, i)) add_row(c, i, c->samples[block]);
  return 0;
}

static int best_rate(const choosing *c, size_t blocks) {
  const narr_training *t = c->training;
  double best_value = -1, weight = 0;
  size_t labels = 0;
  int best = 0;
  for (size_t i = 0; i < t->row_count; i++)
    if (has_say(c, i)) weight += weight_of(c, i);
  for (size_t l = 0; l < t->label_count; l++) labels += is_chosen_now(c, l);
  for (int r = 0; labels && r < RATES; r++) {
    double macro = 0, samples = 0;
    for (size_t l = 0; l < t->label_count; l++)
      if (is_chosen_now(c, l)) macro += c->labels[l].f1s[r];
    for (size_t b = 0; b < blocks; b++) samples += c->samples[b][r];
    double value = macro / (double)labels + samples / weight;
    if (value <= best_value) continue;
    best_value = value;
    best = r;
  }
  return best;
}

static double log_odds(double probability) {
  return log(probability / (1 - probability));
}

/* Draws the level's thresholds together. */
static bool share(choosing *c) {
  const narr_training *t = c->training;
  size_t blocks = (t->row_count + ROWS_A_BLOCK - 1) / ROWS_A_BLOCK;
  if (!c->samples) c->samples = narr_alloc(blocks, sizeof *c->samples);
  if (!c->samples || narr_parallel(blocks, t->jobs, add_block, c, NULL, NULL) != 0) return false;
  int rate = best_rate(c, blocks);
  for (size_t l = 0; l < t->label_count; l++) {
    if (!is_chosen_now(c, l)) continue;
    const label_thresholds *label = &c->labels[l];
    double own = (double)label->positives / ((double)label->positives + SHARED_ROWS);
    double mean = own * log_odds(label->own) + (1 - own) * log_odds(label->at[rate]);
    c->thresholds[l] = 1 / (1 + exp(-mean));
  }
  return true;
}

static size_t find_levels(choosing *c) {
  const narr_training *t = c->training;
  size_t deepest = 0;
  for (size_t l = 0; l < t->label_count; l++) {
    c->level_of[l] = 0;
    for (size_t p = t->taxonomy.parents[l]; p != NARR_NO_PARENT; p = t->taxonomy.parents[p])
      c->level_of[l]++;
    if (c->level_of[l] > deepest) deepest = c->level_of[l];
  }
  return deepest;
}

/* Level by level: parents come first. */
static bool choose_all(choosing *c, bool *reached) {
  const narr_training *t = c->training;
  c->labels = narr_alloc_zero(t->label_count, sizeof *c->labels);
  c->level_of = narr_alloc(t->label_count, sizeof *c->level_of);
  if (!c->labels || !c->level_of) return false;
  size_t deepest = find_levels(c);
  bool has_gate = t->taxonomy.gated && t->objective.kind != NARR_OBJECTIVE_F1;
  for (c->level = has_gate; c->level <= deepest; c->level++) {
    if (narr_parallel(t->label_count, t->jobs, choose_own, c, NULL, NULL) != 0) return false;
    for (size_t l = 0; l < t->label_count; l++) {
      if (!is_chosen_now(c, l)) continue;
      c->thresholds[l] = c->labels[l].own;
      reached[l] = c->labels[l].reached;
    }
    if (c->goal == NARR_OBJECTIVE_F1 && !share(c)) return false;
  }
  return true;
}

/* ---- The budget ------------------------------------------------------------------ */

static int find_highest(void *context, size_t block, unsigned worker) {
  choosing *c = context;
  const narr_training *t = c->training;
  size_t end = (block + 1) * ROWS_A_BLOCK;
  (void)worker;
  for (size_t i = block * ROWS_A_BLOCK; i < end && i < t->row_count; i++) {
    c->highest[i] = 0;
    for (size_t l = c->first; l < c->end; l++)
      if (!t->untrainable[l])
        c->highest[i] = fmax(c->highest[i], narr_training_probability(t, l, c->without, i));
  }
  return 0;
}

static bool has_a_label(const narr_training *t, size_t row) {
  for (size_t l = 0; l < t->label_count; l++)
    if (t->truth[l * t->row_count + row] > 0) return true;
  return false;
}

/* One threshold for the labels `first` to `end` - 1, so that no more than a share
 * of the texts is flagged; or of the texts without a label. Those with the most
 * probable labels are. A label is never more probable than its parent, so that
 * no flag is lost to a parent's threshold. */
static bool spend_budget(choosing *c, size_t first, size_t end) {
  const narr_training *t = c->training;
  c->first = first;
  c->end = end;
  bool false_flags = t->objective.kind == NARR_OBJECTIVE_FALSE_FLAGS;
  double share = false_flags ? t->objective.value : t->objective.value / 1000;
  size_t blocks = (t->row_count + ROWS_A_BLOCK - 1) / ROWS_A_BLOCK, count = 0;
  double *weights = narr_alloc(t->row_count, sizeof *weights);
  int8_t *targets = narr_alloc_zero(t->row_count, 1);
  narr_ranking ranking = {0};
  c->highest = narr_alloc(t->row_count, sizeof *c->highest);
  bool ok = weights && targets && c->highest &&
            narr_parallel(blocks, t->jobs, find_highest, c, NULL, NULL) == 0;
  for (size_t i = 0; ok && i < t->row_count; i++) {
    if (!has_say(c, i) || (false_flags && has_a_label(t, i))) continue;
    c->highest[count] = c->highest[i];
    weights[count++] = weight_of(c, i);
  }
  ok = ok && narr_ranking_new(&ranking, c->highest, targets, weights, count);
  if (ok) {
    double threshold = narr_threshold_for_weight(&ranking, ranking.total * share);
    for (size_t l = first; l < end; l++)
      if (!t->untrainable[l]) c->thresholds[l] = threshold;
  }
  narr_ranking_free(&ranking);
  narr_free(weights);
  narr_free(targets);
  return ok;
}

narr_status narr_training_thresholds(const narr_training *t, size_t without, double *thresholds,
                                     bool *reached, narr_error *error) {
  narr_objective_kind kind = t->objective.kind;
  bool guarded = t->taxonomy.gated && kind == NARR_OBJECTIVE_FALSE_FLAGS;
  choosing c = {.training = t,
                .without = without,
                .goal = guarded ? NARR_OBJECTIVE_F1 : kind,
                .thresholds = thresholds};
  size_t named = narr_training_named(t);
  for (size_t l = 0; l < t->label_count; l++) {
    thresholds[l] = NARR_NEVER_FLAGGED;
    reached[l] = true;
  }
  if (t->taxonomy.gated && kind != NARR_OBJECTIVE_F1) thresholds[named] = 0;
  bool ok;
  if (guarded)
    ok = spend_budget(&c, named, t->label_count) && choose_all(&c, reached);
  else if (kind == NARR_OBJECTIVE_REVIEW_BUDGET || kind == NARR_OBJECTIVE_FALSE_FLAGS)
    ok = spend_budget(&c, 0, named);
  else
    ok = choose_all(&c, reached);
  narr_free(c.labels);
  narr_free(c.level_of);
  narr_free(c.samples);
  narr_free(c.highest);
  return ok ? NARR_OK : narr_fail_memory(error);
}
