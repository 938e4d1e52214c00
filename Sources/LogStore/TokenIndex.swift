import Base

/// Finds runs of letters and digits in a column of texts.
final class TokenIndex {
    private let text: TextColumn
    private let description: [UInt8]
    private let mixed: [UInt8]
    /// Numbers of the texts, those of one template together, and where those of each begin.
    private lazy var members = makeMembers()

    init(_ text: TextColumn) {
        self.text = text
        description = ByteSearch.lowered(text.description)
        mixed = ByteSearch.lowered(text.mixed)
    }

    private func makeMembers() -> (texts: [Int32], starts: [Int]) {
        var starts: [Int] = []
        var sum = 0
        for template in text.templates {
            starts.append(sum)
            sum += template.texts
        }
        var next = starts
        var texts = [Int32](repeating: 0, count: text.count)
        for (number, template) in text.templateOfText.enumerated() {
            texts[next[Int(template)]] = Int32(number)
            next[Int(template)] += 1
        }
        return (texts, starts)
    }

    /// Which texts hold a run, which is in lower case, or may do so as their templates are not ASCII.
    func texts(holding run: [UInt8]) -> [UInt8] {
        var flags = [UInt8](repeating: 0, count: text.count)
        let isNumber = ByteSearch.isNumber(run)
        let isHexadecimal = ByteSearch.isHexadecimal(run)
        run.withUnsafeBytes { run in
            markTemplates(run, &flags)
            mixed.withUnsafeBytes { mark(run, in: $0, BlockFormat.Fill.mixed, &flags) }
            if isNumber { text.digits.withUnsafeBytes { mark(run, in: $0, BlockFormat.Fill.digits, &flags) } }
            if isHexadecimal, !text.hexadecimal.isEmpty {
                text.openHexadecimal.withUnsafeBytes { mark(run, in: $0, BlockFormat.Fill.hexadecimal, &flags) }
            }
        }
        return flags
    }

    private func markTemplates(_ run: UnsafeRawBufferPointer, _ flags: inout [UInt8]) {
        var holding = text.templates.map { $0.hasOthers ? UInt8(1) : 0 }
        var isAny = holding.contains(1)
        description.withUnsafeBytes { bytes in
            var template = 0
            var start = 0
            while let found = ByteSearch.find(run, in: bytes, from: start) {
                while template < text.templates.count, text.templates[template].text.upperBound <= found {
                    template += 1
                }
                guard template < text.templates.count else { break }
                let range = text.templates[template].text
                if found >= range.lowerBound, found + run.count <= range.upperBound {
                    holding[template] = 1
                    isAny = true
                    start = range.upperBound
                } else {
                    start = found + 1
                }
            }
        }
        if isAny { for number in flags.indices { flags[number] |= holding[Int(text.templateOfText[number])] } }
    }

    /// Marks the texts of which a value for a place holds the run.
    private func mark(
        _ run: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer, _ kind: UInt8, _ flags: inout [UInt8]
    ) {
        let scale = kind == BlockFormat.Fill.hexadecimal ? 2 : 1
        var cursor = ValueCursor()
        var start = 0
        while let found = ByteSearch.find(run, in: bytes, from: start) {
            while cursor.place < text.places.count {
                let place = text.places[cursor.place]
                if place.kind == kind, place.end * scale > found { break }
                cursor = ValueCursor(place: cursor.place + 1)
            }
            guard cursor.place < text.places.count else { return }
            let place = text.places[cursor.place]
            cursor.move(to: found, place, scale, text)
            let isWithin = found + run.count <= cursor.end
            if isWithin {
                let member = members.starts[place.template] + cursor.rank
                if member < members.texts.count { flags[Int(members.texts[member])] = 1 }
            }
            start = isWithin ? cursor.end : found + 1
        }
    }

    /// A value among those of a place.
    private struct ValueCursor {
        var place = 0
        var rank = -1
        /// Where the value ends; 0 before the first.
        var end = 0
        private var lengthPosition = 0

        init(place: Int = 0) { self.place = place }

        /// Moves to the value that holds a byte.
        mutating func move(to byte: Int, _ place: TextColumn.Place, _ scale: Int, _ text: TextColumn) {
            let start = place.start * scale
            guard place.hasLengths else {
                let stored = place.kind == BlockFormat.Fill.hexadecimal ? (place.length + 1) / 2 : place.length
                let length = max(1, stored * scale)
                rank = (byte - start) / length
                end = start + (rank + 1) * length
                return
            }
            if rank < 0 {
                end = start
                lengthPosition = place.firstLength
            }
            while end <= byte, let length = text.nextLength(&lengthPosition) {
                end += length
                rank += 1
            }
        }
    }
}
