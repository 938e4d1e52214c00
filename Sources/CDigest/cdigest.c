#include "cdigest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

int wp_sha256(const void *bytes, int count, unsigned char *digest) {
    return EVP_Digest(bytes, (size_t)count, digest, NULL, EVP_sha256(), NULL) == 1 ? 0 : -1;
}

int wp_hmac_sha256(const void *key, int key_count, const void *bytes, int count, unsigned char *code) {
    return HMAC(EVP_sha256(), key, key_count, bytes, (size_t)count, code, NULL) ? 0 : -1;
}
