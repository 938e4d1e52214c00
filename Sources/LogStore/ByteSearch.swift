import Base
internal import CLinux

/// Search for texts in bytes, in whichever case.
enum ByteSearch {
    static func isTokenByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...122).contains(byte | 0x20) || byte >= 0x80
    }

    static func isNumber(_ run: [UInt8]) -> Bool { run.allSatisfy { (48...57).contains($0) } }

    static func isHexadecimal(_ run: [UInt8]) -> Bool {
        run.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    static func holds(_ bytes: [UInt8], _ run: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in run.withUnsafeBytes { find($0, in: bytes, from: 0) != nil } }
    }

    /// Bytes with letters of ASCII in lower case.
    static func lowered(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: bytes.count) { output, count in
            bytes.withUnsafeBufferPointer { bytes in
                for index in 0..<bytes.count {
                    let byte = bytes[index]
                    output[index] = byte &- 65 < 26 ? byte | 0x20 : byte
                }
            }
            count = bytes.count
        }
    }

    /// The place of `wanted` in `bytes` at or after `start`.
    static func find(_ wanted: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = bytes.baseAddress, let text = wanted.baseAddress, start <= bytes.count,
            let found = wp_find_bytes(base + start, bytes.count - start, text, wanted.count)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }

    /// Whether `bytes` hold `text`, which is in lower case, in any case; also true of bytes outside ASCII, of which
    /// some have lower cases in it.
    static func mayHold(_ bytes: UnsafeRawBufferPointer, _ text: String) -> Bool {
        let found: Bool? = text.utf8.withContiguousStorageIfAvailable { text in
            guard let first = text.first else { return true }
            var position = 0
            let end = bytes.count - text.count
            while position <= end {
                if lower(bytes[position]) == first {
                    var length = 1
                    while length < text.count, lower(bytes[position + length]) == text[length] { length += 1 }
                    if length == text.count { return true }
                }
                position += 1
            }
            return false
        }
        return (found ?? true) || bytes.contains { $0 >= 0x80 }
    }

    static func mayHold(_ text: String, _ wanted: String) -> Bool {
        var text = text
        return text.withUTF8 { mayHold(UnsafeRawBufferPointer($0), wanted) }
    }

    @inline(__always)
    private static func lower(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 0x20 : byte }
}
