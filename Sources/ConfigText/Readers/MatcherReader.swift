internal import Base
package import Model
internal import Patterns

/// Reads matchers: Alertmanager's `matchers` and the older pairs of `match` and `match_re`.
package enum MatcherReader {
    /// - Parameter prefix: `source_` or `target_` in inhibition rules.
    package static func read(_ reader: MappingReader, prefix: String = "") -> [Matcher] {
        var matchers: [Matcher] = []
        let plainKey = prefix.isEmpty ? "match" : "\(prefix)match"
        for (key, value) in checked(plainKey, in: reader) {
            guard let text = value.text() else { continue }
            matchers.append(.equal(key, text))
        }
        for (key, value) in checked("\(plainKey)_re", in: reader) {
            if value.isNull {
                value.error("\(value.path) has no pattern", mend: "write a pattern behind the colon")
                continue
            }
            guard let text = value.text() else { continue }
            do {
                matchers.append(try Matcher(key, .regex, text))
            } catch {
                value.error("\(value.path) is not a pattern: \(error.reason)", mend: "correct it (syntax: RE2)")
            }
        }
        for line in reader.texts("\(prefix)matchers", orOne: true) {
            do {
                matchers += try MatcherText.parse(line.value)
            } catch {
                reader.problems.error(
                    at: line.position, "cannot read the matcher \(LabelText.quoted(line.value)): \(error.reason)",
                    mend: "write name=\"value\" or name=~\"pattern\"")
            }
        }
        return matchers
    }

    private static func checked(_ key: String, in reader: MappingReader) -> [(String, YAMLValue)] {
        (reader.value(key)?.entries() ?? []).compactMap { name, value in
            if name.value.isEmpty {
                reader.problems.error(at: name.position, "a label has no name", mend: "write a name before the colon")
                return nil
            }
            return (name.value, value)
        }
    }
}
