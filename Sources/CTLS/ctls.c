#include "ctls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct wp_tls {
    SSL *ssl;
    BIO *in;
    BIO *out;
};

static SSL_CTX *context;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_context(void) {
    context = SSL_CTX_new(TLS_client_method());
    if (!context) return;
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    // Cameras live long, and speak what was usual when they were made.
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT);
}

struct wp_tls *wp_tls_client(const char *host) {
    pthread_once(&once, make_context);
    struct wp_tls *tls = context ? calloc(1, sizeof *tls) : NULL;
    if (!tls) return NULL;
    tls->ssl = SSL_new(context);
    tls->in = BIO_new(BIO_s_mem());
    tls->out = BIO_new(BIO_s_mem());
    if (!tls->ssl || !tls->in || !tls->out) {
        SSL_free(tls->ssl);
        BIO_free(tls->in);
        BIO_free(tls->out);
        free(tls);
        return NULL;
    }
    // The connection owns both.
    SSL_set_bio(tls->ssl, tls->in, tls->out);
    SSL_set_connect_state(tls->ssl);
    struct in6_addr address;
    if (inet_pton(AF_INET, host, &address) != 1 && inet_pton(AF_INET6, host, &address) != 1)
        SSL_set_tlsext_host_name(tls->ssl, host);
    return tls;
}

void wp_tls_free(struct wp_tls *tls) {
    if (!tls) return;
    SSL_free(tls->ssl);
    free(tls);
}

int wp_tls_feed(struct wp_tls *tls, const void *bytes, int count) {
    return BIO_write(tls->in, bytes, count) == count ? 0 : -1;
}

int wp_tls_take(struct wp_tls *tls, void *bytes, int count) {
    int taken = BIO_read(tls->out, bytes, count);
    return taken > 0 ? taken : 0;
}

static int wants_more(struct wp_tls *tls, int result) {
    int error = SSL_get_error(tls->ssl, result);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

int wp_tls_handshake(struct wp_tls *tls) {
    ERR_clear_error();
    int result = SSL_do_handshake(tls->ssl);
    if (result == 1) return 1;
    return wants_more(tls, result) ? 0 : -1;
}

int wp_tls_read(struct wp_tls *tls, void *bytes, int count) {
    ERR_clear_error();
    int result = SSL_read(tls->ssl, bytes, count);
    if (result > 0) return result;
    return wants_more(tls, result) ? 0 : -1;
}

int wp_tls_write(struct wp_tls *tls, const void *bytes, int count) {
    ERR_clear_error();
    return SSL_write(tls->ssl, bytes, count) == count ? 0 : -1;
}

void wp_tls_reason(char *text, int count) {
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    strncpy(text, reason ? reason : "the connection was cut off", count - 1);
    text[count - 1] = 0;
}
