internal import Base

/// Where an input takes messages from the network, and within which limits.
package struct LogListening: Sendable, Hashable {
    package enum Transport: String, Sendable { case udp, tcp }

    /// How the bytes of a connection are messages.
    package enum Framing: Sendable, Hashable {
        /// Each ends with these bytes.
        case delimiter([UInt8])
        /// RFC 6587: the number of its bytes and a blank stand in front of a message, or it ends with a line feed.
        case counted
    }

    package var transport: Transport
    /// A name or an address; empty for all of this host.
    package var host: String
    package var port: Int
    package var framing = Framing.delimiter([10])
    /// What is longer is cut.
    package var messageBytesMax: Int
    /// Bytes that wait in the kernel while nobody takes them.
    package var receiveBuffer = 4 << 20
    /// More senders wait until one of them goes.
    package var connectionsMax = 1_024
    /// How long a connection may be quiet, and how long a message may take.
    package var timeout = Duration.seconds(300)

    package init(_ transport: Transport, host: String, port: Int) {
        self.transport = transport
        self.host = host
        self.port = port
        messageBytesMax = transport == .udp ? 10 << 10 : 20 << 20
    }

    /// `udp://127.0.0.1:514`
    package var url: String {
        let host = host.isEmpty ? "0.0.0.0" : host
        return "\(transport.rawValue)://" + (host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
    }

    /// Whether only programs of this host can send to it.
    package var isLoopback: Bool { LoopbackHost.isOne(host) }
}
