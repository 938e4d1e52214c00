#ifndef WATCHPOST_CDIGEST_H
#define WATCHPOST_CDIGEST_H

enum wp_digest_kind { WP_MD5, WP_SHA1, WP_SHA256, WP_SHA384, WP_SHA512, WP_SHA512_256 };

/// Writes the bytes of a digest of `count` bytes: 16 of MD5 (RFC 1321), 20 of SHA-1, 32 of SHA-256 and SHA-512/256, 48 of
/// SHA-384, 64 of SHA-512 (FIPS 180-4). 0, or -1.
/// A machine whose configuration forbids MD5 and SHA-1 to cryptography has them here: protocols name things by them.
int wp_digest(enum wp_digest_kind kind, const void *bytes, long count, unsigned char *digest);

/// Writes as many bytes of the HMAC (RFC 2104) of `count` bytes under a key. 0, or -1.
int wp_hmac(enum wp_digest_kind kind, const void *key, int key_count, const void *bytes, long count, unsigned char *code);

#endif
