#include "cdigest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>

/// By kind, from a context of our own: it takes nothing from the machine's configuration, which may ask for FIPS.
static OSSL_LIB_CTX *context;
static EVP_MD *digests[4];
static pthread_once_t fetched = PTHREAD_ONCE_INIT;

static void fetch(void) {
    context = OSSL_LIB_CTX_new();
    if (!context) return;
    digests[WP_MD5] = EVP_MD_fetch(context, "MD5", NULL);
    digests[WP_SHA1] = EVP_MD_fetch(context, "SHA1", NULL);
    digests[WP_SHA256] = EVP_MD_fetch(context, "SHA256", NULL);
    digests[WP_SHA512_256] = EVP_MD_fetch(context, "SHA512-256", NULL);
}

int wp_digest(enum wp_digest_kind kind, const void *bytes, long count, unsigned char *digest) {
    pthread_once(&fetched, fetch);
    if (!digests[kind]) return -1;
    return EVP_Digest(bytes, (size_t)count, digest, NULL, digests[kind], NULL) == 1 ? 0 : -1;
}

int wp_hmac_sha256(const void *key, int key_count, const void *bytes, int count, unsigned char *code) {
    return HMAC(EVP_sha256(), key, key_count, bytes, (size_t)count, code, NULL) ? 0 : -1;
}
