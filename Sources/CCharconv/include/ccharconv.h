#ifndef WATCHPOST_CCHARCONV_H
#define WATCHPOST_CCHARCONV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Writes the shortest decimal digits that read back as `value`, which is finite and above zero, without a point and
/// without zeros at either end: at most 17. The first digit stands for ten to the power of `*exponent`.
/// Returns the count of digits.
int32_t wp_shortest_digits(double value, uint8_t *digits, int32_t *exponent);

/// Reads a decimal number that takes all of `text`: digits with a point and an exponent, without blanks, infinities and
/// hexadecimal digits. Returns whether it is one; what is too large for a double is none, what is too small is zero.
bool wp_read_decimal(const uint8_t *text, size_t length, double *value);

#ifdef __cplusplus
}
#endif

#endif
