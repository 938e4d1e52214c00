import Model

/// The trace, and the span of it, of which a line speaks: `trace_id=… span_id=…`, `"traceId": "…"`, `traceparent=00-…`.
struct TraceText: Equatable {
    /// 32 hexadecimal digits in lower case, as OTLP's logs have them; a number of 64 bits has zeros in front.
    let traceID: String
    /// 16 hexadecimal digits in lower case.
    let spanID: String?

    /// What a line says; a number that is zero, or none, says nothing.
    static func find(in text: String) -> TraceText? {
        var text = text
        return text.withUTF8(find)
    }

    private static func find(in bytes: UnsafeBufferPointer<UInt8>) -> TraceText? {
        var start = 0
        while let place = next(in: bytes, from: start) {
            start = place + 5
            guard isNameStart(bytes, place) else { continue }
            if let found = parent(bytes, behind: start) { return found }
            guard let digits = value(bytes, behind: start), let trace = text(digits, 32) else { continue }
            return TraceText(traceID: trace, spanID: span(in: bytes))
        }
        return nil
    }

    /// Where `trace` or `Trace` stands next: all lines are looked through, sixteen places at a time.
    private static func next(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard let base = UnsafeRawPointer(bytes.baseAddress) else { return nil }
        let small = SIMD16<UInt8>(repeating: 32)
        let first = SIMD16<UInt8>(repeating: UInt8(ascii: "t"))
        let fourth = SIMD16<UInt8>(repeating: UInt8(ascii: "c"))
        var index = start
        while index + 20 <= bytes.count {
            let here = base.loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self) | small
            let ahead = base.loadUnaligned(fromByteOffset: index + 3, as: SIMD16<UInt8>.self)
            let both = unsafeBitCast((here .== first) .& (ahead .== fourth), to: SIMD2<UInt64>.self)
            if both[0] | both[1] != 0 {
                for place in index..<index + 16 where isTrace(bytes, place) { return place }
            }
            index += 16
        }
        while index + 5 <= bytes.count {
            if isTrace(bytes, index) { return index }
            index += 1
        }
        return nil
    }

    private static func isTrace(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        bytes[place] | 32 == UInt8(ascii: "t") && bytes[place + 1] == UInt8(ascii: "r")
            && bytes[place + 2] == UInt8(ascii: "a") && bytes[place + 3] == UInt8(ascii: "c")
            && bytes[place + 4] == UInt8(ascii: "e")
    }

    /// The span that belongs to a line's trace, before or behind it.
    private static func span(in bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var place = 0
        while place + 4 <= bytes.count {
            if bytes[place] | 32 == UInt8(ascii: "s"), has("pan", bytes, place + 1), isNameStart(bytes, place),
                let digits = value(bytes, behind: place + 4), digits.count == 16
            {
                return text(digits, 16)
            }
            place += 1
        }
        return nil
    }

    /// Whether a name begins here: `dd.trace_id` is a number of another kind, `otelTraceID` is OpenTelemetry's.
    private static func isNameStart(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        guard place > 0 else { return true }
        if has("dd.", bytes, place - 3) || has("otel", bytes, place - 4) { return bytes[place - 1] != 46 }
        return !isWord(bytes[place - 1])
    }

    /// The hexadecimal digits of `_id=`, `Id: "`, `.id":"`, as they stand behind `trace` or `span`.
    private static func value(
        _ bytes: UnsafeBufferPointer<UInt8>, behind name: Int
    ) -> UnsafeBufferPointer<UInt8>? {
        var place = name
        if at(bytes, place) == 95 || at(bytes, place) == 46 || at(bytes, place) == 45 { place += 1 }
        guard at(bytes, place) | 32 == UInt8(ascii: "i"), at(bytes, place + 1) | 32 == UInt8(ascii: "d"),
            let start = valueStart(bytes, behind: place + 2)
        else { return nil }
        var end = start
        while end < bytes.count, end - start < 33, isDigit(bytes[end]) { end += 1 }
        guard end - start == 32 || end - start == 16, !isWord(at(bytes, end)), at(bytes, end) != 45 else { return nil }
        return UnsafeBufferPointer(rebasing: bytes[start..<end])
    }

    /// `traceparent=00-<trace>-<span>-<flags>`, as the W3C's header has it.
    private static func parent(_ bytes: UnsafeBufferPointer<UInt8>, behind name: Int) -> TraceText? {
        guard has("parent", bytes, name), let start = valueStart(bytes, behind: name + 6), start + 55 <= bytes.count,
            bytes[start + 2] == 45, bytes[start + 35] == 45, bytes[start + 52] == 45,
            !has("ff", bytes, start)
        else { return nil }
        for (first, last) in [(0, 2), (3, 35), (36, 52), (53, 55)] {
            for place in start + first..<start + last where !isDigit(bytes[place]) { return nil }
        }
        guard !isWord(at(bytes, start + 55)),
            let trace = text(UnsafeBufferPointer(rebasing: bytes[start + 3..<start + 35]), 32)
        else { return nil }
        return TraceText(
            traceID: trace, spanID: text(UnsafeBufferPointer(rebasing: bytes[start + 36..<start + 52]), 16))
    }

    /// Where the value of a name begins: behind quotation marks, blanks, and an equals sign or a colon.
    private static func valueStart(_ bytes: UnsafeBufferPointer<UInt8>, behind name: Int) -> Int? {
        var place = name
        while isQuote(at(bytes, place)), place < name + 2 { place += 1 }
        while at(bytes, place) == 32, place < name + 4 { place += 1 }
        guard at(bytes, place) == 61 || at(bytes, place) == 58 else { return nil }
        place += 1
        let first = place
        while at(bytes, place) == 32 || isQuote(at(bytes, place)), place < first + 4 { place += 1 }
        return place
    }

    /// The digits in lower case, with zeros in front up to `count`; `nil` for zero.
    private static func text(_ digits: UnsafeBufferPointer<UInt8>, _ count: Int) -> String? {
        guard digits.contains(where: { $0 != 48 }) else { return nil }
        return String(unsafeUninitializedCapacity: count) { buffer in
            let zeros = count - digits.count
            for place in 0..<zeros { buffer[place] = 48 }
            // In lower case only letters change.
            for place in zeros..<count { buffer[place] = digits[place - zeros] | 32 }
            return count
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 || (byte | 32) &- 97 < 6 }

    private static func at(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> UInt8 {
        place < bytes.count ? bytes[place] : 0
    }

    private static func isQuote(_ byte: UInt8) -> Bool { byte == 34 || byte == 39 || byte == 92 }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte &- 48 < 10 || (byte | 32) &- 97 < 26 || byte == 95
    }

    private static func has(_ text: StaticString, _ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard place >= 0, place + count <= bytes.count else { return false }
        for offset in 0..<count where bytes[place + offset] != text.utf8Start[offset] { return false }
        return true
    }
}

extension LogEvent {
    /// Adds the trace of which a line speaks, unless the event has one already.
    mutating func add(_ trace: TraceText?) {
        guard let trace, fields["trace.id"] == nil else { return }
        fields["trace.id"] = .string(trace.traceID)
        if let span = trace.spanID, fields["span.id"] == nil { fields["span.id"] = .string(span) }
    }
}
