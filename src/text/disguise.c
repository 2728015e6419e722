/* disguise.c - one finder for each kind of disguise, and the reader. */
#include "text/disguise.h"

#include <string.h>

#include "text/look_alike.h"

#define STACK_LEAST 3 /* marks on one letter: no orthography has more than two */

#define SOME_SCRIPTS (NARR_TRAIT_LATIN | NARR_TRAIT_CYRILLIC | NARR_TRAIT_GREEK)

typedef struct word {
  const narr_char *at;
  size_t count;
  uint32_t traits;
  const narr_script_counts *scripts;
} word;

static bool is_letter(const narr_char *item) {
  return item->class == NARR_CHAR_LETTER;
}

const char *narr_disguise_name(unsigned disguise) {
  switch ((narr_disguise)disguise) {
    case NARR_DISGUISE_INVISIBLE: return "invisible";
    case NARR_DISGUISE_STYLED: return "styled";
    case NARR_DISGUISE_LOOK_ALIKE: return "look-alike";
    case NARR_DISGUISE_DIGITS: return "digits";
    case NARR_DISGUISE_SPACED: return "spaced";
    case NARR_DISGUISE_STRETCHED: return "stretched";
    case NARR_DISGUISE_STACKED: return "stacked";
  }
  return "";
}

/* ---- Look-alikes ---------------------------------------------------------------- */

static uint32_t trait_of(narr_script script) {
  return script == NARR_SCRIPT_LATIN      ? NARR_TRAIT_LATIN
         : script == NARR_SCRIPT_CYRILLIC ? NARR_TRAIT_CYRILLIC
                                          : NARR_TRAIT_GREEK;
}

/* Letters of the word that are of `script`; 0 if a letter of another has no
 * look-alike there, or if there is none of another. */
static size_t letters_in(const word *word, narr_script script) {
  uint32_t trait = trait_of(script);
  size_t letters = 0, others = 0;
  for (size_t i = 0; i < word->count; i++) {
    const narr_char *item = &word->at[i];
    if (!(item->traits & NARR_TRAIT_LETTER)) continue;
    if (item->traits & trait) {
      letters++;
      continue;
    }
    others++;
    if (!narr_look_alike(item->code, item->traits & NARR_TRAIT_UPPER, script)) return 0;
  }
  return others ? letters : 0;
}

/* A foreign name with the ending of a language that is written in Cyrillic, in
 * a text that is: Facebookу. */
static bool is_inflected_name(const word *word) {
  size_t i = 0, ending = 0;
  while (i < word->count && word->at[i].traits & NARR_TRAIT_LATIN) i++;
  for (; i < word->count && word->at[i].traits & NARR_TRAIT_CYRILLIC; i++) ending++;
  return i == word->count && ending > 0 && ending <= 3 && word->count - ending >= 3 &&
         word->scripts->cyrillic > word->scripts->latin;
}

static narr_script look_alike_script(const word *word) {
  const narr_script choices[] = {NARR_SCRIPT_LATIN, NARR_SCRIPT_CYRILLIC, NARR_SCRIPT_GREEK};
  bool mostly_cyrillic = word->scripts->cyrillic > word->scripts->latin;
  narr_script best = NARR_SCRIPT_NONE;
  size_t most = 0;
  if (is_inflected_name(word)) return NARR_SCRIPT_NONE;
  for (size_t c = 0; c < 3; c++) {
    size_t letters = letters_in(word, choices[c]);
    bool preferred = choices[c] == NARR_SCRIPT_CYRILLIC && mostly_cyrillic;
    if (letters > most || (letters && letters == most && preferred)) {
      best = choices[c];
      most = letters;
    }
  }
  return best;
}

/* ---- Digits for letters ------------------------------------------------------------ */

/* Letters at least, so that h1n1 and b2b stay. */
#define DIGITS_LEAST_LETTERS 3

/* Whether digits stand for letters of `script`: within the word, one or twice
 * the same, all of them known, and no more than there are letters. A single 5,
 * 7 or 8 is rather a number (ps5pro). */
static bool has_digit_letters(const word *word, narr_script script) {
  size_t letters = 0, digits = 0, inside = 0, runs = 0, first_digit = 0;
  for (size_t i = 0, end; i < word->count; i = end) {
    end = i + 1;
    letters += is_letter(&word->at[i]);
    if (word->at[i].class != NARR_CHAR_DIGIT) continue;
    while (end < word->count && word->at[end].class == NARR_CHAR_DIGIT) end++;
    bool one = end == i + 1;
    bool two = end == i + 2 && word->at[i + 1].code == word->at[i].code;
    if ((!one && !two) || !narr_digit_letter(word->at[i].code, script, false)) return false;
    digits += end - i;
    if (!runs++) first_digit = word->at[i].code;
    inside +=
        i > 0 && end < word->count && is_letter(&word->at[i - 1]) && is_letter(&word->at[end]);
  }
  bool rather_number = runs == 1 && digits == 1 && first_digit >= '5';
  return inside > 0 && letters >= DIGITS_LEAST_LETTERS && digits <= letters && !rather_number;
}

/* ---- Stretched ---------------------------------------------------------------------- */

static size_t run_of(const narr_char *at, size_t left) {
  size_t run = 1;
  while (run < left && at[run].code == at[0].code) run++;
  return run;
}

static bool is_vowel(uint32_t code) {
  switch (code) {
    case 'a':
    case 'i':
    case 'o':
    case 'u':
    case 'y':
    case 0xEB:  /* ë */
    case 0x430: /* а */
    case 0x438: /* и */
    case 0x43E: /* о */
    case 0x443: /* у */
    case 0x44B: /* ы */
    case 0x44D: /* э */
    case 0x44E: /* ю */
    case 0x44F: /* я */ return true;
    default: return false;
  }
}

/* Whether a run of a letter is longer than any orthography makes it. Three are
 * plain where words are put together (Schifffahrt, Seeelefant, длинношеее,
 * зоообъединение) and in scripts with one-letter prefixes (Arabic). */
static bool is_stretched(const word *word, size_t i, size_t run) {
  if (run < 3 || !is_letter(&word->at[i])) return false;
  if (run > 3) return true;
  uint32_t code = word->at[i].code;
  if (!(word->at[i].traits & SOME_SCRIPTS) || code == 0x435) return false;
  if (i == 1 && word->at[0].code == 0x437) return false; /* зоо- */
  bool inside = i > 0 && i + run < word->count;
  return !inside || is_vowel(code);
}

/* III, xxx, AAA: numerals and words of one letter mean what they are. */
static bool may_be_stretched(const word *word) {
  bool numeral = true, differ = false;
  for (size_t i = 0; i < word->count; i++) {
    uint32_t code = word->at[i].code;
    if (code == '#') continue;
    differ |= code != word->at[word->count - 1].code;
    numeral &= code < 0x80 && strchr("ivxlcdm", (int)code) != NULL;
  }
  return differ && !numeral;
}

static bool has_stretch(const word *word) {
  if (!may_be_stretched(word)) return false;
  for (size_t i = 0, run; i < word->count; i += run) {
    run = run_of(word->at + i, word->count - i);
    if (is_stretched(word, i, run)) return true;
  }
  return false;
}

/* ---- Others -------------------------------------------------------------------------- */

static bool has_invisible(const word *word) {
  for (size_t i = 0; i + 1 < word->count; i++)
    if (word->at[i].traits & NARR_TRAIT_HIDDEN) return true;
  return false;
}

static bool has_stack(const word *word) {
  size_t marks = 0;
  for (size_t i = 0; i < word->count; i++) {
    marks = word->at[i].class == NARR_CHAR_MARK ? marks + 1 : 0;
    if (marks >= STACK_LEAST) return true;
  }
  return false;
}

/* Letters that take turns with `mark`, at least `least` of them. */
static bool is_alternating(const word *word, uint32_t mark, size_t least) {
  size_t letters = 0;
  for (size_t i = 0; i < word->count; i++) {
    bool letter = i % 2 == 0;
    if (letter ? !is_letter(&word->at[i]) : word->at[i].code != mark) return false;
    letters += letter;
  }
  return letters >= least;
}

static void find_digits(narr_undoing *undoing, const word *word) {
  uint32_t scripts = word->traits & NARR_TRAIT_LETTER;
  narr_script script = undoing->script                  ? undoing->script
                       : scripts == NARR_TRAIT_LATIN    ? NARR_SCRIPT_LATIN
                       : scripts == NARR_TRAIT_CYRILLIC ? NARR_SCRIPT_CYRILLIC
                                                        : NARR_SCRIPT_NONE;
  if (!script || !has_digit_letters(word, script)) return;
  undoing->digits = script;
  undoing->found |= NARR_DISGUISE_DIGITS;
  for (size_t i = 0; i < word->count; i++)
    if (word->at[i].code == '1') undoing->ambiguous = true;
}

void narr_disguise_find(narr_undoing *undoing, const narr_tokens *tokens, const narr_token *token,
                        const narr_text_options *options) {
  word word = {tokens->chars.items + token->first, token->count, token->traits, &tokens->scripts};
  uint32_t scripts = token->traits & SOME_SCRIPTS;
  *undoing = (narr_undoing){0};
  if (token->disguise & NARR_DISGUISE_SPACED) {
    undoing->inner = true;
  } else if (token->traits & NARR_TRAIT_INNER) {
    undoing->inner = options->fold && is_alternating(&word, '.', 3);
    if (options->disguise && is_alternating(&word, '_', 4)) {
      undoing->inner = true;
      undoing->found |= NARR_DISGUISE_SPACED;
    }
  }
  if (!options->disguise) return;
  if (scripts & (scripts - 1)) undoing->script = look_alike_script(&word);
  if (undoing->script) undoing->found |= NARR_DISGUISE_LOOK_ALIKE;
  if (token->traits & NARR_TRAIT_DIGIT) find_digits(undoing, &word);
  if (token->traits & NARR_TRAIT_TRIPLE && has_stretch(&word)) {
    undoing->stretched = undoing->ambiguous = true;
    undoing->found |= NARR_DISGUISE_STRETCHED;
  }
  if (token->traits & NARR_TRAIT_HIDDEN && has_invisible(&word))
    undoing->found |= NARR_DISGUISE_INVISIBLE;
  if (token->traits & NARR_TRAIT_STYLED && !tokens->scripts.unspaced)
    undoing->found |= NARR_DISGUISE_STYLED;
  if (token->traits & NARR_TRAIT_MARK && has_stack(&word)) undoing->found |= NARR_DISGUISE_STACKED;
}

/* ---- Reading ------------------------------------------------------------------------------ */

void narr_disguise_begin(narr_disguise_reader *reader, const narr_tokens *tokens,
                         const narr_token *token, const narr_undoing *undoing) {
  *reader = (narr_disguise_reader){
      .at = tokens->chars.items + token->first, .count = token->count, .undoing = undoing};
}

/* What a character stands for. */
static uint32_t undone(const narr_undoing *undoing, const narr_char *item) {
  uint32_t as = 0;
  if (undoing->script && item->traits & NARR_TRAIT_LETTER)
    as = narr_look_alike(item->code, item->traits & NARR_TRAIT_UPPER, undoing->script);
  else if (undoing->digits && item->class == NARR_CHAR_DIGIT)
    as = narr_digit_letter(item->code, undoing->digits, undoing->other);
  return as ? as : item->code;
}

/* Whether a character is passed over. */
static bool is_noise(narr_disguise_reader *reader, const narr_char *item) {
  const narr_undoing *undoing = reader->undoing;
  bool mark = item->class == NARR_CHAR_MARK;
  reader->marks = mark ? reader->marks + 1 : 0;
  if (undoing->found & NARR_DISGUISE_STACKED && mark) return reader->marks > 1;
  return undoing->inner && !mark && !is_letter(item);
}

bool narr_disguise_next(narr_disguise_reader *reader, narr_letter *letter) {
  if (reader->repeats) {
    reader->repeats--;
    *letter = reader->last;
    return true;
  }
  while (reader->next < reader->count && is_noise(reader, &reader->at[reader->next]))
    reader->next++;
  if (reader->next == reader->count) return false;
  size_t i = reader->next;
  const narr_char *item = &reader->at[i];
  size_t run = 1;
  if (reader->undoing->stretched) {
    word word = {reader->at, reader->count, 0, NULL};
    run = run_of(item, reader->count - i);
    if (is_stretched(&word, i, run))
      reader->repeats = reader->undoing->other ? 1 : 0;
    else
      run = 1;
  }
  reader->last =
      (narr_letter){undone(reader->undoing, item), item->start, reader->at[i + run - 1].end};
  reader->next = i + run;
  *letter = reader->last;
  return true;
}
