/* narr_classify.c - which narratives texts push: one text, streams of them,
 * or labelled files to measure a model on. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/decisions.h"
#include "cli/default_model.h"
#include "cli/interrupt.h"
#include "cli/labelled_files.h"
#include "cli/message.h"
#include "cli/model_info.h"
#include "cli/options.h"
#include "cli/output_path.h"
#include "cli/progress.h"
#include "cli/record_options.h"
#include "cli/report_table.h"
#include "cli/resume.h"
#include "cli/stream_source.h"
#include "cli/stream_summary.h"
#include "cli/text_table.h"
#include "narr/narr.h"

typedef enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } color_choice;

typedef struct settings {
  narr_cli_columns columns;
  narr_cli_records records;
  narr_cli_summary summary;
  const char *model;
  const char *text;
  const char *report;
  size_t top;
  narr_cli_decisions decisions;
  const char *checkpoint;
  color_choice color;
  bool output_given, id_column_given;
  bool evaluate, model_info, exit_status, quiet, worker, follow;
} settings;

static const settings defaults = {.columns = NARR_CLI_COLUMNS_INIT,
                                  .top = 10,
                                  .records = NARR_CLI_RECORDS_INIT,
                                  .summary = NARR_CLI_SUMMARY_INIT};

/* All that a run owns, and what it counted. */
typedef struct run {
  settings settings;
  narr_cli_list files;
  char *default_model; /* its path, if it is used */
  narr_model *model;
  narr_checkpoint *checkpoint;
  narr_stream_stats total;
} run;

/* ---- Options ------------------------------------------------------------------ */

#define INTO(member) NARR_CLI_INTO(settings, member)
#define GIVEN(member) NARR_CLI_GIVEN(settings, member)

static const narr_cli_option task_options[] = {
    {.name = "model",
     .alias = 'm',
     .kind = NARR_CLI_STRING,
     INTO(model),
     .value = "FILE",
     .help = "made by narr-train; none named: the one on the Western Balkans that comes with "
             "the program"},
    {.name = "text",
     .kind = NARR_CLI_STRING,
     INTO(text),
     .value = "TEXT",
     .help = "classify this text"},
    {.name = "evaluate",
     .kind = NARR_CLI_FLAG,
     INTO(evaluate),
     .constant = true,
     .help = "the files are labelled CSVs: print what the model is worth on them"},
    {.name = "report",
     .kind = NARR_CLI_STRING,
     INTO(report),
     .value = "FILE",
     .help = "with --evaluate: write the figures as JSON, too"},
    {.name = "model-info",
     .kind = NARR_CLI_FLAG,
     INTO(model_info),
     .constant = true,
     .help = "print how the model was made, what its labels are worth and which terms they "
             "hang on; as JSON with --output jsonl"},
    {.name = "top",
     .kind = NARR_CLI_UNSIGNED,
     INTO(top),
     .value = "K",
     .help = "with --model-info: K terms for and against each label"},
};

static const narr_cli_option input_options[] = {
    {.name = "id-column",
     .kind = NARR_CLI_STRING,
     INTO(records.stream.id_column),
     GIVEN(id_column_given),
     .value = "NAME",
     .help = "CSV: column of the ids (default: id, if there is one, else the line number)"},
    {.name = "follow",
     .kind = NARR_CLI_FLAG,
     INTO(follow),
     .constant = true,
     .help = "the file grows: wait at its end for more, and for the one that takes its place"},
    {.name = "checkpoint",
     .kind = NARR_CLI_STRING,
     INTO(checkpoint),
     .value = "FILE",
     .help = "keep there how far it came: the same command goes on, whatever ended it; append "
             "the output with >>"},
    {.name = "strict",
     .kind = NARR_CLI_FLAG,
     INTO(records.stream.strict),
     .constant = true,
     .help = "the first bad record ends the program; else it becomes an error record"},
};

static const narr_cli_option output_options[] = {
    {.name = "output",
     .kind = NARR_CLI_CHOICE,
     INTO(records.stream.output),
     GIVEN(output_given),
     .choices = "jsonl|csv|tsv|table",
     .help = "format of the output; of one text on a terminal it is table"},
    {.name = "color",
     .kind = NARR_CLI_CHOICE,
     INTO(color),
     .choices = "auto|always|never",
     .help = "mark words in a table; auto: on a terminal, unless NO_COLOR is set"},
    {.name = "worker",
     .kind = NARR_CLI_FLAG,
     INTO(worker),
     .constant = true,
     .help = "for other engines: answer each line of standard input with one line, jsonl or tsv, "
             "without a header"},
    {.name = "chunk-header",
     .kind = NARR_CLI_FLAG,
     INTO(records.stream.chunk_headers),
     .constant = true,
     .help = "with --worker: a line with a number comes before as many lines, as ClickHouse "
             "sends them"},
    {.name = "flush",
     .kind = NARR_CLI_CHOICE,
     INTO(records.stream.flush_lines),
     .choices = "batch|line",
     .help = "line: write each record by itself"},
};

static const narr_cli_option general_options[] = {
    {.name = "jobs",
     .alias = 'j',
     .kind = NARR_CLI_UNSIGNED,
     INTO(records.stream.jobs),
     .at_most = 1024,
     .value = "N",
     .help = "threads; 0: one a processor; makes no difference to the output"},
    {.name = "exit-status",
     .kind = NARR_CLI_FLAG,
     INTO(exit_status),
     .constant = true,
     .help = "exit with 1 if nothing was flagged"},
    {.name = "quiet",
     .kind = NARR_CLI_FLAG,
     INTO(quiet),
     .constant = true,
     .help = "no notes on standard error"},
    {.name = "help", .alias = 'h', .kind = NARR_CLI_HELP, .help = "show this"},
    {.name = "version", .alias = 'V', .kind = NARR_CLI_VERSION, .help = "show the version"},
};

static const char usage[] =
    "  narr-classify [-m MODEL] [options] --text TEXT\n"
    "  narr-classify [-m MODEL] [options] [FILE... | -]\n"
    "  narr-classify [-m MODEL] [options] --worker\n"
    "  narr-classify [-m MODEL] [options] --evaluate LABELLED.csv...\n"
    "  narr-classify [-m MODEL] --model-info\n";

static const char about[] =
    "Says of each text which narratives it pushes, how surely, and why. Writes one record\n"
    "for each it reads, in order. A bad record becomes an error record. \"-\", or no file,\n"
    "is standard input.\n";

static const char notes[] =
    "Doubts: a text is too-short with less than 3 words, of unknown-script where no text of\n"
    "the training corpus was in its script, and of unknown-words if less than 0.3 of its words\n"
    "are known (--abstain low: 1 word, 0.15; high: 5 words, 0.5). Such a text is \"doubtful\"\n"
    "and judged all the same; with --abstain it is \"abstained\" and flagged with nothing.\n"
    "\n"
    "Formats: with --format auto a file named .csv, .tsv, .jsonl, .ndjson or .json is that, also\n"
    "packed (.gz, .zst: what is packed with gzip or Zstandard is unpacked, whatever its name).\n"
    "Else --text-field and --id-field mean jsonl, and --text-column, --id-column and\n"
    "--delimiter mean csv. Else an input whose first line begins with '{' is jsonl, and any\n"
    "other is lines, a text a line. --format tsv: a text a line, or an id, a TAB and a text,\n"
    "without a header, escaped (\\t \\n \\\\) as databases do.\n"
    "\n"
    "Exit codes: 0 fine (error records don't count, but for --strict), 1 nothing flagged\n"
    "(with --exit-status), 2 wrong usage, 3 bad input, 4 bad model, 5 system or memory.\n"
    "SIGINT and SIGTERM end a stream as its end would.\n";

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool parse(run *r, int argc, char **argv, int *code) {
  settings *s = &r->settings;
  const narr_cli_group groups[] = {
      {"Task", task_options, COUNT(task_options), s, &defaults},
      {"Input", narr_cli_record_input, NARR_CLI_RECORD_INPUT_COUNT, &s->records, &defaults.records},
      {NULL, input_options, COUNT(input_options), s, &defaults},
      {"CSV files, labelled or not", narr_cli_column_options, NARR_CLI_COLUMN_OPTION_COUNT,
       &s->columns, &defaults.columns},
      {"Output", narr_cli_record_output, NARR_CLI_RECORD_OUTPUT_COUNT, &s->records,
       &defaults.records},
      {NULL, output_options, COUNT(output_options), s, &defaults},
      {NULL, narr_cli_decision_options, NARR_CLI_DECISION_OPTION_COUNT, &s->decisions,
       &defaults.decisions},
      {"What the stream tells", narr_cli_summary_options, NARR_CLI_SUMMARY_OPTION_COUNT,
       &s->summary, &defaults.summary},
      {"General", general_options, COUNT(general_options), s, &defaults},
  };
  const narr_cli_program program = {.name = "narr-classify",
                                    .usage = usage,
                                    .about = about,
                                    .notes = notes,
                                    .groups = groups,
                                    .group_count = COUNT(groups)};
  return narr_cli_parse(&program, argc, argv, &r->files, code);
}

/* ---- Checks: each returns an exit code ---------------------------------------------- */

static int check_task(const run *r) {
  const settings *s = &r->settings;
  if ((s->text != NULL) + s->evaluate + s->model_info > 1)
    return narr_cli_usage_error("--text, --evaluate and --model-info are different tasks");
  if (s->text && r->files.count > 0)
    return narr_cli_usage_error("--text and the file %s: choose one", r->files.items[0]);
  if (s->model_info && r->files.count > 0)
    return narr_cli_usage_error("--model-info reads no file such as %s", r->files.items[0]);
  if (s->report && !s->evaluate) return narr_cli_usage_error("--report goes with --evaluate only");
  if (s->evaluate && s->decisions.thresholds.count > 0)
    return narr_cli_usage_error("--evaluate uses the model's thresholds, not --threshold");
  if (narr_cli_summary_wanted(&s->summary) && (s->text || s->evaluate || s->model_info))
    return narr_cli_usage_error("--summary, --alert and what goes with them are for streams");
  if (s->summary.alerts.count > 0 && s->records.stream.output != NARR_OUTPUT_JSONL)
    return narr_cli_usage_error("--alert writes JSON lines: --output must be jsonl");
  if (!s->text && !s->model_info && r->files.count == 0 && isatty(STDIN_FILENO))
    return narr_cli_usage_error("nothing to classify: use --text TEXT, name a file, or - to type");
  return NARR_CLI_FINE;
}

static int check_long_run(const run *r) {
  const settings *s = &r->settings;
  bool stream = !s->text && !s->evaluate && !s->model_info && !s->worker;
  if (s->follow && (!stream || r->files.count != 1 || strcmp(r->files.items[0], "-") == 0))
    return narr_cli_usage_error("--follow is for one file");
  if (!s->checkpoint) return NARR_CLI_FINE;
  if (!stream) return narr_cli_usage_error("--checkpoint is for streams of records");
  if (narr_cli_summary_wanted(&s->summary))
    return narr_cli_usage_error("--checkpoint does not keep a summary: no --summary, no --alert");
  return NARR_CLI_FINE;
}

/* One line out for one in: nothing that leaves lines out or makes more of one. */
static int check_worker(const run *r) {
  const settings *s = &r->settings;
  if (s->records.stream.chunk_headers && !s->worker)
    return narr_cli_usage_error("--chunk-header goes with --worker only");
  if (!s->worker) return NARR_CLI_FINE;
  if (s->text || s->evaluate || s->model_info)
    return narr_cli_usage_error("--worker reads standard input: it is a task of its own");
  if (r->files.count > 0)
    return narr_cli_usage_error("--worker reads standard input, not %s", r->files.items[0]);
  if (s->summary.alerts.count > 0)
    return narr_cli_usage_error("--worker answers each line with one: no --alert");
  if (s->records.stream.only_flagged || s->records.stream.strict)
    return narr_cli_usage_error("--worker answers every line: no --only-flagged, no --strict");
  if (s->records.stream.output != NARR_OUTPUT_JSONL && s->records.stream.output != NARR_OUTPUT_TSV)
    return narr_cli_usage_error("--worker writes jsonl or tsv: a record of others may take lines");
  if (s->records.format == NARR_INPUT_CSV || s->columns.text_given || s->id_column_given ||
      s->columns.delimiter_given)
    return narr_cli_usage_error("--worker reads lines, jsonl or tsv: a CSV record may take lines");
  return NARR_CLI_FINE;
}

/* All inputs are tried before the first is worked on. */
static int check_files(const run *r) {
  for (size_t i = 0; i < r->files.count; i++) {
    const char *path = r->files.items[i];
    if (strcmp(path, "-") == 0 || access(path, R_OK) == 0) continue;
    narr_cli_error("%s: %s", path, strerror(errno));
    return NARR_CLI_INPUT;
  }
  const char *outputs[] = {r->settings.report, r->settings.summary.options.path,
                           r->settings.checkpoint};
  int code = NARR_CLI_FINE;
  for (size_t i = 0; i < COUNT(outputs) && !code; i++)
    if (outputs[i]) code = narr_cli_check_output(outputs[i], r->files.items, r->files.count);
  return code;
}

static bool wants_color(color_choice choice) {
  const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
  if (choice != COLOR_AUTO) return choice == COLOR_ALWAYS;
  if (no_color && *no_color) return false;
  return isatty(STDOUT_FILENO) && terminal && strcmp(terminal, "dumb") != 0;
}

static void complete_stream_options(run *r) {
  settings *s = &r->settings;
  s->records.stream.text_column = s->columns.options.text_column;
  s->records.stream.delimiter = s->columns.options.delimiter;
  s->records.stream.color = wants_color(s->color);
  s->records.stream.summary = s->summary.summary;
  s->records.stream.checkpoint = r->checkpoint;
  if (!s->records.lang_field_given) s->records.stream.lang_field = s->columns.options.lang_column;
  if (s->worker) s->records.stream.header = false;
  if (!s->output_given && s->text && isatty(STDOUT_FILENO))
    s->records.stream.output = NARR_OUTPUT_TABLE;
}

/* ---- Tasks: each returns an exit code ------------------------------------------------- */

static int show_model(const run *r) {
  const settings *s = &r->settings;
  if (s->output_given && s->records.stream.output == NARR_OUTPUT_JSONL) {
    narr_error error = NARR_ERROR_INIT;
    narr_status status = narr_model_describe(r->model, s->top, STDOUT_FILENO, &error);
    return status ? narr_cli_fail(&error) : NARR_CLI_FINE;
  }
  int code = narr_cli_print_model(r->model, s->model, s->top, stdout);
  return code ? code : narr_cli_finish(NARR_CLI_FINE);
}

static int evaluate(run *r) {
  const settings *s = &r->settings;
  narr_error error = NARR_ERROR_INIT;
  narr_dataset *dataset;
  narr_report *report = NULL;
  const char *standard_input[] = {"-"};
  const char *const *paths = r->files.count ? r->files.items : standard_input;
  int code = narr_cli_read_labelled(&dataset, &s->columns, paths, r->files.count + !r->files.count);
  if (code) return code;
  narr_status status = narr_evaluate(&report, r->model, dataset, &s->records.stream.abstention,
                                     s->records.stream.jobs, &error);
  if (!status && s->report) status = narr_report_save(s->report, r->model, NULL, report, &error);
  if (!status) {
    narr_cli_print_report(report, "Evaluation", stdout);
    for (size_t l = 0; l < report->label_count; l++)
      r->total.flagged += report->labels[l].predicted;
  }
  narr_report_free(report);
  narr_dataset_free(dataset);
  return status ? narr_cli_fail(&error) : narr_cli_finish(NARR_CLI_FINE);
}

static int classify_text(run *r) {
  const settings *s = &r->settings;
  narr_error error = NARR_ERROR_INIT;
  narr_status status = narr_classify_text(r->model, s->text, strlen(s->text), STDOUT_FILENO,
                                          &s->records.stream, &r->total, &error);
  return status ? narr_cli_fail(&error) : NARR_CLI_FINE;
}

static void add_counts(narr_stream_stats *total, const narr_stream_stats *more) {
  total->records += more->records;
  total->errors += more->errors;
  total->skipped += more->skipped;
  total->flagged += more->flagged;
  total->bytes += more->bytes;
  for (int d = 0; d < NARR_DOUBT_COUNT; d++) total->doubts[d] += more->doubts[d];
  total->stopped |= more->stopped;
  total->replaced = more->replaced;
  total->closed |= more->closed;
}

/* A file that was replaced may not be there for a moment. */
static int open_source(run *r, const char *path, const narr_cli_format_hints *hints) {
  int fd = narr_cli_source_open(path, hints, &r->settings.records.stream);
  while (fd < 0 && errno == ENOENT && r->total.replaced && narr_cli_interrupt_wait(200))
    fd = narr_cli_source_open(path, hints, &r->settings.records.stream);
  return fd;
}

static int classify_file(run *r, const char *path) {
  const settings *s = &r->settings;
  narr_cli_format_hints hints = {
      .format = s->records.format,
      .has_fields = s->records.text_field_given || s->records.id_field_given,
      .has_columns = s->columns.text_given || s->id_column_given || s->columns.delimiter_given,
      .has_delimiter = s->columns.delimiter_given};
  narr_error error = NARR_ERROR_INIT;
  narr_stream_stats stats = {0};
  int fd = open_source(r, path, &hints);
  if (fd < 0 && narr_cli_interrupt_signal()) {
    r->total.stopped = true;
    return NARR_CLI_FINE;
  }
  if (fd < 0) {
    narr_cli_error("%s: %s", path, strerror(errno));
    return NARR_CLI_INPUT;
  }
  r->settings.records.stream.follow = s->follow ? path : NULL;
  narr_status status =
      narr_classify_stream(r->model, fd, STDOUT_FILENO, &s->records.stream, &stats, &error);
  narr_cli_source_close(fd);
  add_counts(&r->total, &stats);
  r->settings.records.stream.header = false; /* once for all files */
  return status ? narr_cli_fail(&error) : NARR_CLI_FINE;
}

/* "abstained from 7 of 10 records (2 too-short, 5 unknown-words)" */
static void note_doubts(const narr_stream_stats *total, bool abstained) {
  char reasons[128] = "";
  unsigned long long count = 0;
  for (narr_doubt d = NARR_DOUBT_NONE + 1; d < NARR_DOUBT_COUNT; d++) {
    size_t length = strlen(reasons);
    if (total->doubts[d] > 0)
      snprintf(reasons + length, sizeof reasons - length, "%s%llu %s", count ? ", " : "",
               (unsigned long long)total->doubts[d], narr_doubt_name(d));
    count += total->doubts[d];
  }
  if (count > 0)
    narr_cli_note("%s %llu of %llu record%s (%s)",
                  abstained ? "abstained from" : "doubtful:", count,
                  (unsigned long long)total->records, total->records == 1 ? "" : "s", reasons);
}

/* Bad and undecided records are always worth a line; figures are for who
 * watches. */
static void sum_up(const run *r, double seconds) {
  const narr_stream_stats *total = &r->total;
  unsigned long long records = total->records, errors = total->errors, flagged = total->flagged;
  if (errors > 0)
    narr_cli_note("%llu of %llu record%s %s", errors, records, records == 1 ? "" : "s",
                  errors == 1 ? "was an error" : "were errors");
  if (total->skipped > 0)
    narr_cli_note("%llu of %llu records were no posts, and were skipped",
                  (unsigned long long)total->skipped, records);
  bool abstained = r->settings.records.stream.abstention.enabled;
  if (abstained || isatty(STDERR_FILENO)) note_doubts(total, abstained);
  if (isatty(STDERR_FILENO))
    narr_cli_note("%llu record%s, %llu flagged, %.2f s, %.0f records/s%s", records,
                  records == 1 ? "" : "s", flagged, seconds,
                  seconds > 0 ? (double)records / seconds : 0.0, total->stopped ? ", stopped" : "");
}

/* With the file that has taken the place of the one that was followed. */
static void start_again(run *r, const char *path) {
  if (r->checkpoint) narr_checkpoint_rewind(r->checkpoint);
  narr_cli_note("%s: another file, or cut off: from its beginning", path);
}

static int classify_files(run *r) {
  struct timespec start;
  clock_gettime(CLOCK_MONOTONIC, &start);
  int code = NARR_CLI_FINE;
  narr_error error = NARR_ERROR_INIT;
  if (narr_model_verify(r->model, &error))
    return narr_cli_fail(&error); /* all, before a long run */
  r->settings.records.stream.stop_fd = narr_cli_interrupt_fd();
  if (r->files.count == 0) code = classify_file(r, "-");
  for (size_t i = 0; i < r->files.count && !code && !r->total.stopped && !r->total.closed; i++) do {
      if (r->total.replaced) start_again(r, r->files.items[i]);
      code = classify_file(r, r->files.items[i]);
    } while (!code && r->total.replaced && !r->total.closed);
  int closing = narr_cli_summary_close(&r->settings.summary, STDOUT_FILENO);
  if (!code) code = closing;
  if (!code && !r->total.closed) sum_up(r, narr_cli_seconds_since(&start));
  return code;
}

static int run_task(run *r, int argc, char **argv) {
  const settings *s = &r->settings;
  narr_error error = NARR_ERROR_INIT;
  int code = narr_cli_choose_model(&r->settings.model, &r->default_model);
  if (code) return code;
  if (narr_model_load(&r->model, s->model, &error)) return narr_cli_fail(&error);
  if (s->model_info) return show_model(r);
  code = narr_cli_decide(&r->settings.decisions, r->model, &r->settings.records.stream);
  if (!code) code = narr_cli_summary_open(&r->settings.summary, r->model);
  if (!code && s->checkpoint)
    code = narr_cli_checkpoint_open(&r->checkpoint, s->checkpoint, r->model, argc, argv);
  if (code) return code;
  complete_stream_options(r);
  if (s->evaluate)
    code = evaluate(r);
  else if (!narr_cli_interrupt_watch())
    code = NARR_CLI_SYSTEM;
  else
    code = s->text ? classify_text(r) : classify_files(r);
  bool nothing = r->total.flagged == 0 && !r->total.closed;
  return !code && nothing && s->exit_status ? NARR_CLI_NOTHING_FLAGGED : code;
}

static void run_free(run *r) {
  narr_cli_summary_free(&r->settings.summary);
  narr_checkpoint_free(r->checkpoint);
  narr_model_free(r->model);
  free(r->default_model);
  narr_cli_decisions_free(&r->settings.decisions);
  free(r->files.items);
}

int main(int argc, char **argv) {
  run r = {.settings = defaults};
  int code = NARR_CLI_FINE;
  narr_cli_begin("narr-classify");
  if (parse(&r, argc, argv, &code)) {
    narr_cli_quiet(r.settings.quiet);
    code = check_task(&r);
    if (!code) code = check_worker(&r);
    if (!code) code = check_long_run(&r);
    if (!code) code = check_files(&r);
    if (!code) code = run_task(&r, argc, argv);
  }
  run_free(&r);
  return code;
}
