/// Takes the chunked transfer coding off a body (RFC 9112, section 7.1).
struct ChunkedBody {
    enum Outcome: Equatable {
        case goesOn
        case ended
        case broken
    }

    private enum Stage {
        case size
        case data(Int)
        /// The line end behind a chunk's data.
        case lineEnd
    }

    private var stage = Stage.size
    /// A chunk's size has so many digits at most: no body of a camera is longer.
    private static let digitsMax = 8
    private static let lineMax = 1_024

    /// Appends the body's bytes to `output`.
    /// - Returns: how many bytes were read, and whether there is more to come.
    mutating func read(_ bytes: UnsafeRawBufferPointer, into output: inout [UInt8]) -> (used: Int, outcome: Outcome) {
        var used = 0
        while used < bytes.count {
            switch stage {
            case .data(let left):
                let count = min(left, bytes.count - used)
                output.append(contentsOf: bytes[used..<(used + count)])
                used += count
                stage = count == left ? .lineEnd : .data(left - count)
            case .lineEnd, .size:
                guard let newline = bytes.firstNewline(from: used) else {
                    return (used, bytes.count - used > Self.lineMax ? .broken : .goesOn)
                }
                let line = String(decoding: bytes[used..<newline], as: UTF8.self).trimmed
                used = newline + 1
                if case .lineEnd = stage {
                    guard line.isEmpty else { return (used, .broken) }
                    stage = .size
                    continue
                }
                let digits = line.prefix { $0 != ";" }.trimmed
                guard digits.utf8.count <= Self.digitsMax, let size = Int(digits, radix: 16), size >= 0 else {
                    return (used, .broken)
                }
                if size == 0 { return (used, .ended) }
                stage = .data(size)
            }
        }
        return (used, .goesOn)
    }
}
