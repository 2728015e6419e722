/* token.c - one walk over the characters; each kind of token has a function
 * that says where it ends. The two spaces behind the last character end all, so
 * that no function here asks whether there is a next one. */
#include "text/token.h"

#include <string.h>

#include "base/alloc.h"
#include "text/form.h"
#include "text/spaced.h"

/* The characters, and where the walk is. */
typedef struct walk {
  narr_tokens *out;
  const narr_char *at; /* chars.items */
  size_t count;
  size_t no_host_before; /* no host name with a path begins before this */
  size_t singles;        /* words of one letter in a row, so far */
  bool spaced_out;       /* there were many of them */
  bool social;
  bool line_begins;
  bool spaced;
  bool failed;
} walk;

#define LONGEST_MARK_RUN 3

#define CLASS(name) (1u << NARR_CHAR_##name)
#define WORD_CLASSES (CLASS(LETTER) | CLASS(DIGIT) | CLASS(MARK) | CLASS(CONNECTOR))
#define KATAKANA_CLASSES (CLASS(KATAKANA) | CLASS(MARK))

static bool is_one_of(const walk *w, size_t i, unsigned classes) {
  return classes >> w->at[i].class & 1;
}

static bool is(const walk *w, size_t i, uint32_t code) {
  return w->at[i].code == code;
}

static bool has_class(const walk *w, size_t i, narr_char_class class) {
  return w->at[i].class == class;
}

static bool is_letter(const walk *w, size_t i) {
  return has_class(w, i, NARR_CHAR_LETTER);
}

static bool in_word(const walk *w, size_t i) {
  return is_one_of(w, i, WORD_CLASSES | CLASS(KATAKANA));
}

static bool is_ascii_alnum(const walk *w, size_t i) {
  uint32_t code = w->at[i].code;
  return (code >= 'a' && code <= 'z') || (code >= '0' && code <= '9');
}

static bool matches(const walk *w, size_t i, const char *ascii) {
  for (; *ascii; ascii++, i++)
    if (!is(w, i, (uint32_t)(unsigned char)*ascii)) return false;
  return true;
}

static bool is_punctuation(const walk *w, size_t i) {
  uint8_t class = w->at[i].class;
  return class >= NARR_CHAR_CONNECTOR && class <= NARR_CHAR_PUNCTUATION &&
         class != NARR_CHAR_KATAKANA && class != NARR_CHAR_IDEOGRAPH;
}

/* ---- Emitting ------------------------------------------------------------- */

static bool more_tokens(walk *w) {
  void *items = w->out->items;
  w->failed = !narr_grow(&items, &w->out->capacity, w->out->count + 1, sizeof *w->out->items);
  w->out->items = items;
  return !w->failed;
}

static void emit(walk *w, narr_token_kind kind, size_t first, size_t end, unsigned flags,
                 uint32_t traits) {
  narr_tokens *out = w->out;
  if (out->count == out->capacity && !more_tokens(w)) return;
  size_t count = end - first;
  if (kind == NARR_TOKEN_PUNCTUATION && count > LONGEST_MARK_RUN) count = LONGEST_MARK_RUN;
  if (w->spaced) flags |= NARR_TOKEN_SPACED;
  w->spaced = w->line_begins = false;
  narr_token *token = &out->items[out->count++];
  *token = (narr_token){.first = (uint32_t)first,
                        .count = (uint32_t)count,
                        .start = w->at[first].start,
                        .end = w->at[end - 1].end,
                        .traits = traits,
                        .kind = (uint8_t)kind,
                        .flags = (uint8_t)flags};
}

/* Remembers the last token for form.c. */
static void look_again(walk *w) {
  narr_tokens *out = w->out;
  void *indices = out->second_looks;
  if (w->failed) return;
  w->failed = !narr_grow(&indices, &out->second_look_capacity, out->second_look_count + 1,
                         sizeof *out->second_looks);
  out->second_looks = indices;
  if (!w->failed) out->second_looks[out->second_look_count++] = (uint32_t)out->count - 1;
}

static void count_word(walk *w, uint32_t traits, size_t length) {
  narr_script_counts *counts = &w->out->scripts;
  uint32_t letters = traits & NARR_TRAIT_LETTER;
  counts->latin += letters == NARR_TRAIT_LATIN;
  counts->greek += letters == NARR_TRAIT_GREEK;
  if (letters == NARR_TRAIT_CYRILLIC) {
    counts->cyrillic++;
    counts->south += (traits & NARR_TRAIT_SOUTH) != 0;
    counts->north += (traits & NARR_TRAIT_NORTH) != 0;
  }
  w->singles = length == 1 ? w->singles + 1 : 0;
  w->spaced_out |= w->singles >= NARR_SPACED_LEAST;
}

static void emit_word(walk *w, size_t first, size_t end, unsigned flags, uint32_t traits) {
  bool number = traits & NARR_TRAIT_DIGIT && !(traits & NARR_TRAIT_LETTER);
  emit(w, number ? NARR_TOKEN_NUMBER : NARR_TOKEN_WORD, first, end, flags, traits);
  look_again(w);
  count_word(w, traits, end - first);
}

static uint32_t traits_of(const walk *w, size_t first, size_t end) {
  uint32_t traits = 0;
  for (size_t i = first; i < end; i++) {
    traits |= w->at[i].traits;
    if (i >= first + 2 && w->at[i].code == w->at[i - 1].code && w->at[i].code == w->at[i - 2].code)
      traits |= NARR_TRAIT_TRIPLE;
  }
  return traits;
}

/* ---- Briefs, eight at a time ------------------------------------------------ */

static uint64_t load(const uint8_t *at) {
  uint64_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The first brief from i on that has this bit. There is one: that of the space
 * behind the text has all of those for marks. */
static size_t next_with(const uint8_t *briefs, size_t i, uint8_t bit) {
  for (;; i += 8) {
    uint64_t found = load(briefs + i) & EACH(bit);
    if (found) return i + (unsigned)__builtin_ctzll(found) / 8;
  }
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
  uint32_t code = w->at[i].code;
  if (code != 'h' && code != 'f' && code != 'w') return 0;
  static const char *const schemes[] = {"https://", "http://", "ftp://", "hxxp://", "hxxps://"};
  static const size_t lengths[] = {8, 7, 6, 7, 8};
  for (size_t s = 0; s < sizeof schemes / sizeof *schemes; s++)
    if (matches(w, i, schemes[s])) return lengths[s];
  return matches(w, i, "www.") ? 4 : 0;
}

/* Where the link that begins at `i` ends; `i` itself if none does. Marks at
 * its end belong to the sentence. */
static size_t link_end(walk *w, size_t i) {
  size_t scheme = scheme_length(w, i);
  if (!scheme && !is_bare_link(w, i)) return i;
  size_t end = i + scheme;
  end = next_with(w->out->chars.briefs, end, NARR_BRIEF_BOUNDS);
  while (end > i + scheme && is_punctuation(w, end - 1) && w->at[end - 1].code != '/' &&
         w->at[end - 1].code != '_')
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
  return w->at[i].traits & NARR_TRAIT_UPPER;
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

/* A trait for three equal characters in a row that end at i. */
static uint32_t triple_at(const walk *w, size_t begin, size_t i) {
  const narr_char *at = w->at + i;
  bool triple = i >= begin + 2 && at[0].code == at[-1].code && at[0].code == at[-2].code;
  return triple ? NARR_TRAIT_TRIPLE : 0;
}

static void emit_hashtag(walk *w, size_t first, size_t end) {
  size_t hashtag = w->out->count, begin = first + 1;
  uint32_t traits = w->at[begin].traits, all = traits;
  emit(w, NARR_TOKEN_HASHTAG, first, end, 0, 0);
  look_again(w);
  for (size_t i = begin + 1; i <= end && !w->failed; i++) {
    if (i == end || splits_hashtag(w, i, end)) {
      if (w->at[begin].code != '_') {
        w->spaced = w->at[begin].class != NARR_CHAR_IDEOGRAPH;
        emit_word(w, begin, i, NARR_TOKEN_IN_HASHTAG, traits);
      }
      begin = i;
      traits = 0;
    }
    if (i == end) break;
    traits |= w->at[i].traits | triple_at(w, begin, i);
    all |= traits | triple_at(w, first + 1, i);
  }
  if (!w->failed) w->out->items[hashtag].traits = all;
}

/* ---- Emoji ----------------------------------------------------------------- */

/* A digit, # or * under a keycap, which makes them an emoji. */
static bool is_keycap(const walk *w, size_t i) {
  uint32_t code = w->at[i].code;
  return is(w, i + 1, 0x20E3) && ((code >= '0' && code <= '9') || code == '#' || code == '*');
}

static size_t marks_end(const walk *w, size_t i) {
  while (w->at[i].class == NARR_CHAR_MARK) i++;
  return i;
}

static size_t emoji_end(const walk *w, size_t i) {
  if (has_class(w, i, NARR_CHAR_REGIONAL)) {
    size_t end = marks_end(w, i + 1);
    return has_class(w, end, NARR_CHAR_REGIONAL) ? marks_end(w, end + 1) : end;
  }
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

static bool is_hebrew(const walk *w, size_t i) {
  return is_letter(w, i) && narr_unicode_script(w->at[i].code) == NARR_SCRIPT_HEBREW;
}

/* Whether the full stop between the letters `before` and `after` is one of
 * initials, which are words of one letter: U.S.A, d.o.o. */
static bool is_initials(const walk *w, size_t begin, size_t before, size_t after) {
  return (before == begin || w->at[before - 1].code == '.') &&
         !is_one_of(w, after + 1, WORD_CLASSES);
}

/* Whether what stands at i, behind a word that began at `begin`, is inside of
 * it: rules WB6, 7, 7a to 7c, 11 and 12 of Annex 29. */
static bool joins(const walk *w, size_t begin, size_t i) {
  size_t before = i, after = i + 1;
  while (before > begin && w->at[before - 1].class == NARR_CHAR_MARK) before--;
  if (before-- == begin || i >= w->count) return false;
  while (w->at[after].class == NARR_CHAR_MARK) after++;
  bool letters = is_letter(w, before) && is_letter(w, after);
  bool digits = has_class(w, before, NARR_CHAR_DIGIT) && has_class(w, after, NARR_CHAR_DIGIT);
  switch ((narr_char_class)w->at[i].class) {
    case NARR_CHAR_MID_NUMBER: return digits;
    case NARR_CHAR_MID_LETTER: return letters;
    case NARR_CHAR_QUOTE: return digits || letters || is_hebrew(w, before);
    case NARR_CHAR_MID_BOTH:
      return digits || (letters && (w->at[i].code != '.' || is_initials(w, begin, before, after)));
    case NARR_CHAR_PUNCTUATION:
      return w->at[i].code == '"' && is_hebrew(w, before) && is_hebrew(w, after);
    default: return false;
  }
}

/* Whether a connector stands before i. */
static bool is_connected(const walk *w, size_t i) {
  while (i > 0 && w->at[i - 1].class == NARR_CHAR_MARK) i--;
  return i > 0 && w->at[i - 1].class == NARR_CHAR_CONNECTOR;
}

/* Where the word that begins at i ends, and the traits of its characters. */
static size_t word_end(const walk *w, size_t i, uint32_t *traits) {
  const narr_char *at = w->at;
  uint32_t all = 0, last = 0;
  bool twice = false, triple = false;
  size_t end = i;
  for (;;) {
    for (; is_one_of(w, end, WORD_CLASSES); end++) {
      bool same = at[end].code == last;
      triple |= same & twice;
      twice = same;
      last = at[end].code;
      all |= at[end].traits;
    }
    if (at[end].class == NARR_CHAR_KATAKANA && (end == i || is_connected(w, end))) {
      while (is_one_of(w, end, KATAKANA_CLASSES)) all |= at[end++].traits;
      if (at[end].class != NARR_CHAR_CONNECTOR) break;
    } else if (joins(w, i, end)) {
      all |= at[end++].traits;
      last = 0;
    } else {
      break;
    }
  }
  *traits = all | (triple ? NARR_TRAIT_TRIPLE : 0);
  return end;
}

/* Where the word that begins at i ends if all of it is Latin letters that need
 * no second look and nothing that could go on stands behind it; else i. Looks
 * at eight characters at a time (words are short: branches that depend on
 * their length would be guessed wrong). */
static size_t plain_word_end(const walk *w, size_t i) {
  const uint8_t *briefs = w->out->chars.briefs, *lows = w->out->chars.lows;
  for (size_t end = i;; end += 8) {
    uint64_t brief = load(briefs + end);
    uint64_t outside = ~brief & EACH(NARR_BRIEF_WORD);
    unsigned length = outside ? (unsigned)__builtin_ctzll(outside) / 8 : 8;
    uint64_t inside = length < 8 ? (UINT64_C(1) << 8 * length) - 1 : UINT64_MAX;
    uint64_t here = load(lows + end);
    uint64_t differ = (here ^ load(lows + end + 1)) | (here ^ load(lows + end + 2));
    uint64_t equal = (differ - EACH(1)) & ~differ & EACH(0x80); /* three in a row, or perhaps */
    if (((brief & EACH(NARR_BRIEF_ASKS)) | equal) & inside) return i;
    if (length == 8) continue;
    return briefs[end + length] & NARR_BRIEF_ENDS ? end + length : i;
  }
}

/* emit_word() of one that plain_word_end() found. */
static inline void emit_plain_word(walk *w, size_t first, size_t end) {
  narr_tokens *out = w->out;
  if (out->count == out->capacity && !more_tokens(w)) return;
  out->items[out->count++] = (narr_token){.first = (uint32_t)first,
                                          .count = (uint32_t)(end - first),
                                          .start = w->at[first].start,
                                          .end = w->at[end - 1].end,
                                          .traits = NARR_TRAIT_LATIN,
                                          .kind = NARR_TOKEN_WORD,
                                          .flags = w->spaced,
                                          .script = NARR_SCRIPT_LATIN};
  w->spaced = w->line_begins = false;
  w->out->scripts.latin++;
  w->singles = end == first + 1 ? w->singles + 1 : 0;
  w->spaced_out |= w->singles >= NARR_SPACED_LEAST;
}

/* Of "seehttp://...", where the link begins; else `end`. */
static size_t word_before_link(const walk *w, size_t i, size_t end) {
  for (size_t k = i + 1; k < end; k++)
    if (scheme_length(w, k)) return k;
  return end;
}

/* Emits the word, number or link that begins at character i. */
static size_t step_word(walk *w, size_t i) {
  uint32_t traits;
  size_t end = word_end(w, i, &traits);
  uint32_t next = w->at[end].code;
  if (next == ':' || next == '.' || next == '-') { /* as in http://, www. and my-host.net/ */
    size_t link = link_end(w, i);
    if (link > i) {
      emit(w, NARR_TOKEN_URL, i, link, 0, 0);
      return link;
    }
    if (next == ':' && is(w, end + 1, '/')) {
      end = word_before_link(w, i, end);
      traits = traits_of(w, i, end);
    }
  }
  if (traits & (NARR_TRAIT_LETTER | NARR_TRAIT_DIGIT))
    emit_word(w, i, end, 0, traits);
  else /* connectors alone */
    emit(w, NARR_TOKEN_PUNCTUATION, i, end, 0, 0);
  return end;
}

static size_t ideograph_end(const walk *w, size_t i) {
  return marks_end(w, i + 1);
}

static size_t mark_run_end(const walk *w, size_t i) {
  size_t end = i + 1;
  while (end < w->count && w->at[end].code == w->at[i].code && w->at[end].class == w->at[i].class)
    end++;
  return marks_end(w, end);
}

/* ---- Retweets and quotations ------------------------------------------------------- */

/* Makes one token of the mention that ends at `end` and an "RT" before it. */
static size_t step_mention(walk *w, size_t i, size_t end) {
  narr_tokens *out = w->out;
  narr_token *last = out->count ? &out->items[out->count - 1] : NULL;
  bool retweet = w->social && w->spaced && last && last->kind == NARR_TOKEN_WORD &&
                 last->count == 2 && matches(w, last->first, "rt") &&
                 !(last->flags & NARR_TOKEN_IN_HASHTAG);
  emit(w, NARR_TOKEN_MENTION, i, end, 0, 0);
  if (!retweet || w->failed) return end;
  if (is(w, end, ':')) end++;
  last = &out->items[--out->count - 1];
  last->kind = NARR_TOKEN_RETWEET;
  last->count = (uint32_t)end - last->first;
  last->end = w->at[end - 1].end;
  last->traits = 0;
  return end;
}

/* Where a mark that says "this is quoted" ends: ">" at the beginning of a
 * line, "\"@name:"; i itself if there is none. */
static size_t quote_end(const walk *w, size_t i) {
  size_t end = i;
  if (!w->social) return i;
  if (w->line_begins)
    while (is(w, end, '>')) end++;
  if (end > i) return w->at[end].class == NARR_CHAR_SPACE || in_word(w, end) ? end : i;
  if (!w->spaced || !(is(w, i, '"') || is(w, i, 0x201C) || is(w, i, 0x201E))) return i;
  end = mention_end(w, i + 1);
  return end > i + 1 && is(w, end, ':') ? end + 1 : i;
}

/* Whether "http" stands at i, as it does where most links begin; by the low
 * bits of the characters, so it may be something else. */
static bool may_be_link(const walk *w, size_t i) {
  uint32_t here;
  memcpy(&here, w->out->chars.lows + i, sizeof here);
  return here == 0x70747468;
}

/* ---- The walk ----------------------------------------------------------------------- */

static size_t step_mark(walk *w, size_t i) {
  uint32_t code = w->at[i].code;
  size_t end = i;
  if (code == '@' && (end = mention_end(w, i)) > i) return step_mention(w, i, end);
  if (code == '#' && (end = hashtag_end(w, i)) > i) {
    emit_hashtag(w, i, end);
    return end;
  }
  bool quotes = code == '>' || code == '"' || code == 0x201C || code == 0x201E;
  if (quotes && (end = quote_end(w, i)) > i)
    emit(w, NARR_TOKEN_QUOTE, i, end, 0, 0);
  else
    emit(w, NARR_TOKEN_PUNCTUATION, i, end = mark_run_end(w, i), 0, 0);
  if (code >= 0x80) look_again(w);
  return end;
}

/* Emits the token that begins at character i and returns where it ends. */
static size_t step(walk *w, size_t i) {
  size_t end;
  switch ((narr_char_class)w->at[i].class) {
    case NARR_CHAR_SPACE:
      w->spaced = true;
      w->line_begins |= w->at[i].code == '\n' || w->at[i].code == '\r';
      return i + 1;
    case NARR_CHAR_DIGIT:
      if (is_keycap(w, i)) break;
      return step_word(w, i);
    case NARR_CHAR_MARK: /* without a base */
      emit_word(w, i, end = marks_end(w, i), 0, NARR_TRAIT_MARK);
      return end;
    case NARR_CHAR_LETTER:
    case NARR_CHAR_CONNECTOR:
    case NARR_CHAR_KATAKANA: return step_word(w, i);
    case NARR_CHAR_IDEOGRAPH:
      emit(w, NARR_TOKEN_WORD, i, end = ideograph_end(w, i), 0, NARR_TRAIT_OTHER);
      look_again(w);
      w->out->scripts.unspaced++;
      return end;
    case NARR_CHAR_EMOJI:
    case NARR_CHAR_REGIONAL:
    case NARR_CHAR_MODIFIER:
      emit(w, NARR_TOKEN_EMOJI, i, end = emoji_end(w, i), 0, 0);
      look_again(w);
      return end;
    default:
      if (!is_keycap(w, i)) return step_mark(w, i);
  }
  emit(w, NARR_TOKEN_EMOJI, i, i + 2, 0, 0); /* a keycap */
  return i + 2;
}

bool narr_tokenize(narr_tokens *tokens, const narr_text_options *options, const char *text,
                   size_t length) {
  tokens->count = tokens->letter_count = tokens->second_look_count = 0;
  tokens->scripts = (narr_script_counts){0};
  if (!narr_normalize(&tokens->chars, text, length, options->html)) return false;
  walk w = {.out = tokens,
            .at = tokens->chars.items,
            .count = tokens->chars.count,
            .social = options->social,
            .line_begins = true,
            .spaced = true};
  const uint8_t *briefs = tokens->chars.briefs;
  for (size_t i = 0; i < w.count && !w.failed;) {
    size_t end = i;
    if (may_be_link(&w, i) && (end = link_end(&w, i)) > i)
      emit(&w, NARR_TOKEN_URL, i, end, 0, 0);
    else if (briefs[i] == NARR_BRIEF_WORD && (end = plain_word_end(&w, i)) > i)
      emit_plain_word(&w, i, end);
    else
      end = step(&w, i);
    w.spaced |= w.at[end].code == ' '; /* the most frequent step of all */
    i = end + (w.at[end].code == ' ');
  }
  if (w.failed) return false;
  if (w.spaced_out && options->disguise && !narr_join_spaced(tokens)) return false;
  return narr_form_tokens(tokens, options);
}

void narr_tokens_free(narr_tokens *tokens) {
  narr_chars_free(&tokens->chars);
  narr_free(tokens->items);
  narr_free(tokens->second_looks);
  narr_free(tokens->letters);
  *tokens = (narr_tokens)NARR_TOKENS_INIT;
}
