import Patterns

/// What lines of Ruby mean that people write again and again, as filters that do the same.
enum RubyTranslation {
    /// - Returns: filters in the language of pipelines, one for each statement; `nil` where one of them is none of those.
    static func filters(of code: String) -> [String]? {
        var filters: [String] = []
        for line in code.split(whereSeparator: { $0.isNewline || $0 == ";" }) {
            let statement = String(line).trimmingBlanks
            if statement.isEmpty || statement.hasPrefix("#") { continue }
            guard let filter = filter(of: statement) else { return nil }
            filters.append(filter)
        }
        return filters.isEmpty ? nil : filters
    }

    /// Texts in quotes of either kind, without anything that Ruby would put in.
    private static let text = ##"(?:"([^"\\#]*)"|'([^'\\]*)')"##
    private static let get = #"event\.get\(\s*"# + text + #"\s*\)"#

    private struct Form: Sendable {
        let pattern: Pattern?
        /// Makes the filter of the texts in the statement, `nil` where they fit none.
        let make: @Sendable ([String]) -> String?

        init(_ pattern: String, _ make: @escaping @Sendable ([String]) -> String?) {
            self.pattern = try? Pattern(pattern)
            self.make = make
        }
    }

    private static let forms: [Form] = [
        Form(#"event\.cancel(?:\(\))?"#) { _ in "drop { }" },
        Form(#"event\.remove\(\s*"# + text + #"\s*\)"#) { "mutate { remove_field => [\(quoted($0[0]))] }" },
        Form(#"event\.tag\(\s*"# + text + #"\s*\)"#) { "mutate { add_tag => [\(quoted($0[0]))] }" },
        Form(#"event\.set\(\s*"# + text + #"\s*,\s*"# + text + #"\s*\)"#) {
            "mutate { replace => { \(quoted($0[0])) => \(quoted($0[1])) } }"
        },
        Form(#"event\.set\(\s*"# + text + #"\s*,\s*"# + get + #"\s*\)"#) {
            "mutate { copy => { \(quoted($0[1])) => \(quoted($0[0])) } }"
        },
        conversion("to_i", "convert", "\"integer\""), conversion("to_f", "convert", "\"float\""),
        conversion("to_s", "convert", "\"string\""), change("downcase", "lowercase"), change("upcase", "uppercase"),
        change("capitalize", "capitalize"), change("strip", "strip"),
        withText("split", "split"), withText("join", "join"),
        Form(
            #"event\.set\(\s*"# + text + #"\s*,\s*"# + get + #"\.gsub\(\s*(?:/((?:[^/\\]|\\.)*)/|"# + text
                + #")\s*,\s*"# + text
                + #"\s*\)\s*\)"#
        ) { texts in
            guard texts.count == 4 else { return nil }
            return copied(texts) + "mutate { gsub => [\(quoted(texts[0])), \(quoted(texts[2])), \(quoted(texts[3]))] }"
        },
        Form(
            #"event\.set\(\s*"# + text + #"\s*,\s*(?:LogStash::Timestamp\.at|Time\.at)\(\s*"# + get
                + #"(?:\.to_[if])?\s*\)\s*\)"#
        ) {
            "date { match => [\(quoted($0[1])), \"UNIX\"] target => \(quoted($0[0])) timezone => \"UTC\" }"
        },
        Form(
            #"event\.set\(\s*"# + text + #"\s*,\s*(?:LogStash::Timestamp\.at|Time\.at)\(\s*"# + get
                + #"(?:\.to_[if])?\s*/\s*1000(?:\.0)?\s*\)\s*\)"#
        ) { "date { match => [\(quoted($0[1])), \"UNIX_MS\"] target => \(quoted($0[0])) timezone => \"UTC\" }" },
    ]

    private static func conversion(_ method: String, _ setting: String, _ value: String) -> Form {
        Form(#"event\.set\(\s*"# + text + #"\s*,\s*"# + get + #"\."# + method + #"\s*\)"#) { texts in
            copied(texts) + "mutate { \(setting) => { \(quoted(texts[0])) => \(value) } }"
        }
    }

    private static func change(_ method: String, _ setting: String) -> Form {
        Form(#"event\.set\(\s*"# + text + #"\s*,\s*"# + get + #"\."# + method + #"\s*\)"#) { texts in
            copied(texts) + "mutate { \(setting) => [\(quoted(texts[0]))] }"
        }
    }

    private static func withText(_ method: String, _ setting: String) -> Form {
        Form(#"event\.set\(\s*"# + text + #"\s*,\s*"# + get + #"\."# + method + #"\(\s*"# + text + #"\s*\)\s*\)"#) {
            texts in
            copied(texts) + "mutate { \(setting) => { \(quoted(texts[0])) => \(quoted(texts[2])) } }"
        }
    }

    /// Copies the field that is read, where another one is set.
    private static func copied(_ texts: [String]) -> String {
        texts[0] == texts[1] ? "" : "mutate { copy => { \(quoted(texts[1])) => \(quoted(texts[0])) } } "
    }

    private static func quoted(_ text: String) -> String { text.contains("\"") ? "'\(text)'" : "\"\(text)\"" }

    private static func filter(of statement: String) -> String? {
        for form in forms {
            guard let groups = form.pattern?.captures(in: statement, whole: true) else { continue }
            let texts = groups.dropFirst().compactMap(\.self)
            if texts.contains(where: { $0.contains("%{") }) { return nil }
            return form.make(texts)
        }
        return nil
    }
}
