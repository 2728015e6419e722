/* token.c - one walk over the characters; each kind of token has a function
 * that says where it ends. */
#include "text/token.h"

#include "base/alloc.h"

/* The characters, and where the walk is. */
typedef struct walk {
  narr_tokens *out;
  const narr_char *at; /* chars.items */
  size_t count;
  size_t no_host_before; /* no host name with a path begins before this */
  bool spaced;
  bool failed;
} walk;

#define LONGEST_MARK_RUN 3

static void emit(walk *w, narr_token_kind kind, size_t first, size_t end, unsigned flags) {
  narr_tokens *out = w->out;
  if (out->count == out->capacity) {
    void *items = out->items;
    if (!narr_grow(&items, &out->capacity, out->count + 1, sizeof *out->items)) {
      w->failed = true;
      return;
    }
    out->items = items;
  }
  size_t count = end - first;
  if (kind == NARR_TOKEN_PUNCTUATION && count > LONGEST_MARK_RUN) count = LONGEST_MARK_RUN;
  if (w->spaced) flags |= NARR_TOKEN_SPACED;
  w->spaced = false;
  out->items[out->count++] = (narr_token){.first = (uint32_t)first,
                                          .count = (uint32_t)count,
                                          .start = w->at[first].start,
                                          .end = w->at[end - 1].end,
                                          .kind = (uint8_t)kind,
                                          .flags = (uint8_t)flags};
}

static bool is(const walk *w, size_t i, uint32_t code) {
  return i < w->count && w->at[i].code == code;
}

static bool has_class(const walk *w, size_t i, narr_char_class class) {
  return i < w->count && w->at[i].class == class;
}

static bool is_letter(const walk *w, size_t i) {
  return has_class(w, i, NARR_CHAR_LETTER);
}

static bool in_word(const walk *w, size_t i) {
  if (i >= w->count) return false;
  uint8_t class = w->at[i].class;
  return class == NARR_CHAR_LETTER || class == NARR_CHAR_MARK || class == NARR_CHAR_DIGIT ||
         w->at[i].code == '_';
}

static bool is_ascii_alnum(const walk *w, size_t i) {
  if (i >= w->count) return false;
  uint32_t code = w->at[i].code;
  return (code >= 'a' && code <= 'z') || (code >= '0' && code <= '9');
}

static bool matches(const walk *w, size_t i, const char *ascii) {
  for (; *ascii; ascii++, i++)
    if (!is(w, i, (uint32_t)(unsigned char)*ascii)) return false;
  return true;
}

/* ---- Links -------------------------------------------------------------- */

/* Whether a host with a path begins here, e.g. "t.co/x": at least one dot, a
 * last label of two letters or more, then a slash. If not, none begins within
 * what was looked at, which is not looked at again. */
static bool is_bare_link(walk *w, size_t i) {
  size_t label = 0;
  bool dotted = false, letters = true;
  if (i < w->no_host_before) return false;
  for (;; i++) {
    if (is_ascii_alnum(w, i) || (label && is(w, i, '-'))) {
      letters = label ? letters && is_letter(w, i) : is_letter(w, i);
      label++;
    } else if (label && is(w, i, '.')) {
      dotted = true;
      label = 0;
    } else {
      w->no_host_before = i;
      return dotted && label >= 2 && letters && is(w, i, '/') && i + 1 < w->count &&
             w->at[i + 1].class != NARR_CHAR_SPACE;
    }
  }
}

static size_t scheme_length(const walk *w, size_t i) {
  static const char *const schemes[] = {"http://", "https://", "ftp://", "hxxp://", "hxxps://"};
  static const size_t lengths[] = {7, 8, 6, 7, 8};
  for (size_t s = 0; s < sizeof schemes / sizeof *schemes; s++)
    if (matches(w, i, schemes[s])) return lengths[s];
  return matches(w, i, "www.") ? 4 : 0;
}

static bool ends_link(const walk *w, size_t i) {
  uint32_t code = w->at[i].code;
  uint8_t class = w->at[i].class;
  return class == NARR_CHAR_SPACE || class == NARR_CHAR_IDEOGRAPH || class == NARR_CHAR_EMOJI ||
         code == '<' || code == '>' || code == '"';
}

/* Where the link that begins at `i` ends; `i` itself if none does. Marks at
 * its end belong to the sentence. */
static size_t link_end(walk *w, size_t i) {
  size_t scheme = scheme_length(w, i);
  if (!scheme && !is_bare_link(w, i)) return i;
  size_t end = i + scheme;
  while (end < w->count && !ends_link(w, end)) end++;
  while (end > i + scheme && w->at[end - 1].class == NARR_CHAR_PUNCTUATION &&
         w->at[end - 1].code != '/' && w->at[end - 1].code != '_')
    end--;
  return end > i + scheme ? end : i;
}

/* ---- Mentions and hashtags ----------------------------------------------- */

/* "@name", also "@name@host.example". */
static size_t mention_end(const walk *w, size_t i) {
  if (!is(w, i, '@') || (i > 0 && in_word(w, i - 1))) return i;
  size_t end = i + 1;
  while (is_ascii_alnum(w, end) || is(w, end, '_') ||
         ((is(w, end, '.') || is(w, end, '-') || is(w, end, '@')) && end > i + 1 &&
          is_ascii_alnum(w, end + 1)))
    end++;
  return end > i + 1 ? end : i;
}

static bool in_hashtag(const walk *w, size_t i) {
  return in_word(w, i) || has_class(w, i, NARR_CHAR_IDEOGRAPH);
}

static size_t hashtag_end(const walk *w, size_t i) {
  if (!is(w, i, '#') || !in_hashtag(w, i + 1)) return i;
  size_t end = i + 1;
  while (in_hashtag(w, end)) end++;
  return end;
}

static bool is_upper(const walk *w, size_t i) {
  return w->at[i].flags & NARR_CHAR_UPPER;
}

/* Whether a hashtag's word ends before character i: camelCase, HTMLCase,
 * letters42, snake_case, unspaced scripts. */
static bool splits_hashtag(const walk *w, size_t i, size_t end) {
  uint8_t before = w->at[i - 1].class, here = w->at[i].class;
  if (w->at[i].code == '_' || w->at[i - 1].code == '_') return true;
  if (here == NARR_CHAR_MARK) return false;
  if (before == NARR_CHAR_IDEOGRAPH || here == NARR_CHAR_IDEOGRAPH) return true;
  if ((before == NARR_CHAR_DIGIT) != (here == NARR_CHAR_DIGIT)) return true;
  if (!is_upper(w, i)) return false;
  bool before_lower = i + 1 < end && w->at[i + 1].class == NARR_CHAR_LETTER && !is_upper(w, i + 1);
  return !is_upper(w, i - 1) || before_lower;
}

static void emit_hashtag(walk *w, size_t first, size_t end) {
  emit(w, NARR_TOKEN_HASHTAG, first, end, 0);
  size_t begin = first + 1;
  for (size_t i = begin + 1; i <= end; i++) {
    if (i < end && !splits_hashtag(w, i, end)) continue;
    narr_token_kind kind = NARR_TOKEN_NUMBER;
    for (size_t k = begin; k < i; k++)
      if (w->at[k].class != NARR_CHAR_DIGIT) kind = NARR_TOKEN_WORD;
    if (w->at[begin].code != '_') {
      w->spaced = w->at[begin].class != NARR_CHAR_IDEOGRAPH;
      emit(w, kind, begin, i, NARR_TOKEN_IN_HASHTAG);
    }
    begin = i;
  }
}

/* ---- Emoji ----------------------------------------------------------------- */

/* A digit, # or * under a keycap, which makes them an emoji. */
static bool is_keycap(const walk *w, size_t i) {
  uint32_t code = w->at[i].code;
  return is(w, i + 1, 0x20E3) && ((code >= '0' && code <= '9') || code == '#' || code == '*');
}

static size_t emoji_end(const walk *w, size_t i) {
  if (has_class(w, i, NARR_CHAR_REGIONAL))
    return has_class(w, i + 1, NARR_CHAR_REGIONAL) ? i + 2 : i + 1;
  if (!has_class(w, i, NARR_CHAR_EMOJI) && !has_class(w, i, NARR_CHAR_MODIFIER)) return i;
  size_t end = i + 1;
  for (;;) {
    if (has_class(w, end, NARR_CHAR_MODIFIER) || has_class(w, end, NARR_CHAR_MARK))
      end++;
    else if (has_class(w, end, NARR_CHAR_JOINER) && has_class(w, end + 1, NARR_CHAR_EMOJI))
      end += 2;
    else
      return end;
  }
}

/* ---- Words and numbers -------------------------------------------------------- */

static bool is_apostrophe(const walk *w, size_t i) {
  return is(w, i, '\'') || is(w, i, 0x2019);
}

/* "1,234.5"; of "1,234.5km" it is "1,234", for "5km" is a word. */
static size_t number_end(const walk *w, size_t i) {
  size_t end = i, group = i;
  for (;;) {
    while (has_class(w, end, NARR_CHAR_DIGIT)) end++;
    if (in_word(w, end)) return group;
    group = end;
    if (end == i || !(is(w, end, '.') || is(w, end, ',')) ||
        !has_class(w, end + 1, NARR_CHAR_DIGIT))
      return end;
    end++;
  }
}

static size_t word_end(const walk *w, size_t i) {
  size_t end = i;
  while (in_word(w, end) ||
         (end > i && is_apostrophe(w, end) && is_letter(w, end - 1) && is_letter(w, end + 1)))
    end++;
  /* "seehttp://..." is a word and a link */
  if (is(w, end, ':') && is(w, end + 1, '/') && is(w, end + 2, '/'))
    for (size_t k = i + 1; k < end; k++)
      if (scheme_length(w, k)) return k;
  return end;
}

static size_t ideograph_end(const walk *w, size_t i) {
  size_t end = i + 1;
  while (has_class(w, end, NARR_CHAR_MARK)) end++;
  return end;
}

static size_t mark_run_end(const walk *w, size_t i) {
  size_t end = i + 1;
  while (end < w->count && w->at[end].code == w->at[i].code && w->at[end].class == w->at[i].class)
    end++;
  return end;
}

/* Emits the token that begins at character i and returns where it ends. */
static size_t step(walk *w, size_t i) {
  size_t end;
  if (is_keycap(w, i)) {
    emit(w, NARR_TOKEN_EMOJI, i, i + 2, 0);
    return i + 2;
  }
  switch ((narr_char_class)w->at[i].class) {
    case NARR_CHAR_SPACE: w->spaced = true; return i + 1;
    case NARR_CHAR_IDEOGRAPH: emit(w, NARR_TOKEN_WORD, i, end = ideograph_end(w, i), 0); return end;
    case NARR_CHAR_EMOJI:
    case NARR_CHAR_REGIONAL:
    case NARR_CHAR_MODIFIER: emit(w, NARR_TOKEN_EMOJI, i, end = emoji_end(w, i), 0); return end;
    case NARR_CHAR_LETTER:
    case NARR_CHAR_MARK:
    case NARR_CHAR_DIGIT:
      if ((end = link_end(w, i)) > i)
        emit(w, NARR_TOKEN_URL, i, end, 0);
      else if ((end = number_end(w, i)) > i)
        emit(w, NARR_TOKEN_NUMBER, i, end, 0);
      else
        emit(w, NARR_TOKEN_WORD, i, end = word_end(w, i), 0);
      return end;
    default: break;
  }
  if ((end = mention_end(w, i)) > i)
    emit(w, NARR_TOKEN_MENTION, i, end, 0);
  else if ((end = hashtag_end(w, i)) > i)
    emit_hashtag(w, i, end);
  else if (w->at[i].code == '_' && in_word(w, i + 1) && !is(w, i + 1, '_'))
    emit(w, NARR_TOKEN_WORD, i, end = word_end(w, i), 0);
  else
    emit(w, NARR_TOKEN_PUNCTUATION, i, end = mark_run_end(w, i), 0);
  return end;
}

bool narr_tokenize(narr_tokens *tokens, const char *text, size_t length) {
  tokens->count = 0;
  if (!narr_normalize(&tokens->chars, text, length)) return false;
  walk w = {.out = tokens, .at = tokens->chars.items, .count = tokens->chars.count, .spaced = true};
  for (size_t i = 0; i < w.count && !w.failed;) i = step(&w, i);
  return !w.failed;
}

void narr_tokens_free(narr_tokens *tokens) {
  narr_chars_free(&tokens->chars);
  narr_free(tokens->items);
  *tokens = (narr_tokens)NARR_TOKENS_INIT;
}
