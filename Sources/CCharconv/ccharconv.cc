#include "ccharconv.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

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

extern "C" bool wp_read_decimal(const uint8_t *text, size_t length, double *value) {
    const char *start = reinterpret_cast<const char *>(text);
    const char *end = start + length;
    if (start != end && *start == '+') start++;
    if (start == end || *start == '+') return false;
    const auto read = std::from_chars(start, end, *value);
    if (read.ptr != end) return false;
    if (read.ec == std::errc()) return true;
    // from_chars tells too small and too large alike, and leaves the value; strtod tells them apart.
    *value = std::strtod(std::string(start, end).c_str(), nullptr);
    return std::isfinite(*value);
}
