import Base

/// Writes the texts of a column as templates and what fills them.
///
/// A *token* is a run of letters and digits that holds a digit: `017`, `3f9c1b`. What is left of a text without its
/// tokens is its template: `Motion started zone=␀ score=␀.␀`. A template's tokens lie place by place, so that like
/// lies beside like: digits with digits, in one length where it is the same. A token that is the same wherever its
/// template comes is part of the template. Where templates would be as many as texts, each text is one token.
struct TextColumnEncoder {
    /// A text: where it begins, and its bytes.
    struct Text {
        let start: UnsafePointer<UInt8>
        let count: Int
    }

    private let texts: [Text]
    /// Letters, digits, and all bytes outside ASCII: 1; digits: 3.
    private static let kinds: [UInt8] = (0..<256).map { byte in
        switch UInt8(byte) {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): 3
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x80...: 1
        default: 0
        }
    }
    private static let mostTokens = 255
    private static let mostTemplates = 8_192

    private var tokens: [Text] = []
    private var firstToken: [Int32] = []
    private var templateOfText: [Int32] = []
    private var templates: [Template] = []
    private var keys: [UInt8] = []
    private var table: [Int32] = []

    private struct Template {
        let start: Int
        let count: Int
        let hash: UInt64
        let tokens: Int
        var texts = 0
    }

    init(_ texts: [Text]) {
        self.texts = texts
        if !cut(whole: false) { _ = cut(whole: true) }
    }

    // MARK: Cutting

    /// - Returns: whether there are few enough templates.
    private mutating func cut(whole: Bool) -> Bool {
        tokens.removeAll(keepingCapacity: true)
        tokens.reserveCapacity(texts.count * (whole ? 1 : 8))
        firstToken.removeAll(keepingCapacity: true)
        templateOfText.removeAll(keepingCapacity: true)
        templates.removeAll()
        keys.removeAll()
        table = [Int32](repeating: -1, count: 1_024)
        firstToken.reserveCapacity(texts.count)
        templateOfText.reserveCapacity(texts.count)
        let longest = texts.reduce(1) { max($0, $1.count) }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: longest) { key in
            guard let base = key.baseAddress else { return true }
            for (place, text) in texts.enumerated() {
                firstToken.append(Int32(tokens.count))
                let first = tokens.count
                var length = whole ? nil : skeleton(of: text, into: base)
                if length == nil {
                    tokens.removeLast(tokens.count - first)
                    tokens.append(text)
                    base[0] = 0
                    length = 1
                }
                let template = number(of: base, length ?? 0, tokens: tokens.count - first)
                templates[template].texts += 1
                templateOfText.append(Int32(template))
                if templates.count > Self.mostTemplates || (templates.count > 1_024 && templates.count * 2 > place) {
                    return false
                }
            }
            return true
        }
    }

    /// Writes the text with a zero for each token, and notes its tokens.
    /// - Returns: how many bytes; `nil` where the text cannot be cut.
    @inline(__always)
    private mutating func skeleton(of text: Text, into key: UnsafeMutablePointer<UInt8>) -> Int? {
        let first = tokens.count
        let start = text.start
        let end = text.count
        var position = 0
        var length = 0
        return Self.kinds.withUnsafeBufferPointer { kinds in
            while position < end {
                var kind = kinds[Int(start[position])]
                if kind == 0 {
                    if start[position] == 0 { return nil }
                    key[length] = start[position]
                    length &+= 1
                    position &+= 1
                    continue
                }
                let wordStart = position
                var seen: UInt8 = 0
                repeat {
                    seen |= kind
                    position &+= 1
                    kind = position < end ? kinds[Int(start[position])] : 0
                } while kind != 0
                if seen == 3 {
                    if tokens.count &- first == Self.mostTokens { return nil }
                    tokens.append(Text(start: start + wordStart, count: position &- wordStart))
                    key[length] = 0
                    length &+= 1
                } else {
                    var index = wordStart
                    while index < position {
                        key[length] = start[index]
                        length &+= 1
                        index &+= 1
                    }
                }
            }
            return length
        }
    }

    private mutating func number(of key: UnsafePointer<UInt8>, _ length: Int, tokens: Int) -> Int {
        let hash = ByteHash.hash(UnsafeRawBufferPointer(start: key, count: length))
        var place = Int(truncatingIfNeeded: hash) & (table.count - 1)
        while table[place] >= 0 {
            let number = Int(table[place])
            let known = templates[number]
            if known.hash == hash, known.count == length, isKey(known.start, key, length) { return number }
            place = (place + 1) & (table.count - 1)
        }
        let number = templates.count
        templates.append(Template(start: keys.count, count: length, hash: hash, tokens: tokens))
        keys.append(contentsOf: UnsafeBufferPointer(start: key, count: length))
        table[place] = Int32(number)
        if templates.count * 2 > table.count { grow() }
        return number
    }

    private func isKey(_ start: Int, _ key: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        keys.withUnsafeBufferPointer { keys in
            UnsafeBufferPointer(rebasing: keys[start..<(start + length)]).elementsEqual(
                UnsafeBufferPointer(start: key, count: length))
        }
    }

    private mutating func grow() {
        table = [Int32](repeating: -1, count: table.count * 4)
        for (number, template) in templates.enumerated() {
            var place = Int(truncatingIfNeeded: template.hash) & (table.count - 1)
            while table[place] >= 0 { place = (place + 1) & (table.count - 1) }
            table[place] = Int32(number)
        }
    }

    // MARK: Writing

    /// Writes the streams, and what the header says of them.
    func write(to streams: inout StreamWriter, _ header: inout [UInt8]) {
        let ordered = textsByTemplate()
        let tokenBytes = tokens.reduce(0) { $0 + $1.count }
        var digits = ByteSink(capacity: tokenBytes)
        var mixed = ByteSink(capacity: tokenBytes)
        var hexadecimal = ByteSink(capacity: tokenBytes)
        var lengths = ByteSink(capacity: tokens.reduce(0) { $0 + ($1.count < 128 ? 1 : Varint.maxBytes) })
        var description: [UInt8] = []
        description.appendVarint(templates.count)
        var start = 0
        for template in templates {
            let members = ordered[start..<(start + template.texts)]
            start += template.texts
            var fills: [UInt8] = []
            let key = keys[template.start..<(template.start + template.count)]
            var text: [UInt8] = []
            var place = 0
            for byte in key {
                guard byte == 0 else {
                    text.append(byte)
                    continue
                }
                let shape = shape(of: place, members)
                if shape.isConstant, template.count > 1, let member = members.first {
                    let token = tokens[Int(firstToken[Int(member)]) + place]
                    text.append(contentsOf: UnsafeBufferPointer(start: token.start, count: token.count))
                } else {
                    text.append(0)
                    fills.append(shape.fill)
                    if shape.fill & BlockFormat.Fill.ofAnyLength == 0 { fills.appendVarint(shape.length) }
                    for member in members {
                        let token = tokens[Int(firstToken[Int(member)]) + place]
                        if shape.fill & BlockFormat.Fill.ofAnyLength != 0 { lengths.appendVarint(token.count) }
                        switch shape.fill & 0x7f {
                        case BlockFormat.Fill.digits: digits.append(token.start, token.count)
                        case BlockFormat.Fill.mixed: mixed.append(token.start, token.count)
                        default: Self.pack(token, into: &hexadecimal)
                        }
                    }
                }
                place += 1
            }
            description.appendCounted(text)
            description.append(contentsOf: fills)
        }
        let hasOthers =
            keys.contains { $0 >= 0x80 }
            || tokens.contains { token in
                UnsafeBufferPointer(start: token.start, count: token.count).contains { $0 >= 0x80 }
            }
        header.append(hasOthers ? 1 : 0)
        streams.add(description, to: &header)
        streams.add(templateOfText.map { UInt8(truncatingIfNeeded: $0) }, to: &header)
        streams.add(
            templates.count > 256 ? templateOfText.map { UInt8(truncatingIfNeeded: $0 >> 8) } : [], to: &header)
        streams.add(UnsafeRawBufferPointer(lengths.bytes), to: &header)
        streams.add(UnsafeRawBufferPointer(digits.bytes), to: &header)
        streams.add(UnsafeRawBufferPointer(mixed.bytes), to: &header)
        streams.add(UnsafeRawBufferPointer(hexadecimal.bytes), to: &header)
    }

    /// Numbers of the texts, those of one template together.
    private func textsByTemplate() -> [Int32] {
        var next = [Int](repeating: 0, count: templates.count)
        var sum = 0
        for (number, template) in templates.enumerated() {
            next[number] = sum
            sum += template.texts
        }
        var ordered = [Int32](repeating: 0, count: texts.count)
        for (text, template) in templateOfText.enumerated() {
            ordered[next[Int(template)]] = Int32(text)
            next[Int(template)] += 1
        }
        return ordered
    }

    private struct Shape {
        var isConstant = true
        var fill: UInt8 = 0
        var length = 0
    }

    /// What the tokens at one place of a template are alike in.
    private func shape(of place: Int, _ members: ArraySlice<Int32>) -> Shape {
        var shape = Shape()
        guard let first = members.first else { return shape }
        let model = tokens[Int(firstToken[Int(first)]) + place]
        var isFixed = true
        var isDigits = true
        var isHexadecimal = model.count >= 8 && model.count % 2 == 0
        for member in members {
            let token = tokens[Int(firstToken[Int(member)]) + place]
            isFixed = isFixed && token.count == model.count
            if shape.isConstant {
                shape.isConstant = isFixed && (0..<token.count).allSatisfy { token.start[$0] == model.start[$0] }
            }
            if isDigits || isHexadecimal {
                for index in 0..<token.count {
                    let byte = token.start[index]
                    if byte >= 48, byte <= 57 { continue }
                    isDigits = false
                    if byte < 97 || byte > 102 {
                        isHexadecimal = false
                        break
                    }
                }
            }
        }
        shape.length = model.count
        shape.fill =
            isDigits
            ? BlockFormat.Fill.digits
            : isHexadecimal && isFixed ? BlockFormat.Fill.hexadecimal : BlockFormat.Fill.mixed
        if !isFixed { shape.fill |= BlockFormat.Fill.ofAnyLength }
        return shape
    }

    private static func pack(_ token: Text, into sink: inout ByteSink) {
        func half(_ byte: UInt8) -> UInt8 { byte < 58 ? byte - 48 : byte - 87 }
        for index in stride(from: 0, to: token.count, by: 2) {
            sink.append(half(token.start[index]) << 4 | half(token.start[index + 1]))
        }
    }
}
