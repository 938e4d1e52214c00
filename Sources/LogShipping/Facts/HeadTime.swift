/// Finds the time at which a line was written: it stands at the line's beginning, behind nothing but a level, a number,
/// something in brackets, or the name of a container. Further in it is a time of which the line speaks.
struct HeadTime {
    struct Found {
        let time: Int64
        let start: Int
        /// Behind the time and its zone.
        let end: Int
        let form: TimeText.Form
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let context: LineContext
    private var position = 0
    /// `<34>` of syslog: facility times eight and severity.
    private var priority: Int64?

    private static let groupMax = 64
    private static let wordMax = 64
    private static let keys = SmallWord.set(
        "time", "timestamp", "ts", "t", "date", "datetime", "@timestamp", "eventtime")
    private static let levelKeys = SmallWord.set("level", "lvl", "severity", "loglevel", "log_level")
    /// Signs that may stand in front of a time.
    private static let signs: [Bool] = {
        var signs = [Bool](repeating: false, count: 256)
        for byte in " \t](){}<>|:-,;\"'*#".utf8 { signs[Int(byte)] = true }
        return signs
    }()

    /// The time in the head of a line, and the priority of syslog in front of it.
    static func find(
        in bytes: UnsafeBufferPointer<UInt8>, _ context: LineContext
    ) -> (found: Found?, priority: Int64?) {
        var head = HeadTime(bytes: bytes, context: context)
        let found = head.find()
        return (found, head.priority)
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, context: LineContext) {
        self.bytes = bytes
        self.context = context
    }

    private mutating func find() -> Found? {
        readPriority()
        while position < bytes.count {
            if let found = time() { return found }
            let byte = bytes[position]
            if byte == UInt8(ascii: "[") {
                position += 1
                if let found = time() { return found }
                guard skipGroup() else { break }
            } else if isWordByte(byte) {
                guard let isFound = word() else { break }
                if isFound { continue }
            } else if Self.signs[Int(byte)] {
                position += 1
            } else {
                break
            }
        }
        return accessTime() ?? pairTime()
    }

    private mutating func readPriority() {
        guard bytes.first == UInt8(ascii: "<") else { return }
        let digits = bytes[1...].prefix(4).prefix { $0 &- 48 < 10 }
        guard (1...3).contains(digits.count), digits.endIndex < bytes.count,
            bytes[digits.endIndex] == UInt8(ascii: ">"),
            let number = Int64(String(decoding: digits, as: UTF8.self)), number <= 191
        else { return }
        priority = number
        position = digits.endIndex + 1
        // The version of RFC 5424.
        if position + 1 < bytes.count, bytes[position] == 49, bytes[position + 1] == 32 { position += 2 }
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        byte &- 48 < 10 || (byte | 32) &- 97 < 26 || byte == 95 || byte == 64 || byte >= 128
    }

    private func time() -> Found? {
        guard position < bytes.count, isWordByte(bytes[position]),
            position == 0 || !isWordByte(bytes[position - 1]),
            let found = TimeText.read(bytes, at: position, context)
        else { return nil }
        // A number alone is a time at the very beginning, or where the name says so.
        if found.form == .epoch, !isAtStart, !isBehindKey { return nil }
        return Found(time: found.time, start: position, end: found.end, form: found.form)
    }

    private var isAtStart: Bool { bytes[..<position].allSatisfy { $0 == 32 || $0 == 91 || $0 == 34 || $0 == 40 } }

    private var isBehindKey: Bool { position > 0 && (bytes[position - 1] == 61 || bytes[position - 1] == 34) }

    /// Goes over what stands in brackets, as a thread's name.
    private mutating func skipGroup() -> Bool {
        let inner = bytes[position...].prefix(Self.groupMax).prefix { $0 != UInt8(ascii: "]") }
        guard inner.endIndex < bytes.count, bytes[inner.endIndex] == UInt8(ascii: "]") else { return false }
        position = inner.endIndex + 1
        return true
    }

    /// Goes over a word that may stand in front of a time.
    /// - Returns: whether the time stands right behind it; `nil` where the word begins what is told.
    private mutating func word() -> Bool? {
        let start = position
        let name = bytes[start...].prefix(Self.wordMax).prefix { isWordByte($0) || $0 == 45 || $0 == 46 || $0 == 47 }
        let end = name.endIndex
        let next = end < bytes.count ? bytes[end] : 0
        let key = next == 61 || next == 58 ? SmallWord(name) : nil
        if let key, Self.keys.contains(key) {
            position = end + 1
            while position < bytes.count, bytes[position] == 34 || bytes[position] == 32 { position += 1 }
            return true
        }
        let isNumber = name.count <= 7 && name.allSatisfy { $0 &- 48 < 10 }
        let isLetter = name.count == 1
        let isUpper = name.allSatisfy { $0 < 97 }
        if isNumber || isLetter || (isUpper && LevelName.meaning(of: name) != nil) {
            position = end
            return false
        }
        // `level=info time=…`
        if next == 61, let key, Self.levelKeys.contains(key) {
            position = end + 1
            while position < bytes.count, bytes[position] != 32 { position += 1 }
            return false
        }
        // The name of a container, as docker compose prints it: `camera-1  | `.
        var bar = end
        while bar < bytes.count, bytes[bar] == 32 { bar += 1 }
        guard bar < bytes.count, bytes[bar] == UInt8(ascii: "|") else { return nil }
        position = bar + 1
        return false
    }

    /// `10.0.0.1 - joe [23/Nov/2026:12:00:00 +0000]`: whatever stands in front.
    private func accessTime() -> Found? {
        var start = 0
        while let bracket = bytes[start...].firstIndex(of: UInt8(ascii: "[")), bracket + 12 < bytes.count {
            start = bracket + 1
            guard bytes[bracket + 3] == UInt8(ascii: "/"), bytes[bracket + 7] == UInt8(ascii: "/"),
                let found = TimeText.read(bytes, at: start, context), found.form == .access
            else { continue }
            return Found(time: found.time, start: start, end: found.end, form: .access)
        }
        return nil
    }

    /// `caller=main.go:7 ts=2026-11-23T12:00:00Z`, `type=SYSCALL msg=audit(1795669200.123:45): …`
    private func pairTime() -> Found? {
        guard let first = bytes.firstIndex(where: { !isWordByte($0) && $0 != 46 }), first > 0, bytes[first] == 61 else {
            return nil
        }
        for name in ["time=", "ts=", "t=", "timestamp=", "msg=audit("] {
            let name = Array((" " + name).utf8)
            guard bytes.count > name.count else { continue }
            for start in 0..<(bytes.count - name.count) where bytes[start] == 32 && bytes[start...].starts(with: name) {
                var place = start + name.count
                if bytes[place] == 34 { place += 1 }
                if let found = TimeText.read(bytes, at: place, context), found.form != .timeOfDay {
                    return Found(time: found.time, start: place, end: found.end, form: .plain)
                }
            }
        }
        return nil
    }
}
