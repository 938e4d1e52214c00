internal import CTLS

/// TLS over a connection to a camera: turns what is said to what goes over the wire, and back.
final class SecureStream {
    enum Step: Equatable {
        case needsBytes
        case done
        case failed(String)
    }

    private let tls: OpaquePointer
    private(set) var isReady = false

    /// `nil` without memory.
    init?(host: String) {
        guard let tls = wp_tls_client(host) else { return nil }
        self.tls = tls
    }

    deinit { wp_tls_free(tls) }

    /// Goes on with the handshake, after what came was fed.
    func handshake() -> Step {
        switch wp_tls_handshake(tls) {
        case 1:
            isReady = true
            return .done
        case 0: return .needsBytes
        default:
            return .failed(
                withUnsafeTemporaryAllocation(of: CChar.self, capacity: 200) { text in
                    guard let base = text.baseAddress else { return "" }
                    wp_tls_reason(base, Int32(text.count))
                    return String(cString: base)
                })
        }
    }

    /// Takes bytes that came over the wire.
    func feed(_ bytes: UnsafeRawBufferPointer) -> Bool { wp_tls_feed(tls, bytes.baseAddress, Int32(bytes.count)) == 0 }

    /// Fills `buffer` with what the camera said.
    /// - Returns: how many bytes; `nil` once the camera has ended the connection.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        var count = 0
        while count < buffer.count {
            let more = wp_tls_read(tls, buffer.baseAddress?.advanced(by: count), Int32(buffer.count - count))
            if more < 0 { return count > 0 ? count : nil }
            if more == 0 { break }
            count += Int(more)
        }
        return count
    }

    func write(_ bytes: [UInt8]) -> Bool { bytes.isEmpty || wp_tls_write(tls, bytes, Int32(bytes.count)) == 0 }

    /// What is to go over the wire.
    func take() -> [UInt8] {
        var result: [UInt8] = []
        withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 1) { buffer in
            while case let count = wp_tls_take(tls, buffer.baseAddress, Int32(buffer.count)), count > 0 {
                result.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)]))
            }
        }
        return result
    }
}
