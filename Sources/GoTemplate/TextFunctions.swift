internal import Base
internal import Patterns

/// Functions over texts that rules and notifications share.
enum TextFunctions {
    static let table: [String: TemplateFunctions.Function] = [
        "toUpper": { .string(try TemplateArguments($0, 1).text(0).uppercased()) },
        "toLower": { .string(try TemplateArguments($0, 1).text(0).lowercased()) },
        "title": { .string(titled(try TemplateArguments($0, 1).text(0))) },
        "match": { values in
            let arguments = try TemplateArguments(values, 2)
            return .bool(try pattern(arguments.text(0)).isFound(in: arguments.text(1)))
        },
        "reReplaceAll": { values in
            let arguments = try TemplateArguments(values, 3)
            return .string(
                try replaced(pattern(arguments.text(0)), with: arguments.text(1), in: arguments.text(2)))
        },
        "safeHtml": { .markup(try TemplateArguments($0, 1).text(0)) },
    ]

    private static func pattern(_ text: String) throws -> Pattern {
        do {
            return try Pattern(text)
        } catch {
            throw TemplateFailure("error parsing regexp: \(error.reason): `\(text)`")
        }
    }

    private static func titled(_ text: String) -> String {
        var output = ""
        var startsWord = true
        for character in text {
            output += startsWord ? character.uppercased() : String(character)
            startsWord = !(character.isLetter || character.isNumber || character == "_" || character == "'")
        }
        return output
    }

    /// All matches replaced; `$1`, `${1}` and `${name}` stand for groups, `$$` for a dollar.
    /// - Throws: where the outcome is longer than a text may be.
    private static func replaced(
        _ pattern: Pattern, with template: String, in text: String
    ) throws(TemplateFailure) -> String {
        let source = Array(text.utf8)
        let replacement = Array(template.utf8)
        var output: [UInt8] = []
        try source.withUnsafeBufferPointer { (bytes) throws(TemplateFailure) in
            var copied = 0
            var search = 0
            while search <= bytes.count, let ranges = pattern.ranges(in: bytes, from: search), let whole = ranges[0] {
                output += bytes[copied..<whole.lowerBound]
                try expand(replacement, ranges, pattern.groupNames, bytes, into: &output)
                copied = whole.upperBound
                search = whole.upperBound
                if whole.isEmpty {
                    if search < bytes.count { output.append(bytes[search]) }
                    search += 1
                    copied = min(search, bytes.count)
                }
            }
            output += bytes[min(copied, bytes.count)...]
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func expand(
        _ template: [UInt8], _ groups: [Range<Int>?], _ names: [String?], _ source: UnsafeBufferPointer<UInt8>,
        into output: inout [UInt8]
    ) throws(TemplateFailure) {
        var rest = template[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "$"), let next = rest.first else {
                output.append(byte)
                continue
            }
            if next == UInt8(ascii: "$") {
                output.append(next)
                rest = rest.dropFirst()
                continue
            }
            let isBraced = next == UInt8(ascii: "{")
            let body = isBraced ? rest.dropFirst() : rest
            let name = body.prefix { isWord($0) }
            guard !name.isEmpty, !isBraced || body.dropFirst(name.count).first == UInt8(ascii: "}") else {
                output.append(byte)
                continue
            }
            rest = body.dropFirst(name.count + (isBraced ? 1 : 0))
            let text = String(decoding: name, as: UTF8.self)
            let index = Int(text) ?? names.firstIndex(of: text).map { $0 + 1 }
            if let index, groups.indices.contains(index), let range = groups[index] { output += source[range] }
            try TemplateBudget.check(output.count)
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
