import Base
import Foundation
import Listening
import Model
import Synchronization
import TestSupport
import Testing

@testable import LogShipping

@Suite("Messages from the network", .timeLimit(.minutes(2)))
struct ReceiverTests {
    private let sink = MemoryAppender()

    private func receiver(_ config: FilebeatConfig, limits: MessageQueue.Limits = .init()) -> MessageReceiver {
        let receiver = MessageReceiver(
            sink, HostMetadata(hostName: "host-1", version: "1"), SystemTimeSource(), limits: limits
        ) { .seconds(86_400) }
        receiver.update(config)
        return receiver
    }

    /// Runs a receiver while `body` does, once it listens.
    private func with(_ receiver: MessageReceiver, _ body: () async throws -> Void) async throws {
        let task = Task { await receiver.run() }
        do {
            // A port that is taken says that it is by then.
            try await Task.sleep(for: .milliseconds(100))
            try await body()
        } catch {
            task.cancel()
            await task.value
            throw error
        }
        task.cancel()
        await task.value
    }

    private func connected(_ port: Int) async throws -> Sender {
        try await eventually("a connection") { try? Sender(.tcp, port) }
    }

    private func wait(for count: Int) async throws {
        _ = try await eventually("\(count) events, of which there are \(sink.events.count)") {
            sink.events.count >= count ? true : nil
        }
    }

    @Test(
        "come by UDP and TCP, through the input's settings as lines of files do",
        arguments: [LogListening.Transport.udp, .tcp])
    func both(_ transport: LogListening.Transport) async throws {
        let port = try Sender.freePort(transport)
        let problems = filebeat(
            """
            filebeat.inputs:
              - type: syslog
                id: switches
                protocol.\(transport.rawValue).host: 127.0.0.1:\(port)
                tags: [network]
                fields: {site: hanoi}
                exclude_lines: [heartbeat]
                processors: [{drop_event.when.equals.process.name: noisy}]
            """)
        let receiver = receiver(try #require(problems.config))
        try await with(receiver) {
            let sender = try await connected(transport, port)
            sender.send("<11>Nov 28 12:00:00 sw-1 port[7]: link down\n")
            sender.send("<14>Nov 28 12:00:00 sw-1 port: heartbeat\n")
            sender.send("<14>Nov 28 12:00:00 sw-1 noisy: chatter\n")
            sender.send("<14>Nov 28 12:00:00 sw-1 port: link up\n")
            try await wait(for: 2)
            #expect(sink.messages == ["link down", "link up"])
            let event = try #require(sink.events.first)
            #expect(event.fields["log.source.address"] == .string(sender.address))
            #expect(event.fields["fields.site"] == .string("hanoi"))
            #expect(event.fields["tags"] == .array([.string("network")]))
            #expect(event.fields["level"] == .string("ERROR"))
        }
        let status = try #require(receiver.statuses.first)
        #expect(status.paths == ["\(transport.rawValue)://127.0.0.1:\(port)"] && status.lastError == nil)
        #expect(status.counts.lines == 4 && status.counts.events == 2 && status.counts.leftOut == 2)
    }

    private func connected(_ transport: LogListening.Transport, _ port: Int) async throws -> Sender {
        transport == .udp ? try Sender(.udp, port) : try await connected(port)
    }

    @Test("by TCP wait while the store takes nothing, and all are stored then, in their order")
    func waiting() async throws {
        let port = try Sender.freePort(.tcp)
        let receiver = receiver(config(listener(.tcp, .tcp, port)), limits: .init(items: 200, bytes: 1 << 20))
        sink.fail(true)
        try await with(receiver) {
            let sender = try await connected(port)
            let isSent = Mutex(false)
            let padding = String(repeating: "x", count: 2_000)
            // More than both ends of a connection hold.
            let count = 12_000
            Thread.detachNewThread {
                for number in 0..<count { sender.send("\(number) \(padding)\n") }
                isSent.withLock { $0 = true }
            }
            _ = try await eventually("an error of the store") { receiver.statuses.first?.lastError }
            try await Task.sleep(for: .milliseconds(500))
            #expect(!isSent.withLock { $0 } && sink.events.isEmpty)
            #expect(receiver.statuses.first?.lastError?.contains("disk full") == true)
            sink.fail(false)
            try await wait(for: count)
            #expect(sink.messages.map { $0.prefix { $0 != " " } } == (0..<count).map { "\($0)"[...] })
        }
        #expect(receiver.statuses.first?.counts.dropped == 0 && receiver.statuses.first?.lastError == nil)
    }

    @Test("by UDP are kept up to the bound while the store takes nothing, and the others are counted")
    func dropping() async throws {
        let port = try Sender.freePort(.udp)
        let receiver = receiver(config(listener(.udp, .udp, port)), limits: .init(items: 100, bytes: 1 << 20))
        sink.fail(true)
        try await with(receiver) {
            let sender = try Sender(.udp, port)
            for number in 0..<500 {
                sender.send("\(number)")
                if number % 50 == 0 { try await Task.sleep(for: .milliseconds(10)) }
            }
            _ = try await eventually("drops") { (receiver.statuses.first?.counts.dropped ?? 0) > 300 ? true : nil }
            sink.fail(false)
            try await wait(for: 100)
            sender.send("after")
            _ = try await eventually("what came after") { sink.messages.last == "after" ? true : nil }
        }
        let counts = try #require(receiver.statuses.first).counts
        #expect(counts.events + counts.dropped == 501 && (101...140).contains(counts.events), "\(counts)")
    }

    @Test(
        "that were received are stored at the end, and it comes within a second",
        arguments: [LogListening.Transport.udp, .tcp])
    func ending(_ transport: LogListening.Transport) async throws {
        let port = try Sender.freePort(transport)
        let receiver = receiver(config(listener(.udp, transport, port)))
        let start = Mutex(ContinuousClock.now)
        try await with(receiver) {
            let sender = try await connected(transport, port)
            sender.send("first\n")
            try await wait(for: 1)
            for number in 0..<100 { sender.send("\(number)\n") }
            sender.send("without an end")
            start.withLock { $0 = .now }
        }
        #expect(start.withLock { ContinuousClock.now - $0 } < .seconds(1))
        #expect(sink.messages == ["first"] + (0..<100).map { "\($0)" } + ["without an end"])
    }

    @Test("end in time though the store takes nothing, and what is lost is counted")
    func endingFull() async throws {
        let port = try Sender.freePort(.udp)
        let receiver = receiver(config(listener(.udp, .udp, port)))
        sink.fail(true)
        let start = Mutex(ContinuousClock.now)
        try await with(receiver) {
            let sender = try Sender(.udp, port)
            for number in 0..<10 { sender.send("\(number)") }
            _ = try await eventually("an error of the store") { receiver.statuses.first?.lastError }
            start.withLock { $0 = .now }
        }
        #expect(start.withLock { ContinuousClock.now - $0 } < .seconds(2))
        #expect(receiver.statuses.first?.counts.dropped == 10)
    }

    @Test("a port in use is told, and another is taken at a reload; connections whose input did not change stay")
    func reload() async throws {
        let taken = try Sender.freePort(.tcp)
        let (other, stays, goes) = (try Sender.freePort(.tcp), try Sender.freePort(.udp), try Sender.freePort(.tcp))
        let holder = receiver(config(listener(.tcp, .tcp, taken)))
        try await with(holder) {
            let ofTCP = try Sender.freePort(.tcp)
            let receiver = receiver(
                config(
                    listener(.tcp, .tcp, taken, id: "a"), listener(.tcp, .tcp, ofTCP, id: "b"),
                    listener(.udp, .udp, stays, id: "c"), listener(.tcp, .tcp, goes, id: "d")))
            try await with(receiver) {
                let error = try await eventually("the error") { receiver.statuses.first?.lastError }
                #expect(error.contains("in use by another program") && error.contains("each 10 s"))
                let sender = try await connected(ofTCP)
                let leaving = try await connected(goes)
                leaving.send("half a line")
                sender.send("before\n")
                try await wait(for: 1)
                receiver.update(
                    config(
                        listener(.tcp, .tcp, other, id: "a"),
                        listener(.tcp, .tcp, ofTCP, id: "b") { $0.tags = ["new"] },
                        listener(.udp, .udp, stays, id: "c")))
                _ = try await eventually("the end of the connection") { leaving.isClosed ? true : nil }
                _ = try await eventually("no error") { receiver.statuses.first?.lastError == nil ? true : nil }
                sender.send("after\n")
                try await wait(for: 3)
                #expect(!sender.isClosed)
                #expect(Set(sink.messages) == ["before", "half a line", "after"])
                let last = try #require(sink.events.first { $0.message == "after" })
                #expect(last.fields["tags"] == .array([.string("new")]))
                try await connected(other).send("other\n")
                try await wait(for: 4)
                receiver.update(config())
                _ = try await eventually("the end of all") { sender.isClosed ? true : nil }
                receiver.update(config(listener(.tcp, .tcp, ofTCP, id: "b")))
                try await connected(ofTCP).send("again\n")
                try await wait(for: 5)
            }
        }
    }

    @Test("end connections that are silent, or send a message too slowly, and keep what came")
    func timeouts() async throws {
        let port = try Sender.freePort(.tcp)
        let receiver = receiver(config(listener(.tcp, .tcp, port) { $0.listening?.timeout = .milliseconds(300) }))
        try await with(receiver) {
            let silent = try await connected(port)
            let slow = try await connected(port)
            slow.send("a slow ")
            for _ in 0..<40 where !slow.isClosed {
                slow.send(".")
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(slow.isClosed)
            _ = try await eventually("the end of the silent one") { silent.isClosed ? true : nil }
            try await wait(for: 1)
            #expect(sink.messages.first?.hasPrefix("a slow .") == true)
        }
    }

    @Test("have no more connections than are allowed; the others wait for their turn")
    func connections() async throws {
        let port = try Sender.freePort(.tcp)
        let receiver = receiver(config(listener(.tcp, .tcp, port) { $0.listening?.connectionsMax = 2 }))
        try await with(receiver) {
            var senders: [Sender] = []
            for number in 0..<3 {
                senders.append(try await connected(port))
                senders.last?.send("\(number)\n")
            }
            try await wait(for: 2)
            try await Task.sleep(for: .milliseconds(400))
            #expect(sink.messages.sorted() == ["0", "1"])
            senders.removeFirst()
            try await wait(for: 3)
            #expect(sink.messages.last == "2")
        }
    }

    @Test("of a hundred senders at once, and of some that mean no good, are all stored")
    func strangers() async throws {
        let (port, ofUDP) = (try Sender.freePort(.tcp), try Sender.freePort(.udp))
        let receiver = receiver(
            config(
                listener(.syslog, .tcp, port, id: "tcp") { $0.listening?.messageBytesMax = 100_000 },
                listener(.syslog, .udp, ofUDP, id: "udp") { $0.listening?.messageBytesMax = 65_535 }))
        try await with(receiver) {
            let endless = try await connected(port)
            let liar = try await connected(port)
            liar.send("<14>before\n4294967296 <14>behind")
            let text = String(repeating: "x", count: 60_000)
            Thread.detachNewThread { for _ in 0..<200 { if !endless.send(text) { return } } }
            let datagram = try Sender(.udp, ofUDP)
            for bytes in [[], [0, 0], [0xff, 0xfe, 10], Array("<999>x".utf8), Array(("<14>" + text + "abcde").utf8)] {
                datagram.send(bytes)
            }
            for number in 0..<100 {
                let sender = try await connected(port)
                Thread.detachNewThread {
                    for line in 0..<50 {
                        let message = "<14>sender \(number) line \(line)"
                        sender.send(line % 2 == 0 ? message + "\n" : "\(message.utf8.count) \(message)")
                    }
                }
            }
            _ = try await eventually("the liar's end") { liar.isClosed ? true : nil }
            try await wait(for: 5_004)
        }
        var next: [Int: Int] = [:]
        for message in sink.messages where message.hasPrefix("sender ") {
            let words = message.split(separator: " ")
            let (sender, line) = (try #require(Int(words[1])), try #require(Int(words[3])))
            #expect(next[sender, default: 0] == line)
            next[sender] = line + 1
        }
        #expect(next.count == 100 && next.values.allSatisfy { $0 == 50 })
        let tcp = try #require(receiver.statuses.first { $0.id == "tcp" })
        #expect(tcp.counts.dropped == 1 && tcp.counts.cut == 1 && tcp.note?.contains("too large") == true, "\(tcp)")
        let lengths = sink.messages.map(\.utf8.count)
        #expect(lengths.filter { $0 == 100_000 }.count == 1 && lengths.filter { $0 == 60_005 }.count == 1)
        #expect(sink.messages.contains("\u{fffd}\u{fffd}") && sink.messages.contains("<999>x"))
    }

    // MARK: Real senders

    private static let loggerPath = "/usr/bin/logger"
    private static let rsyslogPath = "/usr/sbin/rsyslogd"

    @Test(
        "come from the program logger in each of its ways",
        .enabled(if: FileManager.default.isExecutableFile(atPath: loggerPath), "logger is not installed"),
        arguments: [
            ["--udp"], ["--udp", "--rfc3164"], ["--udp", "--rfc5424"], ["--tcp"], ["--tcp", "--octet-count"],
            ["--tcp", "--rfc3164"], ["--tcp", "--octet-count", "--rfc3164"],
        ])
    func fromLogger(_ options: [String]) async throws {
        let transport: LogListening.Transport = options.contains("--udp") ? .udp : .tcp
        let port = try Sender.freePort(transport)
        let receiver = receiver(config(listener(.syslog, transport, port)))
        try await with(receiver) {
            _ = transport == .tcp ? try await connected(port) : nil
            let process = try RunningProcess(
                Self.loggerPath,
                options + [
                    "--server", "127.0.0.1", "--port", "\(port)", "--priority", "daemon.err", "--tag", "recorder",
                    "--id=77", "camera 17 is gone",
                ])
            try await process.end()
            try await wait(for: 1)
        }
        let event = try #require(sink.events.first)
        #expect(event.message == "camera 17 is gone")
        #expect(event.fields["process.name"] == .string("recorder") && event.fields["process.pid"] == .integer(77))
        #expect(event.fields["level"] == .string("ERROR") && event.fields["hostname"] != nil)
        #expect(abs(event.timestamp - SystemTimeSource().now()) < 60_000)
    }

    @Test(
        "come from rsyslog, octet-counted and by lines",
        .enabled(if: FileManager.default.isExecutableFile(atPath: rsyslogPath), "rsyslog is not installed"),
        arguments: ["octet-counted", "traditional"])
    func fromRsyslog(_ framing: String) async throws {
        let folder = try TemporaryDirectory()
        let port = try Sender.freePort(.tcp)
        try folder.write("in.log", "")
        try folder.write(
            "rsyslog.conf",
            """
            global(workDirectory="\(folder.path)")
            module(load="imfile" mode="polling" pollingInterval="1")
            input(type="imfile" File="\(folder.path)/in.log" Tag="recorder:" Severity="warning" Facility="local0" readMode="0")
            action(type="omfwd" target="127.0.0.1" port="\(port)" protocol="tcp" TCP_Framing="\(framing)"
                   template="RSYSLOG_SyslogProtocol23Format" action.resumeRetryCount="-1" action.resumeInterval="1")
            """)
        let receiver = receiver(config(listener(.syslog, .tcp, port)))
        try await with(receiver) {
            let process = try RunningProcess(
                Self.rsyslogPath, ["-n", "-f", folder.path + "/rsyslog.conf", "-i", folder.path + "/pid"])
            defer { process.signal(SIGKILL) }
            try append((0..<500).map { "line \($0)\n" }.joined(), to: folder.path + "/in.log")
            try await wait(for: 500)
        }
        #expect(sink.messages == (0..<500).map { "line \($0)" })
        #expect(sink.events.allSatisfy { $0.fields["level"] == .string("WARN") })
    }
}
