#ifndef CMARKDOWN_H
#define CMARKDOWN_H
#include <stddef.h>

/// HTML of a text in GitHub's Markdown, with tables and struck-out words; raw HTML of the text and its addresses stay as
/// they are, so it is for no page yet. To be given to `free`; null where there is no memory.
char *cmarkdown_html(const char *text, size_t length);

#endif
