/* copies.h - texts that were posted again and again, word for word or nearly:
 * clusters around the first text of each, in bounded memory.
 *
 * The texts seen last are remembered by their sketches; a text joins the one
 * that it is most like, if they are nearly the same, or begins a cluster of its own.
 * What was not seen for so long that other texts have taken its place is over;
 * of what is over the most spread is kept. */
#ifndef NARR_SUMMARY_COPIES_H
#define NARR_SUMMARY_COPIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "summary/distinct.h"
#include "summary/sketch.h"

enum {
  NARR_COPIES_REMEMBERED = 65536, /* texts that are still open */
  NARR_COPIES_KEPT = 1024,        /* clusters that are over */
  NARR_COPIES_FEWEST = 3,         /* copies that make a cluster worth telling */
  NARR_COPIES_AUTHORS = 5,        /* named of each */
  NARR_COPIES_EXAMPLE_BYTES = 400
};

/* Estimated Jaccard similarity of n-grams from which texts are nearly the same. */
#define NARR_COPIES_SIMILARITY 0.8

/* A post; everything is borrowed. Lengths may be 0. */
typedef struct narr_posted {
  const narr_sketch *sketch;
  double time; /* seconds since 1970 */
  const char *author, *id, *text;
  size_t author_length, id_length, text_length;
  const uint16_t *labels; /* that it is flagged with */
  size_t label_count;
} narr_posted;

/* What is told of a cluster that has two copies or more. */
typedef struct narr_cluster_story {
  narr_distinct_count authors;
  char *names[NARR_COPIES_AUTHORS]; /* the first of them; owned strings */
  size_t name_count;
  char *first_id;   /* owned strings */
  char *example;    /* the second copy's text, cut off between characters */
  uint16_t *labels; /* its labels */
  size_t label_count;
} narr_cluster_story;

typedef struct narr_cluster {
  uint64_t copies;
  double first, last;        /* the earliest and the latest time */
  narr_cluster_story *story; /* owned; NULL: one copy */
} narr_cluster;

typedef struct narr_copies narr_copies;

/* NULL: out of memory. */
narr_copies *narr_copies_new(void);
void narr_copies_free(narr_copies *copies);

/* False: out of memory. */
bool narr_copies_add(narr_copies *copies, const narr_posted *post);

/* The clusters worth telling, those with most authors first, then with most
 * copies, then the earliest. Returns a list of pointers, valid until the next
 * change, to be freed with narr_free(); NULL: out of memory. */
const narr_cluster **narr_copies_list(const narr_copies *copies, size_t *count);

#endif
