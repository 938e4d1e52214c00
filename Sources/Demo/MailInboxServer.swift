internal import NIOCore
internal import NIOPosix
internal import SiteView

/// An SMTP server on loopback that puts every mail into the inbox and forwards none.
struct MailInboxServer: Sendable {
    let port: Int
    private let channel: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>
    private let inbox: Inbox

    init(inbox: Inbox) async throws {
        channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: 0) { child in
                child.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: child)
                }
            }
        port = channel.channel.localAddress?.port ?? 0
        self.inbox = inbox
    }

    /// Serves until the task is cancelled.
    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await channel.executeThenClose { connections in
                for try await connection in connections {
                    group.addTask { try? await serve(connection) }
                }
            }
        }
    }

    private func serve(_ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async throws {
        try await connection.executeThenClose { inbound, outbound in
            var session = SMTPSession()
            var pending = ByteBuffer()
            try await outbound.write(ByteBuffer(string: SMTPSession.greeting + "\r\n"))
            for try await var chunk in inbound {
                pending.writeBuffer(&chunk)
                while let line = pending.readLine() {
                    switch session.take(line: line) {
                    case nil: break
                    case .say(let reply): try await outbound.write(ByteBuffer(string: reply + "\r\n"))
                    case .accept(let mail, let reply):
                        deliver(mail)
                        try await outbound.write(ByteBuffer(string: reply + "\r\n"))
                    case .hangUp(let reply):
                        try await outbound.write(ByteBuffer(string: reply + "\r\n"))
                        return
                    }
                }
                if pending.readableBytes > SMTPSession.maxContentBytes { return }
                pending.discardReadBytes()
            }
        }
    }

    private func deliver(_ mail: SMTPSession.Mail) {
        let parts = ReadMail(content: mail.content)
        inbox.add(.mail, to: mail.recipients.joined(separator: ", "), subject: parts.subject, body: parts.body)
    }
}

extension ByteBuffer {
    /// The next whole line without its end, or `nil` until one has come.
    fileprivate mutating func readLine() -> String? {
        guard let end = readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let line = readString(length: end - readerIndex + 1) ?? ""
        return String(line.prefix { !$0.isNewline })
    }
}
