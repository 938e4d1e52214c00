#include "ccharconv.h"

#include <charconv>

extern "C" int32_t wp_shortest_digits(double value, uint8_t *digits, int32_t *exponent) {
    // "d.ddde-308" at the longest.
    char text[32];
    const auto written = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific);
    int32_t count = 0;
    const char *at = text;
    for (; at < written.ptr && *at != 'e'; at++) {
        if (*at != '.') digits[count++] = static_cast<uint8_t>(*at);
    }
    int32_t power = 0;
    std::from_chars(at + (at[1] == '+' ? 2 : 1), written.ptr, power);
    while (count > 1 && digits[count - 1] == '0') count--;
    *exponent = power;
    return count;
}
