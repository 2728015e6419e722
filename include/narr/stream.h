/* stream.h - whole streams of posts, and records that come one by one. */
#ifndef NARR_STREAM_H
#define NARR_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "narr/abstain.h"
#include "narr/error.h"
#include "narr/model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum narr_input_format {
  NARR_INPUT_AUTO,  /* JSONL if the first line begins with '{' (one of the platforms'
                       below, if it looks like it), else lines */
  NARR_INPUT_LINES, /* a text a line */
  NARR_INPUT_CSV,   /* with a header */
  NARR_INPUT_JSONL, /* an object a line */
  NARR_INPUT_TSV,   /* a line each, without a header: the text, or an id, a TAB and
                       the text; escaped as databases do: \t \n \r \0 \\ */
  NARR_INPUT_JSON,  /* JSONL, or one of the platforms below if it looks like it */
  /* What platforms and their archives give: text, id, language, time and author are
         where each has them (README.md has the table); what is no post is passed over */
  NARR_INPUT_MASTODON,
  NARR_INPUT_BLUESKY,
  NARR_INPUT_X,
  NARR_INPUT_TELEGRAM,
  NARR_INPUT_CROWDTANGLE,
  NARR_INPUT_4CAT,
  NARR_INPUT_MCL
} narr_input_format;

typedef enum narr_output_format {
  NARR_OUTPUT_JSONL,
  NARR_OUTPUT_CSV,
  NARR_OUTPUT_TSV,
  NARR_OUTPUT_TABLE /* for people */
} narr_output_format;

typedef struct narr_threshold {
  const char *label; /* NULL: every label */
  double probability;
} narr_threshold;

typedef struct narr_stream_options {
  narr_input_format input;
  narr_output_format output;
  const char *text_field;  /* JSONL: dotted path of the text */
  const char *id_field;    /* JSONL: dotted path of the id; a record without
                              it has its line number as id */
  const char *text_column; /* CSV */
  const char *id_column;   /* CSV; NULL: "id" where the header has it, else
                              the line number */
  char delimiter;          /* CSV */
  const char *name;        /* of the input, for messages; NULL: "<stream>" */
  bool explain;
  size_t explain_terms; /* a label; 0: all */
  bool only_flagged;    /* leave out records that are flagged with nothing */
  bool echo_text;       /* add the text to each output record */
  bool color;           /* table: mark words with terminal colours */
  bool strict;          /* the first bad record ends the stream */
  bool flush_lines;     /* write each record at once */
  bool header;          /* CSV, TSV, table: begin with a header */
  bool chunk_headers;   /* before each run of records comes a line with their
                           number, which is not answered; not for CSV */
  size_t max_record_bytes;
  unsigned jobs; /* worker threads; 0: one a processor */
  int stop_fd;   /* the stream ends, as at its end, when this descriptor is
                    readable; -1: none */
  const narr_threshold *thresholds;
  size_t threshold_count;
  narr_abstention abstention;
  /* JSONL and CSV: where a record has its language, time and author, a JSON path or
     a column, or several with '|' between them, of which the first that is there
     counts. What is known of a record is added to JSON output. NULL: not
     read; with a summary: the names of NARR_LANG_FIELDS and so on. Of
     platforms' records they are known anyway. */
  const char *lang_field;
  const char *time_field;
  const char *author_field;
  const char *follow; /* the path of the input, a file that others write: the stream waits
                         at its end for more, until it is stopped, or the file is
                         replaced or cut off; NULL: the end is the end */
  struct narr_checkpoint *checkpoint; /* goes on behind it, see checkpoint.h; borrowed.
                                         NULL: none; not with a summary */
  struct narr_summary *summary;       /* also counts the records, see summary.h; borrowed.
                                         NULL: none */
} narr_stream_options;

#define NARR_LANG_FIELDS "lang|language"
#define NARR_TIME_FIELDS "created_at|timestamp|date|time"
#define NARR_AUTHOR_FIELDS \
  "author|username|user|account|author.username|user.screen_name|user.username|account.acct"

#define NARR_STREAM_OPTIONS_INIT                                                                  \
  {                                                                                               \
    NARR_INPUT_AUTO, NARR_OUTPUT_JSONL, "text", "id", "text", NULL, ',', NULL, false, 10, false,  \
        false, false, false, false, true, false, 1048576, 0, -1, NULL, 0, NARR_ABSTAIN_OFF, NULL, \
        NULL, NULL, NULL, NULL, NULL                                                              \
  }

typedef struct narr_stream_stats {
  uint64_t records;                  /* all that were read, bad ones too */
  uint64_t errors;                   /* records that became an error record */
  uint64_t skipped;                  /* records that are no posts: deletions, service messages */
  uint64_t flagged;                  /* records flagged with at least one label */
  uint64_t bytes;                    /* read */
  uint64_t doubts[NARR_DOUBT_COUNT]; /* records by their doubt; if options say
                                        so they were abstained from */
  bool stopped;                      /* by stop_fd */
  bool replaced;                     /* a file that was followed is over */
  bool closed;                       /* the reader of the output went away: no error */
} narr_stream_stats;

/* Reads records from `in_fd`, writes one output record for each to `out_fd`,
 * in order, whatever `jobs` is. A bad record becomes an error record; it
 * stops the stream only if `strict`. Memory does not grow with the stream.
 * `stats` (may be NULL) is valid on failure too. Errors: argument, input (a
 * bad CSV header; a bad record if `strict`), model, system, memory. SIGPIPE
 * must be ignored by the caller for `closed` to be reported. */
NARR_API NARR_MUST_CHECK narr_status narr_classify_stream(const narr_model *model, int in_fd,
                                                          int out_fd,
                                                          const narr_stream_options *options,
                                                          narr_stream_stats *stats,
                                                          narr_error *error);

/* Classifies one text in any condition, line ends and all, and writes to
 * `out_fd` just what a stream would for a record with that text and id 1.
 * `options->input` and what goes with it is ignored. Errors: as above. */
NARR_API NARR_MUST_CHECK narr_status narr_classify_text(const narr_model *model, const char *text,
                                                        size_t length, int out_fd,
                                                        const narr_stream_options *options,
                                                        narr_stream_stats *stats,
                                                        narr_error *error);

/* ---- Records one by one: for what carries messages ---------------------- */

/* Answers records; one a thread. It borrows the model and the options. */
typedef struct narr_responder narr_responder;

typedef struct narr_response {
  const char *data; /* the output record, with its line end; empty if it is left out */
  size_t length;
  bool failed;         /* it is an error record... */
  const char *message; /* ...for this reason; "" otherwise */
  bool skipped;        /* the record is no post, and is not answered */
  bool flagged;        /* with at least one label */
} narr_response;

/* A new responder. `options` (NULL: the defaults) are those of a stream, of
 * which `jobs`, `header`, `strict`, `flush_lines`, `stop_fd`, `chunk_headers` and
 * `summary` mean nothing here. The input is one of records without a header: not CSV. Free it
 * before the model. Errors: argument, memory. */
NARR_API NARR_MUST_CHECK narr_status narr_responder_new(narr_responder **out,
                                                        const narr_model *model,
                                                        const narr_stream_options *options,
                                                        narr_error *error);
NARR_API void narr_responder_free(narr_responder *responder);

/* Answers one record in any condition, without a line end: just what a stream
 * would write for it. The first one decides the format if that is automatic.
 * `number` is its id if it has none of its own. `*out` lives until the next call.
 * Errors: model, memory; a bad record is none. */
NARR_API NARR_MUST_CHECK narr_status narr_respond(narr_responder *responder, const char *record,
                                                  size_t length, uint64_t number,
                                                  const narr_response **out, narr_error *error);

#ifdef __cplusplus
}
#endif

#endif
