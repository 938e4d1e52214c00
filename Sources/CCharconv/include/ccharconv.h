#ifndef WATCHPOST_CCHARCONV_H
#define WATCHPOST_CCHARCONV_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Writes the shortest decimal digits that read back as `value`, which is finite and above zero, without a point and
/// without zeros at either end: at most 17. The first digit stands for ten to the power of `*exponent`.
/// Returns the count of digits.
int32_t wp_shortest_digits(double value, uint8_t *digits, int32_t *exponent);

#ifdef __cplusplus
}
#endif

#endif
