import Model

extension LogFilter {
    /// What is asked of single values: the filter's condition, or what its needs say.
    var effectiveCondition: LogCondition {
        if let condition { return condition }
        var parts: [LogCondition] = []
        for (name, sets) in needs.values {
            for values in sets {
                parts.append(
                    .test(
                        LogTest(.name(name), literals: values.count == 1 ? Array(values) : []) { value, _ in
                            Self.mayBe(value, values)
                        }))
            }
        }
        for (name, words) in needs.words {
            for word in words {
                parts.append(
                    .test(
                        LogTest(name.isEmpty ? .any : .name(name), literals: [word], numbers: nil) { value, _ in
                            Self.holds(value, word)
                        }))
            }
        }
        return parts.isEmpty ? .all : .every(parts)
    }

    private static func mayBe(_ value: LogValue, _ values: Set<String>) -> Bool {
        switch value {
        case .string(let text):
            text.utf8.contains { $0 >= 0x80 || $0 == 32 || (9...13).contains($0) }
                || values.contains(text.lowercased())
        case .array(let inner): inner.contains { mayBe($0, values) }
        default: true
        }
    }

    private static func holds(_ value: LogValue, _ word: String) -> Bool {
        switch value {
        case .string(let text): ByteSearch.mayHold(text, word)
        case .array(let inner): inner.contains { holds($0, word) }
        default: false
        }
    }
}
