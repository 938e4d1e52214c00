#ifndef WATCHPOST_CDIGEST_H
#define WATCHPOST_CDIGEST_H

enum wp_digest_kind { WP_MD5, WP_SHA1, WP_SHA256, WP_SHA512_256 };

/// Writes the 16, 20 or 32 bytes of a digest of `count` bytes: MD5 (RFC 1321), SHA-1, SHA-256 or SHA-512/256 (FIPS 180-4).
/// 0, or -1.
/// A machine whose configuration forbids MD5 and SHA-1 to cryptography has them here: protocols name things by them.
int wp_digest(enum wp_digest_kind kind, const void *bytes, long count, unsigned char *digest);

/// Writes the 32 bytes of HMAC-SHA-256 (RFC 2104) of `count` bytes under a key. 0, or -1.
int wp_hmac_sha256(const void *key, int key_count, const void *bytes, int count, unsigned char *code);

#endif
