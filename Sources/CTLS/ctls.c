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

/// A connection without a side yet.
static struct wp_tls *make_connection(SSL_CTX *of) {
    struct wp_tls *tls = of ? calloc(1, sizeof *tls) : NULL;
    if (!tls) return NULL;
    tls->ssl = SSL_new(of);
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
    return tls;
}

struct wp_tls *wp_tls_client(const char *host) {
    pthread_once(&once, make_context);
    struct wp_tls *tls = make_connection(context);
    if (!tls) return NULL;
    SSL_set_connect_state(tls->ssl);
    struct in6_addr address;
    if (inet_pton(AF_INET, host, &address) != 1 && inet_pton(AF_INET6, host, &address) != 1)
        SSL_set_tlsext_host_name(tls->ssl, host);
    return tls;
}

struct wp_tls_server {
    SSL_CTX *context;
};

/// Without it OpenSSL would ask at the terminal.
static int give_passphrase(char *text, int size, int is_written, void *passphrase) {
    (void)is_written;
    if (!passphrase) return 0;
    int count = (int)strlen(passphrase);
    if (count > size) return 0;
    memcpy(text, passphrase, count);
    return count;
}

struct wp_tls_server *wp_tls_server(const char *certificate, const char *key, const char *passphrase) {
    ERR_clear_error();
    struct wp_tls_server *server = calloc(1, sizeof *server);
    if (!server) return NULL;
    server->context = SSL_CTX_new(TLS_server_method());
    if (!server->context) {
        free(server);
        return NULL;
    }
    SSL_CTX_set_min_proto_version(server->context, TLS1_2_VERSION);
    // Each renegotiation costs a server more than its client.
    SSL_CTX_set_options(server->context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(server->context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_id_context(server->context, (const unsigned char *)"watchpost", 9);
    SSL_CTX_set_default_passwd_cb(server->context, give_passphrase);
    SSL_CTX_set_default_passwd_cb_userdata(server->context, (void *)passphrase);
    int is_read = SSL_CTX_use_certificate_chain_file(server->context, certificate) == 1 &&
                  SSL_CTX_use_PrivateKey_file(server->context, key, SSL_FILETYPE_PEM) == 1 &&
                  SSL_CTX_check_private_key(server->context) == 1;
    SSL_CTX_set_default_passwd_cb_userdata(server->context, NULL);
    if (!is_read) {
        wp_tls_server_free(server);
        return NULL;
    }
    return server;
}

int wp_tls_server_trust(struct wp_tls_server *server, const char *authorities) {
    ERR_clear_error();
    if (SSL_CTX_load_verify_locations(server->context, authorities, NULL) != 1) return -1;
    // Told to clients, so that they choose the right certificate.
    STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(authorities);
    for (int index = 0; names && index < sk_X509_NAME_num(names); index++) {
        X509_NAME *name = X509_NAME_dup(sk_X509_NAME_value(names, index));
        X509 *holder = name ? X509_new() : NULL;
        if (holder && X509_set_subject_name(holder, name)) SSL_CTX_add_client_CA(server->context, holder);
        X509_free(holder);
        X509_NAME_free(name);
    }
    sk_X509_NAME_pop_free(names, X509_NAME_free);
    return 0;
}

void wp_tls_server_ask(struct wp_tls_server *server, enum wp_tls_clients clients) {
    int mode = SSL_VERIFY_NONE;
    if (clients != WP_TLS_ANYONE) mode = SSL_VERIFY_PEER;
    if (clients == WP_TLS_KNOWN) mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    SSL_CTX_set_verify(server->context, mode, NULL);
}

void wp_tls_server_free(struct wp_tls_server *server) {
    if (!server) return;
    SSL_CTX_free(server->context);
    free(server);
}

struct wp_tls *wp_tls_accept(struct wp_tls_server *server) {
    struct wp_tls *tls = make_connection(server->context);
    if (tls) SSL_set_accept_state(tls->ssl);
    return tls;
}

int wp_tls_client_name(struct wp_tls *tls, char *text, int count) {
    X509 *certificate = SSL_get1_peer_certificate(tls->ssl);
    text[0] = 0;
    if (!certificate) return 0;
    X509_NAME_oneline(X509_get_subject_name(certificate), text, count);
    X509_free(certificate);
    return 1;
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
