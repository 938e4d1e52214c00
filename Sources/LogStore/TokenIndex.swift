import Base

/// Finds runs of letters and digits in a column of texts.
final class TokenIndex {
    /// The place in bytes, at or after another one, where something begins.
    typealias Finder = (UnsafeBufferPointer<UInt8>, Int) -> Int?

    private let text: TextColumn
    private lazy var description = ByteSearch.lowered(text.description)
    private lazy var mixed = ByteSearch.lowered(text.mixed)
    /// Numbers of the texts, those of one template together, and where those of each begin.
    private lazy var members = makeMembers()

    init(_ text: TextColumn) { self.text = text }

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
            let find: Finder = { ByteSearch.find(run, in: UnsafeRawBufferPointer($0), from: $1) }
            mark(mixed, BlockFormat.Fill.mixed, &flags, find)
            if isNumber { mark(text.digits, BlockFormat.Fill.digits, &flags, find) }
            if isHexadecimal { mark(text.openHexadecimal, BlockFormat.Fill.hexadecimal, &flags, find) }
        }
        return flags
    }

    /// Which texts of a column of ASCII have something that is of letters and digits alone.
    func texts(holding find: Finder) -> [UInt8] {
        var flags = [UInt8](repeating: 0, count: text.count)
        text.description.withUnsafeBufferPointer { bytes in
            let holding = text.templates.map { template in
                find(UnsafeBufferPointer(rebasing: bytes[template.text]), 0) == nil ? UInt8(0) : 1
            }
            mark(holding, &flags)
        }
        mark(text.mixed, BlockFormat.Fill.mixed, &flags, find)
        mark(text.digits, BlockFormat.Fill.digits, &flags, find)
        mark(text.openHexadecimal, BlockFormat.Fill.hexadecimal, &flags, find)
        return flags
    }

    private func markTemplates(_ run: UnsafeRawBufferPointer, _ flags: inout [UInt8]) {
        var holding = text.templates.map { $0.hasOthers ? UInt8(1) : 0 }
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
                    start = range.upperBound
                } else {
                    start = found + 1
                }
            }
        }
        mark(holding, &flags)
    }

    /// Marks the texts of some templates.
    private func mark(_ templates: [UInt8], _ flags: inout [UInt8]) {
        guard templates.contains(1) else { return }
        for number in flags.indices { flags[number] |= templates[Int(text.templateOfText[number])] }
    }

    private func mark(_ bytes: [UInt8], _ kind: UInt8, _ flags: inout [UInt8], _ find: Finder) {
        bytes.withUnsafeBufferPointer { mark($0, kind, &flags, find) }
    }

    /// Marks the texts of which a value for a place holds what is looked for. The values lie one after the other: what is
    /// found may begin in one and end in another.
    private func mark(_ bytes: UnsafeBufferPointer<UInt8>, _ kind: UInt8, _ flags: inout [UInt8], _ find: Finder) {
        let scale = kind == BlockFormat.Fill.hexadecimal ? 2 : 1
        var cursor = ValueCursor()
        var start = 0
        while start < bytes.count, let found = find(bytes, start) {
            while cursor.place < text.places.count {
                let place = text.places[cursor.place]
                if place.kind == kind, place.end * scale > found { break }
                cursor = ValueCursor(place: cursor.place + 1)
            }
            guard cursor.place < text.places.count else { return }
            let place = text.places[cursor.place]
            cursor.move(to: found, place, scale, text)
            let end = min(cursor.end, bytes.count)
            if found < end, find(UnsafeBufferPointer(rebasing: bytes[found..<end]), 0) != nil {
                let member = members.starts[place.template] + cursor.rank
                if member < members.texts.count { flags[Int(members.texts[member])] = 1 }
            }
            start = max(found + 1, end)
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
