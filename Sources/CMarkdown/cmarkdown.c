#include "cmarkdown.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

char *cmarkdown_html(const char *text, size_t length) {
    // Registers once, however often it is asked.
    cmark_gfm_core_extensions_ensure_registered();
    // HTML of the text stays: whoever asks takes out what may not stand on a page.
    const int options = CMARK_OPT_VALIDATE_UTF8 | CMARK_OPT_UNSAFE;
    cmark_parser *parser = cmark_parser_new(options);
    if (!parser) return NULL;
    const char *names[] = {"table", "strikethrough", "autolink"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        cmark_syntax_extension *extension = cmark_find_syntax_extension(names[i]);
        if (extension) cmark_parser_attach_syntax_extension(parser, extension);
    }
    cmark_parser_feed(parser, text, length);
    cmark_node *document = cmark_parser_finish(parser);
    char *html = document ? cmark_render_html(document, options, cmark_parser_get_syntax_extensions(parser)) : NULL;
    if (document) cmark_node_free(document);
    cmark_parser_free(parser);
    return html;
}
