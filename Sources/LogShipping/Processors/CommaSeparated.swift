/// One line of comma-separated values (RFC 4180), as `decode_csv_fields` reads them.
enum CommaSeparated {
    static func values(_ line: String, separator: Character, trimsLeading: Bool) -> [String] {
        var values: [String] = []
        var value = ""
        var isQuoted = false
        var isAtStart = true
        var rest = Substring(line)
        while let character = rest.popFirst() {
            if isQuoted {
                if character == "\"", rest.first == "\"" {
                    value.append("\"")
                    rest.removeFirst()
                } else if character == "\"" {
                    isQuoted = false
                } else {
                    value.append(character)
                }
            } else if character == separator {
                values.append(value)
                value = ""
                isAtStart = true
            } else if isAtStart, character == "\"" {
                isQuoted = true
                isAtStart = false
            } else if !(isAtStart && trimsLeading && character == " ") {
                value.append(character)
                isAtStart = false
            }
        }
        return values + [value]
    }
}
