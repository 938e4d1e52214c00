internal import Glibc

/// How a recorder names a camera's segments below a folder: with `*`, and with the escapes of `strftime(3)` for the time at
/// which a segment begins. All other characters stand for themselves.
package struct RecordingPattern: Sendable, Hashable {
    /// Why a path cannot be read as one; for people.
    package struct Problem: Error, Equatable {
        package let cause: String
        package let mend: String
    }

    private enum Token: Sendable, Hashable {
        case byte(UInt8)
        case any
        case letters
        /// A number of so many digits, and what it is; of any number of digits where it is 0.
        case digits(Int, Field)
    }

    private enum Field: Sendable, Hashable { case year, shortYear, month, day, hour, minute, second, epoch, other }

    /// A folder's name each, and at last the file's.
    private let components: [[Token]]
    /// As it was written, without the folder.
    let text: String

    /// How deep below its folder the segments lie; 0: in the folder itself.
    var depth: Int { components.count - 1 }

    /// Takes a path apart.
    /// - Returns: the folder before the first part that is a pattern, and the pattern; `nil` where there is none, and all is
    ///   the folder.
    /// - Throws: ``Problem`` for an escape that is none.
    package static func split(_ path: String) throws(Problem) -> (folder: String, pattern: RecordingPattern?) {
        var folder: [String] = []
        var rest = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)[...]
        while rest.count > 2, rest.last?.isEmpty == true { rest.removeLast() }
        while let part = rest.first {
            let tokens = try tokens(of: part)
            guard let plain = plainText(tokens) else { break }
            folder.append(plain)
            rest = rest.dropFirst()
        }
        let whole = folder.joined(separator: "/")
        guard !rest.isEmpty else { return (whole, nil) }
        var components: [[Token]] = []
        for part in rest where !part.isEmpty { components.append(try tokens(of: part)) }
        let pattern = RecordingPattern(components: components, text: rest.joined(separator: "/"))
        return (whole.isEmpty && path.hasPrefix("/") ? "/" : whole, pattern)
    }

    private static func plainText(_ tokens: [Token]) -> String? {
        var bytes: [UInt8] = []
        for token in tokens {
            guard case .byte(let byte) = token else { return nil }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func tokens(of part: String) throws(Problem) -> [Token] {
        var tokens: [Token] = []
        var rest = Array(part.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "*"):
                if tokens.last != .any { tokens.append(.any) }
            case UInt8(ascii: "%"):
                let escape = rest.popFirst()
                guard let escape, let known = Self.tokens(ofEscape: escape) else {
                    let shown = escape.map { "%" + String(decoding: [$0], as: UTF8.self) } ?? "%"
                    throw Problem(
                        cause: "\(shown) is no time's escape",
                        mend: "write %Y %m %d %H %M %S, * for anything, or %% for a percent sign")
                }
                tokens += known
            default: tokens.append(.byte(byte))
            }
        }
        return tokens
    }

    private static func tokens(ofEscape letter: UInt8) -> [Token]? {
        switch Character(UnicodeScalar(letter)) {
        case "%": [.byte(letter)]
        case "Y": [.digits(4, .year)]
        case "y": [.digits(2, .shortYear)]
        case "m": [.digits(2, .month)]
        case "d": [.digits(2, .day)]
        case "H": [.digits(2, .hour)]
        case "M": [.digits(2, .minute)]
        case "S": [.digits(2, .second)]
        case "s": [.digits(0, .epoch)]
        case "j": [.digits(3, .other)]
        case "I", "U", "W", "V": [.digits(2, .other)]
        // Microseconds: of MediaMTX and Python.
        case "f", "u", "w": [.digits(0, .other)]
        case "p", "P", "b", "B", "h", "a", "A", "Z": [.letters]
        case "z": [.any]
        case "F": [.digits(4, .year), dash, .digits(2, .month), dash, .digits(2, .day)]
        case "T": [.digits(2, .hour), colon, .digits(2, .minute), colon, .digits(2, .second)]
        default: nil
        }
    }

    private static let dash = Token.byte(UInt8(ascii: "-"))
    private static let colon = Token.byte(UInt8(ascii: ":"))

    /// Whether it tells when a segment was begun; else the name may, where a `*` stands.
    var hasTime: Bool {
        let fields = components.joined().compactMap { token -> Field? in
            if case .digits(_, let field) = token { field } else { nil }
        }
        let year: Set<Field> = [.year, .shortYear]
        return fields.contains(.epoch)
            || !year.isDisjoint(with: fields) && Set<Field>([.month, .day, .hour, .minute]).isSubset(of: fields)
    }

    /// Whether a folder's or file's name fits.
    /// - Parameter depth: how deep below the pattern's folder it stands.
    func matches(_ name: String, at depth: Int) -> Bool {
        var fields: [Field: Int64] = [:]
        return depth < components.count && Self.match(components[depth], Array(name.utf8), &fields)
    }

    /// When a segment was begun, by its path below the folder, and when it was last written; milliseconds since the Unix
    /// epoch.
    func time(of path: String, _ clock: SegmentName.Clock, writtenAt modified: Int64) -> Int64? {
        let names = path.split(separator: "/")
        guard names.count == components.count else { return nil }
        var fields: [Field: Int64] = [:]
        for (tokens, name) in zip(components, names) {
            guard Self.match(tokens, Array(name.utf8), &fields) else { return nil }
        }
        // Some write milliseconds.
        if let epoch = fields[.epoch] { return epoch > 100_000_000_000 ? epoch : epoch * 1_000 }
        guard let year = fields[.year] ?? fields[.shortYear].map({ $0 + 2_000 }), let month = fields[.month],
            let day = fields[.day], let hour = fields[.hour]
        else { return nil }
        return SegmentName.time(
            [year, month, day, hour, fields[.minute] ?? 0, fields[.second] ?? 0].map { Int32($0) }, clock,
            writtenAt: modified)
    }

    /// Goes back to the last `*` alone: what stands before it is matched as early as can be, so the work is bounded by the
    /// product of both lengths.
    private static func match(_ tokens: [Token], _ name: [UInt8], _ fields: inout [Field: Int64]) -> Bool {
        var (token, place) = (0, 0)
        var star: (token: Int, place: Int)?
        while true {
            if token < tokens.count {
                if tokens[token] == .any {
                    token += 1
                    star = (token, place)
                    continue
                }
                if let next = end(of: tokens[token], name, place, &fields) {
                    (token, place) = (token + 1, next)
                    continue
                }
            } else if place == name.count {
                return true
            }
            guard let last = star, last.place < name.count else { return false }
            star = (last.token, last.place + 1)
            (token, place) = (last.token, last.place + 1)
        }
    }

    /// Where what a token stands for ends, if it stands at that place.
    private static func end(
        of token: Token, _ name: [UInt8], _ place: Int, _ fields: inout [Field: Int64]
    ) -> Int? {
        let rest = name[place...]
        switch token {
        case .any: return place
        case .byte(let byte): return rest.first == byte ? place + 1 : nil
        case .letters:
            let letters = rest.prefix { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a }
            return letters.isEmpty ? nil : letters.endIndex
        case .digits(let count, let field):
            let digits = rest.prefix(count == 0 ? 18 : count).prefix { $0 >= 0x30 && $0 <= 0x39 }
            guard !digits.isEmpty, count == 0 || digits.count == count else { return nil }
            fields[field] = digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
            return digits.endIndex
        }
    }
}
