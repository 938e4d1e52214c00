import Patterns

/// What lines of Ruby mean that people write again and again, as filters that do the same.
enum RubyTranslation {
    /// - Returns: filters in the language of pipelines, one for each statement; `nil` where one of them is none of those.
    static func filters(of code: String) -> [String]? {
        var filters: [String] = []
        for statement in statements(of: code) {
            guard let filter = filter(of: statement) else { return nil }
            filters.append(filter)
        }
        return filters.isEmpty ? nil : filters
    }

    /// What stands between ends of lines and semicolons, without comments; neither counts in quotes.
    private static func statements(of code: String) -> [String] {
        var statements = [""]
        var quote: Character?
        var isComment = false
        for character in code {
            if character.isNewline { isComment = false }
            if isComment { continue }
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "#" {
                isComment = true
                continue
            } else if character == ";" || character.isNewline {
                statements.append("")
                continue
            }
            statements[statements.count - 1].append(character)
        }
        return statements.map(\.trimmingBlanks).filter { !$0.isEmpty }
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
        Form(#"event\.set\(\s*"# + text + #"\s*,\s*(-?\d+(?:\.\d+)?|true|false)\s*\)"#) { texts in
            let type =
                texts[1].hasPrefix("t") || texts[1].hasPrefix("f")
                ? "boolean" : texts[1].contains(".") ? "float" : "integer"
            return "mutate { replace => { \(quoted(texts[0])) => \"\(texts[1])\" } "
                + "convert => { \(quoted(texts[0])) => \"\(type)\" } }"
        },
        Form(#"event\.set\(\s*"# + text + #"\s*,\s*"# + get + #"\.to_json\s*\)"#) {
            "json_encode { source => \(quoted($0[1])) target => \(quoted($0[0])) }"
        },
        Form(
            #"event\.set\(\s*"# + text + #"\s*,\s*"# + get + #"\.split\(\s*"# + text
                + #"\s*\)(\.first|\.last|\[\s*-?\d{1,4}\s*\])\s*\)"#
        ) { texts in
            let place = [".first": "0", ".last": "-1"][texts[3]] ?? texts[3].filter { $0.isNumber || $0 == "-" }
            let parts = "[@metadata][parts]"
            return "mutate { copy => { \(quoted(texts[1])) => \"\(parts)\" } } "
                + "mutate { split => { \"\(parts)\" => \(quoted(texts[2])) } } "
                + "if \(parts)[\(place)] { mutate { replace => { \(quoted(texts[0])) => \"%{\(parts)[\(place)]}\" } } } "
                + "mutate { remove_field => [\"\(parts)\"] }"
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

    /// `… if event.get('a')`: what reads an absent field does nothing here, without being told.
    private static let guarded = try? Pattern(
        #"(.*event\.get\(\s*"# + text + #"\s*\).*?)\s+(?:if\s+"# + get + #"|if\s+event\.include\?\(\s*"# + text
            + #"\s*\)|unless\s+"# + get + #"\.nil\?)"#)

    private static func filter(of statement: String) -> String? {
        if let groups = guarded?.captures(in: statement, whole: true), let inner = groups[1] {
            let names = groups.dropFirst(2).compactMap(\.self)
            guard names.count == 2, names[0] == names[1], inner != statement else { return nil }
            return filter(of: inner)
        }
        for form in forms {
            guard let groups = form.pattern?.captures(in: statement, whole: true) else { continue }
            let texts = groups.dropFirst().compactMap(\.self)
            if texts.contains(where: { $0.contains("%{") }) { return nil }
            return form.make(texts)
        }
        return nil
    }
}
