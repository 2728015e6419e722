/* html.c - entities by number or by the names that occur in posts (HTML 4
 * has 252; these are its Latin letters, quotes, dashes and signs); tags by
 * name, so that "<3" and "a<b" stay text. */
#include "text/html.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

#define LONGEST_ENTITY 12
#define LONGEST_TAG 2048

typedef struct entity {
  char name[8];
  uint16_t code;
} entity;

static const entity entities[] = {
    {"amp", '&'},       {"lt", '<'},       {"gt", '>'},        {"quot", '"'},
    {"apos", '\''},     {"nbsp", 0xA0},    {"iexcl", 0xA1},    {"cent", 0xA2},
    {"pound", 0xA3},    {"yen", 0xA5},     {"sect", 0xA7},     {"copy", 0xA9},
    {"laquo", 0xAB},    {"shy", 0xAD},     {"reg", 0xAE},      {"deg", 0xB0},
    {"middot", 0xB7},   {"raquo", 0xBB},   {"frac12", 0xBD},   {"iquest", 0xBF},
    {"Agrave", 0xC0},   {"Aacute", 0xC1},  {"Acirc", 0xC2},    {"Atilde", 0xC3},
    {"Auml", 0xC4},     {"Aring", 0xC5},   {"AElig", 0xC6},    {"Ccedil", 0xC7},
    {"Egrave", 0xC8},   {"Eacute", 0xC9},  {"Ecirc", 0xCA},    {"Euml", 0xCB},
    {"Igrave", 0xCC},   {"Iacute", 0xCD},  {"Icirc", 0xCE},    {"Iuml", 0xCF},
    {"ETH", 0xD0},      {"Ntilde", 0xD1},  {"Ograve", 0xD2},   {"Oacute", 0xD3},
    {"Ocirc", 0xD4},    {"Otilde", 0xD5},  {"Ouml", 0xD6},     {"times", 0xD7},
    {"Oslash", 0xD8},   {"Ugrave", 0xD9},  {"Uacute", 0xDA},   {"Ucirc", 0xDB},
    {"Uuml", 0xDC},     {"Yacute", 0xDD},  {"THORN", 0xDE},    {"szlig", 0xDF},
    {"agrave", 0xE0},   {"aacute", 0xE1},  {"acirc", 0xE2},    {"atilde", 0xE3},
    {"auml", 0xE4},     {"aring", 0xE5},   {"aelig", 0xE6},    {"ccedil", 0xE7},
    {"egrave", 0xE8},   {"eacute", 0xE9},  {"ecirc", 0xEA},    {"euml", 0xEB},
    {"igrave", 0xEC},   {"iacute", 0xED},  {"icirc", 0xEE},    {"iuml", 0xEF},
    {"eth", 0xF0},      {"ntilde", 0xF1},  {"ograve", 0xF2},   {"oacute", 0xF3},
    {"ocirc", 0xF4},    {"otilde", 0xF5},  {"ouml", 0xF6},     {"divide", 0xF7},
    {"oslash", 0xF8},   {"ugrave", 0xF9},  {"uacute", 0xFA},   {"ucirc", 0xFB},
    {"uuml", 0xFC},     {"yacute", 0xFD},  {"thorn", 0xFE},    {"yuml", 0xFF},
    {"OElig", 0x152},   {"oelig", 0x153},  {"Scaron", 0x160},  {"scaron", 0x161},
    {"ensp", 0x2002},   {"emsp", 0x2003},  {"thinsp", 0x2009}, {"zwnj", 0x200C},
    {"zwj", 0x200D},    {"lrm", 0x200E},   {"rlm", 0x200F},    {"ndash", 0x2013},
    {"mdash", 0x2014},  {"lsquo", 0x2018}, {"rsquo", 0x2019},  {"sbquo", 0x201A},
    {"ldquo", 0x201C},  {"rdquo", 0x201D}, {"bdquo", 0x201E},  {"bull", 0x2022},
    {"hellip", 0x2026}, {"prime", 0x2032}, {"lsaquo", 0x2039}, {"rsaquo", 0x203A},
    {"euro", 0x20AC},   {"trade", 0x2122}, {"larr", 0x2190},   {"rarr", 0x2192},
    {"hearts", 0x2665}};

static const char *const inline_tags[] = {
    "a",  "abbr", "b",  "cite", "code", "del",   "em",   "font",   "i",   "img", "ins", "mark", "q",
    "rb", "rp",   "rt", "ruby", "s",    "small", "span", "strong", "sub", "sup", "tt",  "u"};
static const char *const line_tags[] = {"br",    "div", "figcaption", "h1", "h2", "h3", "h4",
                                        "h5",    "h6",  "hr",         "li", "ol", "p",  "pre",
                                        "table", "td",  "th",         "tr", "ul"};

static bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* "#39" or "#x27"; U+FFFD for a number that is no character. False: it is no
 * number. */
static bool read_number(const char *at, size_t length, uint32_t *code) {
  bool hexadecimal = length > 1 && lower(at[1]) == 'x';
  size_t first = hexadecimal ? 2 : 1;
  uint32_t value = 0, base = hexadecimal ? 16 : 10;
  if (first >= length) return false;
  for (size_t i = first; i < length; i++) {
    uint32_t digit = (uint32_t)digit_value(at[i]);
    if (digit >= base) return false;
    value = value < 0x110000 ? value * base + digit : value;
  }
  bool character = value > 0 && value < 0x110000 && (value < 0xD800 || value > 0xDFFF);
  *code = character ? value : 0xFFFD;
  return true;
}

/* Names are as they are, or in capitals: "&AMP;" is what shouting makes of
 * "&amp;". */
static bool read_name(const char *at, size_t length, uint32_t *code) {
  size_t upper = 0;
  for (size_t i = 0; i < length; i++) upper += at[i] >= 'A' && at[i] <= 'Z';
  bool shouted = upper == length;
  for (int pass = 0; pass < (shouted ? 2 : 1); pass++)
    for (size_t e = 0; e < sizeof entities / sizeof *entities; e++) {
      const char *name = entities[e].name;
      if (strnlen(name, sizeof entities[e].name) != length) continue;
      size_t same = 0;
      while (same < length && (pass ? lower(at[same]) : at[same]) == name[same]) same++;
      if (same == length) {
        *code = entities[e].code;
        return true;
      }
    }
  return false;
}

static size_t read_entity(const char *text, size_t length, uint32_t *code) {
  size_t end = 1;
  while (end < length && end < LONGEST_ENTITY && (is_alnum(text[end]) || text[end] == '#')) end++;
  if (end == length || text[end] != ';' || end < 3) return 0;
  bool known =
      text[1] == '#' ? read_number(text + 1, end - 1, code) : read_name(text + 1, end - 1, code);
  return known ? end + 1 : 0;
}

static bool is_listed(const char *name, size_t length, const char *const *list, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (strlen(list[i]) != length) continue;
    size_t same = 0;
    while (same < length && lower(name[same]) == list[i][same]) same++;
    if (same == length) return true;
  }
  return false;
}

#define LISTED(name, length, list) is_listed(name, length, list, sizeof(list) / sizeof *(list))

/* Where the tag whose name ends at `at` is over, behind its '>'; 0: nowhere. */
static size_t tag_end(const char *text, size_t length, size_t at) {
  char quote = 0;
  for (; at < length && at < LONGEST_TAG; at++) {
    char c = text[at];
    if (c == '<') return 0;
    if (quote) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return at + 1;
    }
  }
  return 0;
}

static size_t read_tag(const char *text, size_t length, uint32_t *code) {
  static const char *const quote_tags[] = {"blockquote"};
  bool closing = length > 1 && text[1] == '/';
  size_t first = closing ? 2 : 1, end = first;
  while (end < length && end < LONGEST_ENTITY + 2 && is_alnum(text[end])) end++;
  if (end == first || end == length) return 0;
  char next = text[end];
  if (next != '>' && next != '/' && next != ' ' && next != '\n' && next != '\t') return 0;
  const char *name = text + first;
  size_t name_length = end - first;
  if (LISTED(name, name_length, quote_tags))
    *code = closing ? '\n' : '>';
  else if (LISTED(name, name_length, line_tags))
    *code = '\n';
  else if (LISTED(name, name_length, inline_tags))
    *code = 0;
  else
    return 0;
  return tag_end(text, length, end);
}

size_t narr_html_read(const char *text, size_t length, uint32_t *code) {
  return text[0] == '&' ? read_entity(text, length, code) : read_tag(text, length, code);
}
