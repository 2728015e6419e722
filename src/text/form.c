/* form.c - what tokens are read as.
 *
 * Most tokens have no trait that asks for it and are passed over. For the
 * others a plan is made - what to undo in this token - and carried out in one
 * pass over its characters; a second plan gives its other reading, a third
 * its spelling. */
#include "text/form.h"

#include <string.h>

#include "base/alloc.h"
#include "text/cyrillic.h"
#include "text/disguise.h"
#include "text/number.h"

typedef struct former {
  narr_tokens *tokens;
  const narr_text_options *options;
  bool southern; /* Cyrillic letters are those of Serbian, Montenegrin, Macedonian */
} former;

/* What to undo in a token. */
typedef struct plan {
  const narr_token *token;
  narr_undoing undoing; /* of disguise */
  bool latin;           /* Cyrillic becomes Latin */
  bool fold;
} plan;

/* Traits of a word that can only be folded. */
#define FOLDING (NARR_TRAIT_LATIN | NARR_TRAIT_UPPER | NARR_TRAIT_STARTS | NARR_TRAIT_FOLDS)

#define SOME_SCRIPTS (NARR_TRAIT_LATIN | NARR_TRAIT_CYRILLIC | NARR_TRAIT_GREEK)

/* Whether their own letters show, and hardly any that they don't have. */
static bool is_southern(const narr_script_counts *counts) {
  return counts->south > 0 && counts->south >= 3 * counts->north;
}

/* ---- Writing a form ---------------------------------------------------------- */

static narr_letter *make_room(narr_tokens *tokens, size_t more) {
  void *letters = tokens->letters;
  if (!narr_grow(&letters, &tokens->letter_capacity, tokens->letter_count + more,
                 sizeof *tokens->letters))
    return NULL;
  tokens->letters = letters;
  return tokens->letters + tokens->letter_count;
}

static const narr_char_info *info_of(uint32_t code) {
  const narr_unicode_page *page = narr_unicode_page_of(code);
  return page ? &page->info[code & 0xFF] : NULL;
}

/* Typographic marks as they are typed. */
static uint32_t plain_mark(uint32_t code) {
  switch (code) {
    case 0x2018:
    case 0x2019:
    case 0x201A:
    case 0x2BC:
    case 0x2032: return '\'';
    case 0xAB:
    case 0xBB:
    case 0x201C:
    case 0x201D:
    case 0x201E: return '"';
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2212: return '-';
    default: return code;
  }
}

/* Appends a letter; with `fold` without its marks, and dj as d. */
static narr_letter *put_letter(bool fold, narr_letter *first, narr_letter *out,
                               narr_letter letter) {
  const narr_char_info *info = fold ? info_of(letter.code) : NULL;
  if (fold && out > first && letter.code == 'j' && out[-1].code == 'd') {
    out[-1].end = letter.end;
    return out;
  }
  if (!info || !info->fold[0]) {
    if (fold) letter.code = plain_mark(letter.code);
    *out++ = letter;
    return out;
  }
  for (size_t i = 0; i < 2 && info->fold[i]; i++)
    *out++ = (narr_letter){info->fold[i], letter.start, letter.end};
  return out;
}

/* Appends a mark, composed with the letter before it if they have a composite
 * (Montenegrin ś is s and a mark in Cyrillic); a Latin letter that is folded
 * loses it. */
static narr_letter *put_mark(const plan *p, narr_letter *first, narr_letter *out,
                             narr_letter mark) {
  if (out > first) {
    const narr_char_info *base = info_of(out[-1].code);
    if (p->fold && base && base->fold[0]) {
      out[-1].end = mark.end;
      return out;
    }
    uint32_t composed = p->latin ? narr_unicode_compose(out[-1].code, mark.code) : 0;
    if (composed) {
      out[-1] = (narr_letter){composed, out[-1].start, mark.end};
      return out;
    }
  }
  *out++ = mark;
  return out;
}

/* Carries out a plan behind the letters there are; returns how many it gives,
 * SIZE_MAX if there is no memory. */
static size_t carry_out(narr_tokens *tokens, const plan *p) {
  size_t room = 2 * (size_t)p->token->count + 2;
  narr_letter *first = make_room(tokens, room), *out = first;
  if (!first) return SIZE_MAX;
  narr_disguise_reader reader;
  narr_disguise_begin(&reader, tokens, p->token, &p->undoing);
  narr_letter letter;
  while (narr_disguise_next(&reader, &letter)) {
    const narr_char_info *info = info_of(letter.code);
    const uint16_t *latin = p->latin ? narr_cyrillic_to_latin(letter.code) : NULL;
    if (info && info->class == NARR_CHAR_MARK) {
      out = put_mark(p, first, out, letter);
      continue;
    }
    if (!latin) out = put_letter(p->fold, first, out, letter);
    for (size_t i = 0; latin && i < 2 && latin[i]; i++)
      out = put_letter(p->fold, first, out, (narr_letter){latin[i], letter.start, letter.end});
  }
  return (size_t)(out - first);
}

static bool is_raw(const narr_tokens *tokens, const narr_token *token, const narr_letter *letters,
                   size_t count) {
  if (count != token->count) return false;
  const narr_char *chars = tokens->chars.items + token->first;
  for (size_t i = 0; i < count; i++)
    if (chars[i].code != letters[i].code) return false;
  return true;
}

/* Whether letters are what the token is read as so far. */
static bool is_form(const narr_tokens *tokens, const narr_token *token, const narr_letter *letters,
                    size_t count) {
  if (!token->form.count) return is_raw(tokens, token, letters, count);
  const narr_letter *form = tokens->letters + token->form.first;
  if (count != token->form.count) return false;
  for (size_t i = 0; i < count; i++)
    if (form[i].code != letters[i].code) return false;
  return true;
}

static narr_slice keep(narr_tokens *tokens, size_t count) {
  narr_slice slice = {(uint32_t)tokens->letter_count, (uint32_t)count};
  tokens->letter_count += count;
  return slice;
}

/* ---- Words ---------------------------------------------------------------------- */

/* Carries out a plan and keeps the letters in *slice, unless that is what the
 * token is read as already. False: out of memory. */
static bool read_as(narr_tokens *tokens, narr_token *token, const plan *p, narr_slice *slice) {
  size_t count = carry_out(tokens, p);
  if (count == SIZE_MAX) return false;
  const narr_letter *letters = tokens->letters + tokens->letter_count;
  if (count && !is_form(tokens, token, letters, count)) *slice = keep(tokens, count);
  return true;
}

static bool read_spelling(narr_tokens *tokens, narr_token *token, const plan *p) {
  if (!read_as(tokens, token, p, &token->spelling)) return false;
  narr_slice spelling = token->spelling;
  if (!spelling.count) return true;
  token->flags |= NARR_TOKEN_SPELLED;
  if (!is_raw(tokens, token, tokens->letters + spelling.first, spelling.count)) return true;
  tokens->letter_count = spelling.first; /* its characters are that */
  token->spelling = (narr_slice){0, 0};
  return true;
}

static narr_script script_of(const narr_tokens *tokens, const narr_token *token) {
  switch (token->traits & NARR_TRAIT_LETTER) {
    case 0: return NARR_SCRIPT_NONE;
    case NARR_TRAIT_LATIN: return NARR_SCRIPT_LATIN;
    case NARR_TRAIT_CYRILLIC: return NARR_SCRIPT_CYRILLIC;
    case NARR_TRAIT_GREEK: return NARR_SCRIPT_GREEK;
    default: break;
  }
  const narr_char *at = tokens->chars.items + token->first, *end = at + token->count;
  while (at < end && !(at->traits & NARR_TRAIT_LETTER)) at++;
  return at < end ? narr_unicode_script(at->code) : NARR_SCRIPT_NONE;
}

/* Traits of words that may have a form. */
static uint32_t asking_traits(const former *f) {
  uint32_t traits = 0;
  if (f->options->fold) traits |= NARR_TRAIT_FOLDS | NARR_TRAIT_MARK | NARR_TRAIT_INNER;
  if (f->options->disguise)
    traits |= NARR_TRAIT_STYLED | NARR_TRAIT_HIDDEN | NARR_TRAIT_MARK | NARR_TRAIT_INNER |
              NARR_TRAIT_DIGIT | NARR_TRAIT_TRIPLE;
  if (f->options->canonical) traits |= NARR_TRAIT_CYRILLIC;
  return traits;
}

/* Whether a word whose letters may fold does: a j asks, but only dj folds. */
static bool has_fold(const narr_tokens *tokens, const narr_token *token) {
  const narr_char *at = tokens->chars.items + token->first;
  for (size_t i = 0; i < token->count; i++)
    if (at[i].code >= 0x80 || (at[i].code == 'j' && i > 0 && at[i - 1].code == 'd')) return true;
  return false;
}

static bool is_mixed(uint32_t traits) {
  traits &= SOME_SCRIPTS;
  return traits & (traits - 1);
}

/* Traits of words that are Cyrillic letters and nothing else. */
#define CYRILLIC_LETTERS \
  (NARR_TRAIT_CYRILLIC | NARR_TRAIT_SOUTH | NARR_TRAIT_NORTH | NARR_TRAIT_UPPER | NARR_TRAIT_STARTS)

/* Writes such a word in Latin letters by one of the tables. False: there is no
 * memory. */
static bool put_cyrillic(narr_tokens *tokens, const narr_token *token,
                         const narr_cyrillic_letter *table, narr_slice *slice) {
  narr_letter *first = make_room(tokens, 2 * (size_t)token->count), *out = first;
  const narr_char *at = tokens->chars.items + token->first;
  bool fold = table == narr_cyrillic_folded;
  if (!first) return false;
  for (size_t i = 0; i < token->count; i++) {
    uint32_t index = at[i].code - NARR_CYRILLIC_FIRST;
    const uint16_t *latin = index < NARR_CYRILLIC_COUNT ? table[index] : NULL;
    if (fold && latin && latin[0] == 'j' && out > first && out[-1].code == 'd') { /* dj is d */
      out[-1].end = at[i].end;
      latin++;
    }
    if (!latin) *out++ = (narr_letter){at[i].code, at[i].start, at[i].end};
    if (!latin || !latin[0]) continue;
    *out++ = (narr_letter){latin[0], at[i].start, at[i].end};
    if (latin != table[index] || !latin[1]) continue;
    *out++ = (narr_letter){latin[1], at[i].start, at[i].end};
  }
  *slice = keep(tokens, (size_t)(out - first));
  return true;
}

/* Whether folding makes a difference to a word in Latin letters. */
static bool is_folded(const narr_tokens *tokens, const narr_token *token) {
  const narr_char *at = tokens->chars.items + token->first;
  for (size_t i = 0; i < token->count; i++) {
    const uint16_t *latin = narr_cyrillic_to_latin(at[i].code);
    bool after_d = i > 0 && at[i - 1].code == 0x434;
    if (latin && (latin[0] >= 0x80 || latin[1] >= 0x80 || (latin[0] == 'j' && after_d)))
      return true;
  }
  return false;
}

/* form_word() of a word that is nothing but Cyrillic letters, most often. */
static bool form_cyrillic(const former *f, narr_token *token) {
  narr_tokens *tokens = f->tokens;
  bool fold = f->options->fold;
  const narr_cyrillic_letter *table = fold ? narr_cyrillic_folded : narr_cyrillic_latin;
  bool latin = f->southern && !(token->traits & NARR_TRAIT_NORTH);
  if (!latin) return put_cyrillic(tokens, token, table, &token->other);
  token->script = NARR_SCRIPT_LATIN;
  if (!put_cyrillic(tokens, token, table, &token->form)) return false;
  if (!fold || !is_folded(tokens, token)) return true;
  token->flags |= NARR_TOKEN_SPELLED;
  return put_cyrillic(tokens, token, narr_cyrillic_latin, &token->spelling);
}

static bool form_word(const former *f, narr_token *token) {
  narr_tokens *tokens = f->tokens;
  if (!token->disguise && !(token->traits & ~(uint32_t)FOLDING) && !has_fold(tokens, token))
    return true;
  if (f->options->canonical && !(token->traits & ~(uint32_t)CYRILLIC_LETTERS) && !token->disguise)
    return form_cyrillic(f, token);
  plan p = {.token = token, .fold = f->options->fold};
  if (f->options->disguise || f->options->fold)
    narr_disguise_find(&p.undoing, tokens, token, f->options);
  token->disguise |= p.undoing.found;
  if (p.undoing.script) token->script = (uint8_t)p.undoing.script;
  bool cyrillic = f->options->canonical && token->script == NARR_SCRIPT_CYRILLIC;
  p.latin = cyrillic && f->southern && !(token->traits & NARR_TRAIT_NORTH);
  if (p.latin) token->script = NARR_SCRIPT_LATIN;
  if (!read_as(tokens, token, &p, &token->form)) return false;
  if (p.undoing.ambiguous || (cyrillic && !p.latin)) {
    plan other = p;
    other.undoing.other = true;
    other.latin = cyrillic;
    if (!read_as(tokens, token, &other, &token->other)) return false;
  }
  plan spelling = {.token = token, .latin = p.latin};
  return !token->form.count || read_spelling(tokens, token, &spelling);
}

/* ---- Other tokens ------------------------------------------------------------------- */

static bool form_number(narr_tokens *tokens, narr_token *token) {
  narr_letter *out = make_room(tokens, token->count + 2);
  if (!out) return false;
  size_t count = narr_number_magnitude(tokens->chars.items + token->first, token->count, out);
  if (count == 0) return true;
  for (size_t i = 0; i < count; i++) out[i].start = token->start, out[i].end = token->end;
  if (is_raw(tokens, token, out, count)) return true;
  token->form = keep(tokens, count);
  token->flags |= NARR_TOKEN_SPELLED;
  return true;
}

/* An emoji without skin tones; a mark as it is typed. */
static bool form_mark(narr_tokens *tokens, narr_token *token) {
  const narr_char *at = tokens->chars.items + token->first;
  narr_letter *out = make_room(tokens, token->count);
  if (!out) return false;
  size_t count = 0;
  for (size_t i = 0; i < token->count; i++) {
    if (count && at[i].code >= 0x1F3FB && at[i].code <= 0x1F3FF) continue;
    out[count++] = (narr_letter){plain_mark(at[i].code), at[i].start, at[i].end};
  }
  if (is_raw(tokens, token, out, count)) return true;
  out[count - 1].end = token->end;
  token->form = keep(tokens, count);
  token->flags |= NARR_TOKEN_SPELLED;
  return true;
}

bool narr_form_tokens(narr_tokens *tokens, const narr_text_options *options) {
  former f = {tokens, options, is_southern(&tokens->scripts)};
  uint32_t asking = asking_traits(&f);
  uint32_t elsewhere = asking & NARR_TRAIT_TRIPLE; /* in all other scripts */
  for (size_t i = 0; i < tokens->second_look_count; i++) {
    narr_token *token = &tokens->items[tokens->second_looks[i]];
    bool ok = true;
    switch ((narr_token_kind)token->kind) {
      case NARR_TOKEN_WORD:
      case NARR_TOKEN_HASHTAG:
        token->script = (uint8_t)script_of(tokens, token);
        if (token->traits & (token->traits & SOME_SCRIPTS ? asking : elsewhere) ||
            token->disguise || (options->disguise && is_mixed(token->traits)))
          ok = form_word(&f, token);
        break;
      case NARR_TOKEN_NUMBER:
        if (options->numbers) ok = form_number(tokens, token);
        break;
      case NARR_TOKEN_EMOJI:
      case NARR_TOKEN_PUNCTUATION:
        if (options->fold) ok = form_mark(tokens, token);
        break;
      default: break;
    }
    if (!ok) return false;
  }
  return true;
}
