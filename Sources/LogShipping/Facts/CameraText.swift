#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Finds the camera of which a line speaks: `camera_id=7`, else `camera=cam-7`, else `[cam-7]` at the beginning.
enum CameraText {
    private static let headBytes = 120

    static func find(in text: String) -> String? {
        var text = text
        return text.withUTF8(find)
    }

    private static func find(in bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var second: String?
        var third: String?
        var start = 0
        while let place = next(in: bytes, from: start) {
            start = place + 3
            let isWordStart = place == 0 || !isWord(bytes[place - 1])
            if isWordStart, let id = value(bytes, behind: "camera_id=", at: place, begins: "") { return id }
            if second == nil, isWordStart { second = value(bytes, behind: "camera=", at: place, begins: "cam-") }
            if third == nil, second == nil, place > 0, place < headBytes, bytes[place - 1] == UInt8(ascii: "[") {
                third = bracketed(bytes, place)
            }
        }
        return second ?? third
    }

    /// Where `cam` stands next.
    private static func next(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        // Every third byte is one of the three, if they stand there.
        var index = start + 2
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "m"):
                if bytes[index - 1] == UInt8(ascii: "a"), bytes[index - 2] == UInt8(ascii: "c") { return index - 2 }
                index += 3
            case UInt8(ascii: "a"): index += 1
            case UInt8(ascii: "c"): index += 2
            default: index += 3
            }
        }
        return nil
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte &- 48 < 10 || (byte | 32) &- 97 < 26 || byte == 95
    }

    private static func isName(_ byte: UInt8) -> Bool { isWord(byte) || byte == 45 || byte == 46 }

    private static func value(
        _ bytes: UnsafeBufferPointer<UInt8>, behind key: StaticString, at place: Int, begins prefix: StaticString
    ) -> String? {
        var start = place + key.utf8CodeUnitCount
        guard has(key, bytes, place) else { return nil }
        if start < bytes.count, bytes[start] == 34 || bytes[start] == 39 { start += 1 }
        guard has(prefix, bytes, start) else { return nil }
        var end = start
        while end < bytes.count, isName(bytes[end]) { end += 1 }
        while end > start, !isWord(bytes[end - 1]) { end -= 1 }
        guard end > start + prefix.utf8CodeUnitCount else { return nil }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    private static func has(_ text: StaticString, _ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        guard let base = bytes.baseAddress, place + text.utf8CodeUnitCount <= bytes.count else { return false }
        return memcmp(base + place, text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    private static func bracketed(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> String? {
        guard has("cam-", bytes, place) else { return nil }
        var end = place + 4
        while end < bytes.count, isName(bytes[end]) { end += 1 }
        guard end > place + 4, end < min(bytes.count, headBytes), bytes[end] == UInt8(ascii: "]") else { return nil }
        return String(decoding: bytes[place..<end], as: UTF8.self)
    }
}
