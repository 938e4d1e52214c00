internal import CPCRE2

/// A pattern that PCRE2 has compiled.
final class CompiledPattern: Sendable {
    // What is compiled never changes, and matching takes it as const, so sharing the pointer is safe.
    nonisolated(unsafe) let handle: OpaquePointer

    /// Compiles what was written for a regular expression of Ruby; refusals are told at their place in that.
    init(_ written: PCRE2Writer, of text: String, hasMachineCode: Bool = true) throws(RubyPatternError) {
        var pattern = written.text
        var error = wp_pcre2_error()
        let compiled = pattern.withUTF8 { bytes in
            wp_pcre2_compile(bytes.baseAddress, bytes.count, written.isUTF, hasMachineCode, &error)
        }
        guard let compiled else {
            let reason = withUnsafeBytes(of: error.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            throw RubyPatternError(
                reason.contains("too large") || reason.contains("too many") ? .tooLarge : .syntax, pattern: text,
                offset: written.place(before: error.offset), reason: reason)
        }
        handle = compiled
    }

    deinit { wp_pcre2_free(handle) }

    var hasMachineCode: Bool { wp_pcre2_has_machine_code(handle) }
    var bytes: Int { wp_pcre2_bytes(handle) }
}
