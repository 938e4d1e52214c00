internal import CLinux
internal import CTLS

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A connection that somebody else opened, in clear or by TLS, without waits. For one thread.
package final class PeerSocket {
    package enum Reading: Equatable {
        /// So many bytes are in the buffer, and there may be more.
        case bytes(Int)
        /// Nothing has come.
        case idle
        /// The peer has said all, or is gone.
        case ended
        case failed(String)
    }

    package let descriptor: Int32
    /// `ADDRESS:PORT`
    package let peer: String
    private let tls: OpaquePointer?
    private(set) package var isSecured: Bool
    /// Whom the peer's certificate names, which was checked.
    package private(set) var certifiedName: String?
    /// What is not sent yet.
    private var output: [UInt8] = []
    private var isGone = false

    private static let outputBytesMax = 256 << 10
    private static let secondsOfSilence: Int32 = 60

    /// Takes over a descriptor that does not block.
    /// - Returns: `nil` without memory; the descriptor is closed then.
    package init?(_ descriptor: Int32, _ server: TLSServer?) {
        self.descriptor = descriptor
        var text = [CChar](repeating: 0, count: Int(WP_ADDRESS_TEXT))
        _ = wp_peer_address(descriptor, &text)
        peer = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        tls = server.flatMap { wp_tls_accept($0.handle) }
        isSecured = server == nil
        if server != nil, tls == nil {
            close(descriptor)
            return nil
        }
        // A peer whose host is gone says nothing more: the kernel asks.
        var yes: Int32 = 1
        var pause = Self.secondsOfSilence
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &yes, size)
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_KEEPIDLE, &pause, size)
    }

    deinit {
        wp_tls_free(tls)
        close(descriptor)
    }

    /// The address and the port apart.
    package var address: (host: String, port: Int) {
        guard let colon = peer.lastIndex(of: ":") else { return (peer, 0) }
        let host = peer[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }
        return (String(host), Int(peer[peer.index(after: colon)...]) ?? 0)
    }

    /// Whether there is something to send.
    package var wantsToWrite: Bool { !output.isEmpty }

    // MARK: Reading

    /// Reads what the peer says, as much as fits.
    package func read(_ buffer: UnsafeMutableBufferPointer<UInt8>) -> Reading {
        if isGone { return .ended }
        guard let tls else { return receive(buffer) }
        if isSecured {
            let count = wp_tls_read(tls, buffer.baseAddress, Int32(buffer.count))
            if count > 0 { return .bytes(Int(count)) }
            if count < 0 { return .ended }
        }
        switch receive(buffer) {
        case .bytes(let count):
            guard wp_tls_feed(tls, buffer.baseAddress, Int32(count)) == 0 else { return .failed("there is no memory") }
        case let other: return other
        }
        if !isSecured {
            let outcome = wp_tls_handshake(tls)
            takeOutput(tls)
            guard outcome >= 0 else { return .failed("its TLS was refused: \(TLSServer.reason)") }
            guard outcome == 1 else { return flush() ? .bytes(0) : .ended }
            isSecured = true
            noteName(tls)
        }
        let count = wp_tls_read(tls, buffer.baseAddress, Int32(buffer.count))
        takeOutput(tls)
        guard flush() else { return .ended }
        return count < 0 ? .ended : .bytes(Int(count))
    }

    private func receive(_ buffer: UnsafeMutableBufferPointer<UInt8>) -> Reading {
        let count = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
        if count > 0 { return .bytes(count) }
        if count < 0, errno == EAGAIN || errno == EINTR { return .idle }
        return .ended
    }

    private func noteName(_ tls: OpaquePointer) {
        var text = [CChar](repeating: 0, count: 512)
        guard wp_tls_client_name(tls, &text, Int32(text.count)) == 1 else { return }
        certifiedName = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    // MARK: Writing

    /// Sends bytes, as far as the peer takes them; the rest waits.
    /// - Returns: whether the peer is there, and reads.
    package func send(_ bytes: [UInt8]) -> Bool {
        if bytes.isEmpty { return true }
        if let tls {
            guard isSecured, wp_tls_write(tls, bytes, Int32(bytes.count)) == 0 else { return false }
            takeOutput(tls)
        } else {
            output += bytes
        }
        return flush() && output.count <= Self.outputBytesMax
    }

    private func takeOutput(_ tls: OpaquePointer) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16_384) { buffer in
            while case let count = wp_tls_take(tls, buffer.baseAddress, Int32(buffer.count)), count > 0 {
                output.append(contentsOf: buffer[..<Int(count)])
            }
        }
    }

    /// Sends what waits.
    /// - Returns: whether the peer is there.
    package func flush() -> Bool {
        while !output.isEmpty {
            let count = Glibc.send(descriptor, output, output.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            if count < 0 {
                if errno == EAGAIN || errno == EINTR { return true }
                isGone = true
                return false
            }
            output.removeFirst(count)
        }
        return true
    }
}
