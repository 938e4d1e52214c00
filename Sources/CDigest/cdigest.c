#include "cdigest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>

/// By kind, from a context of our own: it takes nothing from the machine's configuration, which may ask for FIPS.
static OSSL_LIB_CTX *context;
static EVP_MD *digests[6];
static pthread_once_t fetched = PTHREAD_ONCE_INIT;

static void fetch(void) {
    context = OSSL_LIB_CTX_new();
    if (!context) return;
    digests[WP_MD5] = EVP_MD_fetch(context, "MD5", NULL);
    digests[WP_SHA1] = EVP_MD_fetch(context, "SHA1", NULL);
    digests[WP_SHA256] = EVP_MD_fetch(context, "SHA256", NULL);
    digests[WP_SHA384] = EVP_MD_fetch(context, "SHA384", NULL);
    digests[WP_SHA512] = EVP_MD_fetch(context, "SHA512", NULL);
    digests[WP_SHA512_256] = EVP_MD_fetch(context, "SHA512-256", NULL);
}

int wp_digest(enum wp_digest_kind kind, const void *bytes, long count, unsigned char *digest) {
    pthread_once(&fetched, fetch);
    if (!digests[kind]) return -1;
    return EVP_Digest(bytes, (size_t)count, digest, NULL, digests[kind], NULL) == 1 ? 0 : -1;
}

int wp_hmac(enum wp_digest_kind kind, const void *key, int key_count, const void *bytes, long count, unsigned char *code) {
    pthread_once(&fetched, fetch);
    if (!digests[kind]) return -1;
    // A key of no bytes must have a place all the same: none would mean the key of before.
    return HMAC(digests[kind], key_count ? key : "", key_count, bytes, (size_t)count, code, NULL) ? 0 : -1;
}
