/* narr_train.c - labelled CSV files in, a model and what it is worth out.
 *
 * What can go wrong is looked for before the long work: options, the place
 * of the output, all files, the test files among them. The model is saved
 * before anything else is done with it. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/interrupt.h"
#include "cli/labelled_files.h"
#include "cli/message.h"
#include "cli/model_info.h"
#include "cli/options.h"
#include "cli/output_path.h"
#include "cli/progress.h"
#include "cli/report_table.h"
#include "cli/tuning.h"
#include "narr/narr.h"

typedef struct settings {
  narr_cli_columns columns;
  narr_train_options train;
  narr_tune_options tune;
  bool tune_given;
  bool compact_given;
  const char *output;
  const char *report;
  narr_cli_list tests;
  bool quiet;
} settings;

static const settings defaults = {.columns = NARR_CLI_COLUMNS_INIT,
                                  .train = NARR_TRAIN_OPTIONS_INIT,
                                  .tune = NARR_TUNE_OPTIONS_INIT};

/* All that a run owns. */
typedef struct run {
  settings settings;
  int argc;
  char **argv;
  narr_cli_list corpora;
  narr_dataset *corpus;
  narr_dataset *test;
  narr_model *model;
  narr_report *out_of_fold;
  narr_report *test_report;
  double seconds; /* of training */
  narr_cli_tuning tuning;
} run;

/* ---- Options ------------------------------------------------------------------ */

#define INTO(member) NARR_CLI_INTO(settings, member)

static const narr_cli_option output_options[] = {
    {.name = "output",
     .alias = 'o',
     .kind = NARR_CLI_STRING,
     INTO(output),
     .value = "FILE",
     .help = "the model; required"},
    {.name = "report",
     .kind = NARR_CLI_STRING,
     INTO(report),
     .value = "FILE",
     .help = "write the figures as JSON, too"},
    {.name = "eval",
     .kind = NARR_CLI_LIST,
     INTO(tests),
     .value = "FILE",
     .help = "a labelled CSV to measure the model on; repeatable, all are one test set"},
};

static const narr_cli_option row_options[] = {
    {.name = "weight-column",
     .kind = NARR_CLI_STRING,
     INTO(columns.options.weight_column),
     .value = "NAME",
     .help = "column of how much a row counts, a positive number (default: all count 1)"},
    {.name = "group-column",
     .kind = NARR_CLI_STRING,
     INTO(columns.options.group_column),
     .value = "NAME",
     .help = "rows with one value here stay in one fold: posts of an author, translations of a "
             "text (rows of one text, or nearly, do anyway)"},
    {.name = "near-duplicates",
     .kind = NARR_CLI_CHOICE,
     INTO(train.near_duplicates),
     .choices = "off|on",
     .help = "rows with nearly the same text stay in one fold"},
    {.name = "time-column",
     .kind = NARR_CLI_STRING,
     INTO(columns.options.time_column),
     .value = "NAME",
     .help =
         "column of when a row was written, ISO 8601 or seconds since 1970: folds are blocks of "
         "time, each tested by what was learned from all before it"},
    {.name = "rare-labels",
     .kind = NARR_CLI_CHOICE,
     INTO(train.rare_labels),
     .choices = "refuse|keep",
     .help = "a label with too few rows is an error, or is kept and never flagged"},
};

static const narr_cli_option feature_options[] = {
    {.name = "features",
     .kind = NARR_CLI_STRING,
     INTO(train.features),
     .value = "LIST",
     .help = "n-grams: any of word=A-B, char=A-B (across words), char_wb=A-B (within words), each "
             "with a weight after a colon (0.01 to 1; none: 1)"},
    {.name = "text",
     .kind = NARR_CLI_STRING,
     INTO(train.text),
     .value = "LIST",
     .help =
         "what is undone in texts, each =on or =off: canonical (Serbian and Macedonian "
         "Cyrillic), fold (marks on Latin letters), disguise (look-alikes, stretched words ...), "
         "numbers, social (retweets, quotes), html; all"},
    {.name = "min-df",
     .kind = NARR_CLI_UNSIGNED,
     INTO(train.min_df),
     .at_least = 1,
     .value = "N",
     .help = "leave out terms that fewer texts have"},
    {.name = "max-features",
     .kind = NARR_CLI_UNSIGNED,
     INTO(train.max_features),
     .value = "N",
     .help = "keep only the most frequent terms; 0: all"},
    {.name = "compact",
     .kind = NARR_CLI_COUNT,
     .optional = true,
     INTO(train.compact),
     NARR_CLI_GIVEN(settings, compact_given),
     .value = "BYTES",
     .help = "a small model (none given: 5000000): as many terms as get in, those that make most "
             "of the margins, without the names that --model-info shows"},
    {.name = "tf",
     .kind = NARR_CLI_CHOICE,
     INTO(train.sublinear_tf),
     .choices = "raw|sublinear",
     .help = "how often a term occurs counts as it is, or as 1 + ln"},
    {.name = "idf",
     .kind = NARR_CLI_CHOICE,
     INTO(train.use_idf),
     .choices = "off|on",
     .help = "terms that few texts have count more"},
    {.name = "ratios",
     .kind = NARR_CLI_CHOICE,
     INTO(train.use_ratios),
     .choices = "off|on",
     .help = "terms that tell labels apart count more (log-count ratios)"},
};

static const narr_cli_option machine_options[] = {
    {.name = "kernel",
     .kind = NARR_CLI_CHOICE,
     INTO(train.kernel),
     .choices = "linear|poly|rbf|sigmoid",
     .help = "of the support vector machines"},
    {.name = "solver",
     .kind = NARR_CLI_CHOICE,
     INTO(train.solver),
     .choices = "auto|libsvm|linear",
     .help = "auto: linear for the linear kernel, libsvm for the others"},
    {.name = "loss",
     .kind = NARR_CLI_CHOICE,
     INTO(train.loss),
     .choices = "auto|hinge|squared-hinge",
     .help = "what a margin violation costs; auto: hinge for up to 2000 rows with any number of "
             "labels, else squared-hinge (libsvm: hinge)"},
    {.name = "C",
     .kind = NARR_CLI_NUMBER,
     INTO(train.C),
     .value = "X",
     .help = "cost of a margin violation; higher fits the corpus more closely; 0: the "
             "square root of 1000 / rows, within 1/8 and 1"},
    {.name = "gamma",
     .kind = NARR_CLI_NUMBER,
     INTO(train.gamma),
     .value = "X",
     .help = "of poly, rbf and sigmoid; 0: 1 / the sum of their squared weights"},
    {.name = "coef0",
     .kind = NARR_CLI_NUMBER,
     INTO(train.coef0),
     .value = "X",
     .help = "of poly and sigmoid"},
    {.name = "degree",
     .kind = NARR_CLI_UNSIGNED,
     INTO(train.degree),
     .at_least = 1,
     .at_most = 20,
     .value = "N",
     .help = "of poly"},
    {.name = "class-weight",
     .kind = NARR_CLI_CHOICE,
     INTO(train.class_weight),
     .choices = "none|balanced",
     .help = "balanced: errors on the rarer side of a label cost more"},
    {.name = "multi-label",
     .kind = NARR_CLI_FLAG,
     INTO(train.mode),
     .constant = NARR_MODE_MULTI_LABEL,
     .help = "a text gets each label that passes its threshold"},
    {.name = "exclusive",
     .kind = NARR_CLI_FLAG,
     INTO(train.mode),
     .constant = NARR_MODE_EXCLUSIVE,
     .help = "a text gets the one most probable label; without either option: where every row has "
             "exactly one label"},
    {.name = "gate",
     .kind = NARR_CLI_CHOICE,
     INTO(train.gate),
     .choices = "auto|on|off",
     .help = "first whether a text has any label at all, learned from all rows, then which, "
             "learned from rows that have one; auto: where several labels may hold and a quarter "
             "of 500 rows or more has none"},
    {.name = "objective",
     .kind = NARR_CLI_STRING,
     INTO(train.objective),
     .value = "GOAL",
     .help = "of thresholds: f1, precision=P, recall=R (shares), review-budget=N (texts flagged of "
             "1,000), false-flags=S (share of the texts without a label that may be flagged)"},
    {.name = "folds",
     .kind = NARR_CLI_UNSIGNED,
     INTO(train.folds),
     .at_least = 2,
     .at_most = 100,
     .value = "N",
     .help = "of the cross-validation that calibrates and measures"},
    {.name = "seed",
     .kind = NARR_CLI_UNSIGNED,
     INTO(train.seed),
     .value = "N",
     .help = "of the split into folds and of the solver"},
};

static const narr_cli_option tuning_options[] = {
    {.name = "tune",
     .kind = NARR_CLI_STRING,
     .optional = true,
     INTO(tune.what),
     NARR_CLI_GIVEN(settings, tune_given),
     .value = "LIST",
     .help = "search for the options with the best macro-F1 out of fold, then train with them; "
             "any of C, features, min-df, weights (tf, idf, ratios), loss, class-weight"},
    {.name = "tune-seconds",
     .kind = NARR_CLI_NUMBER,
     INTO(tune.seconds),
     NARR_CLI_GIVEN(settings, tune_given),
     .value = "X",
     .help = "the search ends after this time; 0: when all is tried"},
};

static const narr_cli_option general_options[] = {
    {.name = "jobs",
     .alias = 'j',
     .kind = NARR_CLI_UNSIGNED,
     INTO(train.jobs),
     .at_most = 1024,
     .value = "N",
     .help = "threads; 0: one a processor; makes no difference to the model"},
    {.name = "quiet",
     .kind = NARR_CLI_FLAG,
     INTO(quiet),
     .constant = true,
     .help = "no notes and no progress on standard error"},
    {.name = "help", .alias = 'h', .kind = NARR_CLI_HELP, .help = "show this"},
    {.name = "version", .alias = 'V', .kind = NARR_CLI_VERSION, .help = "show the version"},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool parse(run *r, int argc, char **argv, int *code) {
  settings *s = &r->settings;
  const narr_cli_group groups[] = {
      {"Output", output_options, COUNT(output_options), s, &defaults},
      {"Corpus", narr_cli_column_options, NARR_CLI_COLUMN_OPTION_COUNT, &s->columns,
       &defaults.columns},
      {NULL, row_options, COUNT(row_options), s, &defaults},
      {"Features", feature_options, COUNT(feature_options), s, &defaults},
      {"Learning", machine_options, COUNT(machine_options), s, &defaults},
      {"Tuning", tuning_options, COUNT(tuning_options), s, &defaults},
      {"General", general_options, COUNT(general_options), s, &defaults},
  };
  const narr_cli_program program = {
      .name = "narr-train",
      .usage = "  narr-train [options] CORPUS.csv... -o MODEL.narr\n",
      .about =
          "Learns from labelled texts which narratives a text pushes. A corpus is a CSV file\n"
          "with a header; a row's label cell holds labels separated by ';', or none.\n"
          "\"-\" is standard input.\n",
      .notes =
          "Prints what the model is worth: out-of-fold on the corpus and, with --eval, on a\n"
          "test set. The same files, options and seed give the same model, byte by byte.\n"
          "\n"
          "Exit codes: 0 fine, 2 wrong usage, 3 bad input, 5 system or memory,\n"
          "130 interrupted (no file is written).\n",
      .groups = groups,
      .group_count = COUNT(groups),
  };
  return narr_cli_parse(&program, argc, argv, &r->corpora, code);
}

/* ---- Stages: each returns an exit code ------------------------------------------- */

static int check(const run *r) {
  const settings *s = &r->settings;
  if (r->corpora.count == 0) return narr_cli_usage_error("no corpus: name a labelled CSV file");
  if (!s->output) return narr_cli_usage_error("no output: name the model file with -o");
  if (s->report && strcmp(s->report, s->output) == 0)
    return narr_cli_usage_error("--output and --report are one file");
  const char *const outputs[] = {s->output, s->report};
  for (size_t i = 0; i < COUNT(outputs); i++) {
    if (!outputs[i]) continue;
    int code = narr_cli_check_output(outputs[i], r->corpora.items, r->corpora.count);
    if (!code) code = narr_cli_check_output(outputs[i], s->tests.items, s->tests.count);
    if (code) return code;
  }
  return NARR_CLI_FINE;
}

static int read_files(run *r) {
  const settings *s = &r->settings;
  int code = narr_cli_read_labelled(&r->corpus, &s->columns, r->corpora.items, r->corpora.count);
  if (!code && s->tests.count > 0)
    code = narr_cli_read_labelled(&r->test, &s->columns, s->tests.items, s->tests.count);
  return code;
}

static int interrupted(void) {
  narr_cli_error("interrupted; nothing was written");
  return 128 + narr_cli_interrupt_signal();
}

/* "a, b and 3 more"; enough to know what is meant. */
static void note_some(const narr_report *report, size_t member, const char *what) {
  enum { SHOWN = 4 };
  char names[512] = "";
  size_t count = 0, used = 0;
  for (size_t l = 0; l < report->label_count; l++) {
    const narr_label_report *label = &report->labels[l];
    if (!*(const bool *)((const char *)label + member) || ++count > SHOWN) continue;
    int wrote =
        snprintf(names + used, sizeof names - used, "%s\"%.100s\"", used ? ", " : "", label->name);
    if (wrote > 0) used += (size_t)wrote;
  }
  if (count > SHOWN)
    narr_cli_note("%s: %s and %zu more", what, names, count - SHOWN);
  else if (count > 0)
    narr_cli_note("%s: %s", what, names);
}

/* What was made of the labels that the user may not expect. */
static void note_labels(const run *r) {
  const narr_report *report = r->out_of_fold;
  if (report->near_duplicate_labels > 0)
    narr_cli_note(
        "%zu label%s nearly the same texts only, which had to be split: the figures "
        "flatter",
        report->near_duplicate_labels, report->near_duplicate_labels == 1 ? " has" : "s have");
  if (report->level_count > 0)
    narr_cli_note("labels are paths on %zu levels (--label-paths none takes '/' for a letter)",
                  report->level_count);
  note_some(report, offsetof(narr_label_report, against_all),
            "too few rows of the parent without it, so learned against all rows");
  note_some(report, offsetof(narr_label_report, untrainable),
            "too rare to be learned, never flagged");
}

/* Labels whose thresholds are not what was asked for, but the nearest to it. */
static void note_unreached(const narr_report *report, const char *objective) {
  for (size_t l = 0; l < report->label_count; l++)
    if (!report->labels[l].objective_reached)
      narr_cli_note("label \"%s\": no threshold reaches %s; it has the best there is",
                    report->labels[l].name, objective);
}

/* The options become those that were found. */
static narr_status tune(run *r, narr_train_options *options, narr_error *error) {
  narr_tune_options how = r->settings.tune;
  r->tuning.progress = options->progress_context;
  r->tuning.quiet = r->settings.quiet;
  how.trial = narr_cli_tuning_trial;
  how.trial_context = &r->tuning;
  narr_train_options found;
  narr_status status = narr_tune(&found, r->corpus, options, &how, error);
  if (status) return status;
  *options = r->settings.train = found;
  if (r->tuning.best == 0)
    narr_cli_note("no trial came to its end in %g seconds: options stay as they are", how.seconds);
  return NARR_OK;
}

static int train(run *r) {
  narr_error error = NARR_ERROR_INIT;
  narr_cli_progress progress;
  narr_train_options options = r->settings.train;
  narr_status status = NARR_OK;
  if (!narr_cli_interrupt_watch()) return NARR_CLI_SYSTEM;
  narr_cli_progress_begin(&progress, !r->settings.quiet);
  if (r->settings.compact_given && !options.compact) options.compact = NARR_COMPACT_DEFAULT;
  options.progress = narr_cli_progress_report;
  options.progress_context = &progress;
  if (r->settings.tune_given) status = tune(r, &options, &error);
  if (!status) status = narr_train(&r->model, &r->out_of_fold, r->corpus, &options, &error);
  r->seconds = narr_cli_seconds_since(&progress.start);
  narr_cli_progress_end(&progress);
  if (narr_cli_interrupt_signal()) return interrupted();
  if (status) return narr_cli_fail(&error);
  if (options.mode == NARR_MODE_AUTO && narr_model_is_exclusive(r->model))
    narr_cli_note(
        "every row has exactly one label: exclusive mode (--multi-label forces the other)");
  note_labels(r);
  note_unreached(r->out_of_fold, options.objective);
  narr_fact solver, loss;
  if (options.solver == NARR_SOLVER_AUTO && narr_model_fact(r->model, "options.solver", &solver) &&
      narr_model_fact(r->model, "options.loss", &loss))
    narr_cli_note("solver: %.*s, loss: %.*s", narr_cli_fact_length(&solver),
                  narr_cli_fact_text(&solver), narr_cli_fact_length(&loss),
                  narr_cli_fact_text(&loss));
  return NARR_CLI_FINE;
}

static int save(run *r) {
  const settings *s = &r->settings;
  narr_error error = NARR_ERROR_INIT;
  narr_status status = narr_model_save(r->model, s->output, &error);
  if (!status && r->test)
    status = narr_evaluate(&r->test_report, r->model, r->test, NULL, s->train.jobs, &error);
  if (!status && s->report)
    status = narr_report_save(s->report, r->model, r->out_of_fold, r->test_report, &error);
  return status ? narr_cli_fail(&error) : NARR_CLI_FINE;
}

/* ---- What is printed ---------------------------------------------------------------- */

static void print_size(size_t bytes) {
  if (bytes < 1000000)
    printf("%.1f kB", (double)bytes / 1e3);
  else
    printf("%.1f MB", (double)bytes / 1e6);
}

static void print_summary(const run *r) {
  size_t bytes;
  narr_model_bytes(r->model, &bytes);
  const narr_report *report = r->out_of_fold;
  if (report->time_ordered)
    printf("rows        %zu (%zu tested, in time order)\n", narr_dataset_size(r->corpus),
           report->rows);
  else
    printf("rows        %zu (%zu without a label)\n", report->rows, report->none_rows);
  if (report->near_duplicate_groups > 0)
    printf("duplicates  %zu texts in %zu groups of nearly the same, which folds keep together\n",
           report->near_duplicate_texts, report->near_duplicate_groups);
  printf("labels      %zu\n", narr_model_label_count(r->model));
  if (narr_model_is_gated(r->model))
    printf("gate        a text is flagged from %.3f on for having any label\n",
           narr_model_threshold(r->model, NARR_ANY_LABEL));
  if (report->language_count > 0) printf("languages   %zu\n", report->language_count);
  printf("vocabulary  %zu terms\n", narr_model_feature_count(r->model));
  printf("training    %.2f s\n", r->seconds);
  printf("model       %s, ", r->settings.output);
  print_size(bytes);
  putchar('\n');
  if (r->tuning.trials > 0) {
    printf(
        "tuning      %zu trial%s, macro-F1 out of fold from %.3f to %.3f; the same again:\n        "
        " "
        "   ",
        r->tuning.trials, r->tuning.trials == 1 ? "" : "s", r->tuning.first, r->tuning.best);
    narr_cli_tuning_command(r->argc, r->argv, &r->settings.train);
  }
  putchar('\n');
}

static int print(const run *r) {
  print_summary(r);
  narr_cli_print_report(r->out_of_fold, "Out-of-fold", stdout);
  if (r->test_report) {
    putchar('\n');
    narr_cli_print_report(r->test_report, "Test set", stdout);
  }
  return narr_cli_finish(NARR_CLI_FINE);
}

static void run_free(run *r) {
  narr_report_free(r->test_report);
  narr_report_free(r->out_of_fold);
  narr_model_free(r->model);
  narr_dataset_free(r->test);
  narr_dataset_free(r->corpus);
  free(r->settings.tests.items);
  free(r->corpora.items);
}

int main(int argc, char **argv) {
  run r = {.settings = defaults, .argc = argc, .argv = argv};
  int code = NARR_CLI_FINE;
  narr_cli_begin("narr-train");
  if (parse(&r, argc, argv, &code)) {
    narr_cli_quiet(r.settings.quiet);
    code = check(&r);
    if (!code) code = read_files(&r);
    if (!code) code = train(&r);
    if (!code) code = save(&r);
    if (!code) code = print(&r);
  }
  run_free(&r);
  return code;
}
