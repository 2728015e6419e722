/* script.c - scripts by ranges of the code charts. */
#include "text/script.h"

#include <stddef.h>

/* Rising. Gaps are NARR_SCRIPT_OTHER. */
static const struct {
  uint32_t low, high;
  narr_script script;
} ranges[] = {
    {0x41, 0x2B8, NARR_SCRIPT_LATIN},         {0x2E0, 0x2E4, NARR_SCRIPT_LATIN},
    {0x370, 0x3E1, NARR_SCRIPT_GREEK},        {0x3F0, 0x3FF, NARR_SCRIPT_GREEK},
    {0x400, 0x52F, NARR_SCRIPT_CYRILLIC},     {0x531, 0x58A, NARR_SCRIPT_ARMENIAN},
    {0x591, 0x5F4, NARR_SCRIPT_HEBREW},       {0x600, 0x6FF, NARR_SCRIPT_ARABIC},
    {0x750, 0x77F, NARR_SCRIPT_ARABIC},       {0x870, 0x8FF, NARR_SCRIPT_ARABIC},
    {0x900, 0x97F, NARR_SCRIPT_DEVANAGARI},   {0x980, 0x9FF, NARR_SCRIPT_BENGALI},
    {0xA00, 0xA7F, NARR_SCRIPT_GURMUKHI},     {0xA80, 0xAFF, NARR_SCRIPT_GUJARATI},
    {0xB00, 0xB7F, NARR_SCRIPT_ORIYA},        {0xB80, 0xBFF, NARR_SCRIPT_TAMIL},
    {0xC00, 0xC7F, NARR_SCRIPT_TELUGU},       {0xC80, 0xCFF, NARR_SCRIPT_KANNADA},
    {0xD00, 0xD7F, NARR_SCRIPT_MALAYALAM},    {0xD80, 0xDFF, NARR_SCRIPT_SINHALA},
    {0xE00, 0xE7F, NARR_SCRIPT_THAI},         {0xE80, 0xEFF, NARR_SCRIPT_LAO},
    {0xF00, 0xFFF, NARR_SCRIPT_TIBETAN},      {0x1000, 0x109F, NARR_SCRIPT_MYANMAR},
    {0x10A0, 0x10FF, NARR_SCRIPT_GEORGIAN},   {0x1100, 0x11FF, NARR_SCRIPT_HANGUL},
    {0x1200, 0x139F, NARR_SCRIPT_ETHIOPIC},   {0x1780, 0x17FF, NARR_SCRIPT_KHMER},
    {0x1820, 0x18AA, NARR_SCRIPT_MONGOLIAN},  {0x1C80, 0x1C8F, NARR_SCRIPT_CYRILLIC},
    {0x1C90, 0x1CBF, NARR_SCRIPT_GEORGIAN},   {0x1D00, 0x1D25, NARR_SCRIPT_LATIN},
    {0x1D26, 0x1D2A, NARR_SCRIPT_GREEK},      {0x1D2B, 0x1D2B, NARR_SCRIPT_CYRILLIC},
    {0x1D2C, 0x1D5C, NARR_SCRIPT_LATIN},      {0x1D5D, 0x1D61, NARR_SCRIPT_GREEK},
    {0x1D62, 0x1D65, NARR_SCRIPT_LATIN},      {0x1D66, 0x1D6A, NARR_SCRIPT_GREEK},
    {0x1D6B, 0x1D77, NARR_SCRIPT_LATIN},      {0x1D78, 0x1D78, NARR_SCRIPT_CYRILLIC},
    {0x1D79, 0x1DBE, NARR_SCRIPT_LATIN},      {0x1DBF, 0x1DBF, NARR_SCRIPT_GREEK},
    {0x1E00, 0x1EFF, NARR_SCRIPT_LATIN},      {0x1F00, 0x1FFF, NARR_SCRIPT_GREEK},
    {0x2071, 0x209C, NARR_SCRIPT_LATIN},      {0x2126, 0x2126, NARR_SCRIPT_GREEK},
    {0x212A, 0x212B, NARR_SCRIPT_LATIN},      {0x2132, 0x2132, NARR_SCRIPT_LATIN},
    {0x214E, 0x214E, NARR_SCRIPT_LATIN},      {0x2160, 0x2188, NARR_SCRIPT_LATIN},
    {0x2C60, 0x2C7F, NARR_SCRIPT_LATIN},      {0x2D00, 0x2D2D, NARR_SCRIPT_GEORGIAN},
    {0x2D80, 0x2DDF, NARR_SCRIPT_ETHIOPIC},   {0x2DE0, 0x2DFF, NARR_SCRIPT_CYRILLIC},
    {0x2E80, 0x2FD5, NARR_SCRIPT_HAN},        {0x3005, 0x3007, NARR_SCRIPT_HAN},
    {0x3021, 0x3029, NARR_SCRIPT_HAN},        {0x302E, 0x302F, NARR_SCRIPT_HANGUL},
    {0x3038, 0x303B, NARR_SCRIPT_HAN},        {0x3041, 0x309F, NARR_SCRIPT_HIRAGANA},
    {0x30A1, 0x30FF, NARR_SCRIPT_KATAKANA},   {0x3131, 0x318E, NARR_SCRIPT_HANGUL},
    {0x31F0, 0x31FF, NARR_SCRIPT_KATAKANA},   {0x3400, 0x9FFF, NARR_SCRIPT_HAN},
    {0xA640, 0xA69F, NARR_SCRIPT_CYRILLIC},   {0xA722, 0xA7FF, NARR_SCRIPT_LATIN},
    {0xA8E0, 0xA8FF, NARR_SCRIPT_DEVANAGARI}, {0xA960, 0xA97C, NARR_SCRIPT_HANGUL},
    {0xA9E0, 0xA9FE, NARR_SCRIPT_MYANMAR},    {0xAA60, 0xAA7F, NARR_SCRIPT_MYANMAR},
    {0xAB01, 0xAB2E, NARR_SCRIPT_ETHIOPIC},   {0xAB30, 0xAB64, NARR_SCRIPT_LATIN},
    {0xAB65, 0xAB65, NARR_SCRIPT_GREEK},      {0xAB66, 0xAB69, NARR_SCRIPT_LATIN},
    {0xAC00, 0xD7FB, NARR_SCRIPT_HANGUL},     {0xF900, 0xFAD9, NARR_SCRIPT_HAN},
    {0xFB00, 0xFB06, NARR_SCRIPT_LATIN},      {0xFB13, 0xFB17, NARR_SCRIPT_ARMENIAN},
    {0xFB1D, 0xFB4F, NARR_SCRIPT_HEBREW},     {0xFB50, 0xFDFF, NARR_SCRIPT_ARABIC},
    {0xFE70, 0xFEFC, NARR_SCRIPT_ARABIC},     {0xFF21, 0xFF5A, NARR_SCRIPT_LATIN},
    {0xFF66, 0xFF9D, NARR_SCRIPT_KATAKANA},   {0xFFA0, 0xFFDC, NARR_SCRIPT_HANGUL},
    {0x20000, 0x3FFFD, NARR_SCRIPT_HAN},
};

narr_script narr_unicode_script(uint32_t code) {
  size_t low = 0, high = sizeof ranges / sizeof *ranges;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (code > ranges[middle].high)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == sizeof ranges / sizeof *ranges || code < ranges[low].low) return NARR_SCRIPT_OTHER;
  return ranges[low].script;
}

const char *narr_script_name(narr_script script) {
  static const char *const names[NARR_SCRIPT_COUNT] = {
      "none",   "Latin",      "Cyrillic", "Greek",     "Armenian", "Hebrew",
      "Arabic", "Devanagari", "Bengali",  "Gurmukhi",  "Gujarati", "Oriya",
      "Tamil",  "Telugu",     "Kannada",  "Malayalam", "Sinhala",  "Thai",
      "Lao",    "Tibetan",    "Myanmar",  "Georgian",  "Hangul",   "Ethiopic",
      "Khmer",  "Mongolian",  "Hiragana", "Katakana",  "Han",      "other"};
  return (unsigned)script < NARR_SCRIPT_COUNT ? names[script] : "other";
}
