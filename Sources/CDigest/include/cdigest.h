#ifndef WATCHPOST_CDIGEST_H
#define WATCHPOST_CDIGEST_H

/// Writes the 32 bytes of SHA-256 (FIPS 180-4) of `count` bytes. 0, or -1.
int wp_sha256(const void *bytes, int count, unsigned char *digest);

/// Writes the 32 bytes of HMAC-SHA-256 (RFC 2104) of `count` bytes under a key. 0, or -1.
int wp_hmac_sha256(const void *key, int key_count, const void *bytes, int count, unsigned char *code);

#endif
