internal import Glibc

/// A UDP socket that takes one session's packets.
final class MediaPort {
    let descriptor: Int32
    let number: UInt16
    var generation: UInt32 = 0
    weak var owner: CameraWatch?
    /// Whether RTCP comes here; else RTP.
    let isControl: Bool
    /// From whom packets are taken.
    let peer: SocketAddress
    var token: UInt64 { UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor)) }

    /// Room for a burst of a key frame while the thread does something else.
    private static let bufferBytes: Int32 = 512 << 10

    /// `nil` when the port is not to be had; 0 stands for any.
    init?(_ number: UInt16, isControl: Bool, peer: SocketAddress) {
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(peer.family, kind, 0)
        guard descriptor >= 0 else { return nil }
        var size = Self.bufferBytes
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        var address = SocketAddress.any(like: peer).with(port: number)
        let isBound = address.bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return false }
            return bind(descriptor, base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count)) == 0
        }
        var length = socklen_t(address.bytes.count)
        let isKnown = address.bytes.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return false }
            return getsockname(descriptor, base.assumingMemoryBound(to: sockaddr.self), &length) == 0
        }
        guard isBound, isKnown else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
        self.number = address.port
        self.isControl = isControl
        self.peer = peer
    }

    deinit { close(descriptor) }

    /// A datagram that came from the camera, written to `buffer`; `nil` when there is none any more.
    func receive(into buffer: UnsafeMutableRawBufferPointer) -> UnsafeRawBufferPointer? {
        while true {
            var sender = SocketAddress.any(like: peer)
            var length = socklen_t(sender.bytes.count)
            let count = sender.bytes.withUnsafeMutableBytes { bytes -> Int in
                guard let base = bytes.baseAddress else { return -1 }
                return recvfrom(
                    descriptor, buffer.baseAddress, buffer.count, 0, base.assumingMemoryBound(to: sockaddr.self),
                    &length)
            }
            if count < 0 {
                // A port of the camera that nobody listens at is told to the next one who reads.
                if errno == EINTR || errno == ECONNREFUSED { continue }
                return nil
            }
            if sender.isSameHost(as: peer) { return UnsafeRawBufferPointer(rebasing: buffer[..<count]) }
        }
    }

    /// Sends a packet to the camera's port, so that gates between us and it let its packets in.
    func knock(at port: UInt16) {
        // An RTP packet without content, and an RTCP receiver report without a block (RFC 3550, sections 5.1 and 6.4.2).
        let packet: [UInt8] = isControl ? [0x80, 201, 0, 1, 0, 0, 0, 0] : [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        peer.with(port: port).bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            _ = sendto(
                descriptor, packet, packet.count, Int32(truncatingIfNeeded: MSG_NOSIGNAL),
                base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
    }
}

/// Two ports next to each other, the first one even: RTP and RTCP of one session (RFC 3550, section 11).
struct MediaPorts {
    let media: MediaPort
    let control: MediaPort

    /// `nil` when no two such ports are to be had.
    init?(peer: SocketAddress) {
        for _ in 0..<50 {
            guard let first = MediaPort(0, isControl: false, peer: peer) else { return nil }
            guard first.number.isMultiple(of: 2), first.number < .max,
                let second = MediaPort(first.number + 1, isControl: true, peer: peer)
            else { continue }
            (media, control) = (first, second)
            return
        }
        return nil
    }
}
