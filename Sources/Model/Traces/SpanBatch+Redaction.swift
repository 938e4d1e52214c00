internal import Glibc

extension SpanBatch {
    /// Takes credentials out of all texts, as ``Redaction/urls(in:)`` does, and hides the values of attributes that are
    /// credentials by their names. What was hidden is not in ``bytes`` any more.
    ///
    /// Texts without an address cost a look at each of their bytes, by the C library's fastest way.
    public mutating func redact() {
        var changes: [Change] = []
        bytes.withUnsafeBytes { bytes in
            let finder = SecretFinder(bytes: bytes)
            for (index, attribute) in attributes.enumerated() {
                switch attribute.kind {
                case .string, .json:
                    if finder.isSecret(attribute) {
                        changes.append(Change(place: .secret(index), text: Redaction.hiddenText))
                    } else if let text = finder.redacted(attribute.slice, isQuery: finder.holdsQuery(attribute.key)) {
                        changes.append(Change(place: .attribute(index), text: text))
                    }
                case .bytes:
                    if finder.isSecret(attribute) {
                        changes.append(Change(place: .secret(index), text: Redaction.hiddenText))
                    }
                case .boolean, .integer, .number: break
                }
            }
            for (index, span) in spans.enumerated() {
                if let text = finder.redacted(span.name) { changes.append(Change(place: .name(index), text: text)) }
                if span.statusMessage.count > 0, let text = finder.redacted(span.statusMessage) {
                    changes.append(Change(place: .statusMessage(index), text: text))
                }
            }
            for (index, event) in events.enumerated() {
                if let text = finder.redacted(event.name) { changes.append(Change(place: .event(index), text: text)) }
            }
        }
        for change in changes { put(change) }
    }

    private struct Change {
        enum Place {
            case attribute(Int)
            case secret(Int)
            case name(Int)
            case statusMessage(Int)
            case event(Int)
        }

        var place: Place
        var text: String
    }

    private mutating func put(_ change: Change) {
        switch change.place {
        case .attribute(let index):
            let attribute = attributes[index]
            attributes[index] = Attribute(
                key: attribute.key, kind: attribute.kind, slice: replaced(attribute.slice, by: change.text))
        case .secret(let index):
            let attribute = attributes[index]
            attributes[index] = Attribute(
                key: attribute.key, kind: .string, slice: replaced(attribute.slice, by: change.text))
        case .name(let index): spans[index].name = replaced(spans[index].name, by: change.text)
        case .statusMessage(let index):
            spans[index].statusMessage = replaced(spans[index].statusMessage, by: change.text)
        case .event(let index): events[index].name = replaced(events[index].name, by: change.text)
        }
    }

    /// Puts the text behind all others, and makes what stood there unreadable: other slices may lie in it.
    private mutating func replaced(_ slice: ByteSlice, by text: String) -> ByteSlice {
        for index in Int(slice.offset)..<Int(slice.offset) + Int(slice.count) { bytes[index] = UInt8(ascii: "x") }
        let offset = bytes.count
        bytes += text.utf8
        return ByteSlice(offset: UInt32(offset), count: UInt32(bytes.count - offset))
    }
}

/// Looks for credentials in the texts of a batch.
private struct SecretFinder {
    let bytes: UnsafeRawBufferPointer

    /// The text without its credentials; `nil` where it has none.
    /// - Parameter isQuery: whether it may be what stands behind an address, without the address.
    @inline(__always)
    func redacted(_ slice: ByteSlice, isQuery: Bool = false) -> String? {
        let text = UnsafeRawBufferPointer(rebasing: bytes[Int(slice.offset)..<Int(slice.offset) + Int(slice.count)])
        return mayHoldAddress(text, isQuery) ? slowlyRedacted(text, isQuery) : nil
    }

    /// Whether an address with a login may stand there, plain or encoded: only those have the signs that are looked for.
    @inline(__always)
    private func mayHoldAddress(_ text: UnsafeRawBufferPointer, _ isQuery: Bool) -> Bool {
        guard text.count > (isQuery ? 2 : 5), let start = text.baseAddress else { return false }
        if memchr(start, 0x3a, text.count) != nil {
            if memchr(start, 0x40, text.count) != nil || memchr(start, 0x3d, text.count) != nil { return true }
        } else if isQuery, memchr(start, 0x3d, text.count) != nil {
            return true
        }
        return memchr(start, 0x25, text.count) != nil && holdsEncodedColon(text)
    }

    @inline(never)
    private func holdsEncodedColon(_ text: UnsafeRawBufferPointer) -> Bool {
        zip(text, zip(text.dropFirst(), text.dropFirst(2))).contains {
            $0 == UInt8(ascii: "%") && $1.0 == UInt8(ascii: "3") && $1.1 | 0x20 == UInt8(ascii: "a")
        }
    }

    @inline(never)
    private func slowlyRedacted(_ text: UnsafeRawBufferPointer, _ isQuery: Bool) -> String? {
        let plain = String(decoding: text, as: UTF8.self)
        var shown = Redaction.urls(in: plain)
        if isQuery, !shown.contains("://") {
            // The rules for addresses hold for what follows one.
            let prefix = "x://x/?"
            shown = String(Redaction.urls(in: prefix + shown).dropFirst(prefix.count))
        }
        return shown == plain ? nil : shown
    }

    private static let queryKeys = ["url.query", "http.target", "url.path", "http.url", "url.full"].map {
        Array($0.utf8)
    }

    /// Whether an attribute's value may be a path or query without the host before it.
    @inline(__always)
    func holdsQuery(_ key: ByteSlice) -> Bool {
        guard key.count >= 8, key.count <= 11 else { return false }
        return Self.queryKeys.contains { matches(key, $0) }
    }

    /// The ends of names of attributes that hold nothing but a credential.
    private static let secretNames = [
        "authorization", "password", "passwd", "passphrase", "pwd", "secret", "api_key", "apikey", "access_token",
        "auth_token", "refresh_token", "id_token", "cookie", "client_secret", "private_key", "secret_key",
    ].map { Array($0.utf8) }

    /// Whether an attribute is a credential by its name: `http.request.header.authorization`.
    @inline(__always)
    func isSecret(_ attribute: SpanBatch.Attribute) -> Bool {
        let count = Int(attribute.key.count)
        guard count >= 4 else { return count == 3 && endsAsSecret(attribute.key) }
        let end = bytes.loadUnaligned(fromByteOffset: Int(attribute.key.offset) + count - 4, as: UInt32.self)
        // The last four letters of the names, or three.
        switch UInt32(bigEndian: end) | 0x2020_2020 {
        case 0x7469_6f6e, 0x776f_7264, 0x7373_7764, 0x7261_7365, 0x6372_6574, 0x6f6b_656e, 0x6f6b_6965:
            return endsAsSecret(attribute.key)
        case let letters where letters & 0xff_ffff == 0x6b_6579 || letters & 0xff_ffff == 0x70_7764:
            return endsAsSecret(attribute.key)
        default: return false
        }
    }

    @inline(never)
    private func endsAsSecret(_ key: ByteSlice) -> Bool {
        Self.secretNames.contains { name in
            guard key.count >= name.count else { return false }
            let start = Int(key.offset) + Int(key.count) - name.count
            for (index, letter) in name.enumerated() {
                let byte = bytes[start + index]
                let plain = byte == UInt8(ascii: "-") ? UInt8(ascii: "_") : byte | (isLetter(byte) ? 0x20 : 0)
                if plain != letter { return false }
            }
            return key.count == name.count || !isLetter(bytes[start - 1])
        }
    }

    private func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 }

    @inline(__always)
    private func matches(_ slice: ByteSlice, _ name: [UInt8]) -> Bool {
        Int(slice.count) == name.count
            && name.withUnsafeBytes { name in
                guard let first = name.baseAddress, let own = bytes.baseAddress else { return false }
                return memcmp(first, own + Int(slice.offset), name.count) == 0
            }
    }
}
