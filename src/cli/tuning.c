/* tuning.c - trials as a table, and what they found as a command line. */
#include "cli/tuning.h"

#include <stdio.h>
#include <string.h>

static const char *const on_off[] = {"off", "on"};
static const char *const tf_names[] = {"raw", "sublinear"};
static const char *const loss_names[] = {"auto", "hinge", "squared-hinge"};
static const char *const class_weight_names[] = {"none", "balanced"};

void narr_cli_tuning_trial(void *context, const narr_trial *trial) {
  narr_cli_tuning *tuning = context;
  const narr_train_options *o = trial->options;
  tuning->trials++;
  if (trial->number == 1) tuning->first = trial->macro_f1;
  if (trial->best) tuning->best = trial->macro_f1;
  if (tuning->quiet) return;
  narr_cli_progress_clear(tuning->progress);
  if (trial->number == 1)
    fprintf(stderr, "%5s  %-24s %6s  %-9s  %-3s  %-6s  %-13s  %-12s  %9s  %5s  %8s  %7s\n", "trial",
            "features", "min-df", "tf", "idf", "ratios", "loss", "class-weight", "C", "folds",
            "macro-F1", "seconds");
  fprintf(stderr, "%5zu  %-24s %6u  %-9s  %-3s  %-6s  %-13s  %-12s  %9.4g  %5u  %8.4f  %7.1f%s\n",
          trial->number, o->features, (unsigned)o->min_df, tf_names[o->sublinear_tf],
          on_off[o->use_idf], on_off[o->use_ratios], loss_names[o->loss],
          class_weight_names[o->class_weight], o->C, trial->folds, trial->macro_f1, trial->seconds,
          trial->best ? " *" : "");
}

/* As a shell reads it back. */
static void print_word(const char *word) {
  static const char plain[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=,:+@%";
  if (*word && strspn(word, plain) == strlen(word)) {
    printf(" %s", word);
    return;
  }
  fputs(" '", stdout);
  for (; *word; word++) {
    if (*word == '\'')
      fputs("'\\''", stdout);
    else
      putchar(*word);
  }
  putchar('\'');
}

static void print_found(const narr_train_options *found) {
  fputs(" --features", stdout);
  print_word(found->features);
  printf(" --min-df %u --tf %s --idf %s --ratios %s --loss %s --class-weight %s --C %.17g",
         (unsigned)found->min_df, tf_names[found->sublinear_tf], on_off[found->use_idf],
         on_off[found->use_ratios], loss_names[found->loss],
         class_weight_names[found->class_weight], found->C);
}

/* What was found goes behind the other options, as the last one counts, and
 * before a "--", behind which there are none. */
void narr_cli_tuning_command(int argc, char *const *argv, const narr_train_options *found) {
  int i = 1;
  fputs("narr-train", stdout);
  for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
    if (strcmp(argv[i], "--tune-seconds") == 0)
      i++; /* its value, too */
    else if (strcmp(argv[i], "--tune") != 0 && strncmp(argv[i], "--tune=", 7) != 0 &&
             strncmp(argv[i], "--tune-seconds=", 15) != 0)
      print_word(argv[i]);
  }
  print_found(found);
  for (; i < argc; i++) print_word(argv[i]);
  putchar('\n');
}
