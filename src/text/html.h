/* html.h - the HTML that comes with posts: entities (all platforms) and tags
 * (Mastodon and other ActivityPub servers). */
#ifndef NARR_TEXT_HTML_H
#define NARR_TEXT_HTML_H

#include <stddef.h>
#include <stdint.h>

/* Reads the entity or tag at `text`, which begins with '&' or '<'. Returns
 * its length in bytes, or 0 if there is none, as in "a < b & c". *code is
 * what it stands for: a character, '\n' for a tag that begins a line, '>'
 * for one that begins a quotation, 0 for a tag inside a line. Looks no
 * further than the next '<', so that a text is read in linear time. */
size_t narr_html_read(const char *text, size_t length, uint32_t *code);

#endif
