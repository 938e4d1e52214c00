internal import Foundation

/// Finds the parts of a JSON text without building them, so that a long list is read an element at a time.
struct JSONSlices {
    let bytes: UnsafeRawBufferPointer

    private static let depthMax = 64
    private static let damaged = OTLPError("it is not a JSON object")

    /// The outermost object.
    func top() throws(OTLPError) -> Range<Int> {
        let start = space(0)
        let end = try self.end(start)
        guard isOpened(start, by: "{"), space(end) == bytes.count else { throw Self.damaged }
        return start..<end
    }

    /// Calls `body` with the name and the place of each member; never where `range` is no object.
    func members(
        _ range: Range<Int>, _ body: (_ name: String, _ value: Range<Int>) throws(OTLPError) -> Void
    ) throws(OTLPError) {
        guard isOpened(range.lowerBound, by: "{") else { return }
        try items(range) { place throws(OTLPError) in
            guard isOpened(place, by: "\"") else { throw Self.damaged }
            let nameEnd = try end(place)
            let colon = space(nameEnd)
            guard isOpened(colon, by: ":") else { throw Self.damaged }
            let start = space(colon + 1)
            let valueEnd = try end(start)
            try body(String(decoding: bytes[(place + 1)..<(nameEnd - 1)], as: UTF8.self), start..<valueEnd)
            return valueEnd
        }
    }

    /// Calls `body` with the place of each element; never where `range` is no array.
    func elements(
        _ range: Range<Int>, _ body: (_ element: Range<Int>) throws(OTLPError) -> Void
    ) throws(OTLPError) {
        guard isOpened(range.lowerBound, by: "[") else { return }
        try items(range) { place throws(OTLPError) in
            let valueEnd = try end(place)
            try body(place..<valueEnd)
            return valueEnd
        }
    }

    /// Builds a small part.
    func value(_ range: Range<Int>) throws(OTLPError) -> Any {
        guard range.count <= OTLPBudget.jsonBytesMax else {
            throw OTLPError("a point or resource is longer than the limit of \(OTLPBudget.jsonBytesMax) bytes")
        }
        guard
            let value = try? JSONSerialization.jsonObject(with: Data(bytes[range]), options: .fragmentsAllowed)
        else { throw Self.damaged }
        return value
    }

    private func items(
        _ range: Range<Int>, _ body: (_ place: Int) throws(OTLPError) -> Int
    ) throws(OTLPError) {
        let last = range.upperBound - 1
        var place = space(range.lowerBound + 1)
        if place == last { return }
        while place < last {
            place = space(try body(place))
            if place == last { return }
            guard isOpened(place, by: ",") else { throw Self.damaged }
            place = space(place + 1)
        }
        throw Self.damaged
    }

    private func isOpened(_ place: Int, by character: Unicode.Scalar) -> Bool {
        place < bytes.count && bytes[place] == UInt8(ascii: character)
    }

    private func space(_ start: Int) -> Int {
        var place = start
        while place < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[place]) { place += 1 }
        return place
    }

    /// The place behind the value that begins at `start`.
    private func end(_ start: Int) throws(OTLPError) -> Int {
        var place = start
        var depth = 0
        var isText = false
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            if isText {
                if byte == UInt8(ascii: "\\") { place += 1 }
                if byte == UInt8(ascii: "\"") { isText = false }
                if isText || depth > 0 { continue }
                return place
            }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                guard depth <= Self.depthMax else { throw OTLPError("it is nested more than \(Self.depthMax) deep") }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return try isPlain(start, place - 1) }
                depth -= 1
                if depth == 0 { return place }
            case UInt8(ascii: ","), 0x20, 0x09, 0x0a, 0x0d:
                if depth == 0 { return try isPlain(start, place - 1) }
            default: break
            }
        }
        throw Self.damaged
    }

    /// A number, or `true`, `false`, `null`.
    private func isPlain(_ start: Int, _ end: Int) throws(OTLPError) -> Int {
        guard end > start else { throw Self.damaged }
        return end
    }
}
