import Base
import ConfigText
import Foundation
import Listening
import LogStore
import Model
import Synchronization
import TestSupport
import Testing

@testable import LogShipping

@Suite("The journal")
struct JournalTests {
    private let folder: TemporaryDirectory
    private let sink = MemoryAppender()

    init() throws { folder = try TemporaryDirectory() }

    private func config(_ settings: String = "") throws -> FilebeatConfig {
        let text = "filebeat.inputs:\n  - { type: journald, id: host, paths: [\(folder.path)] \(settings)}\n"
        let (config, problems) = filebeat(text)
        #expect(problems.isEmpty, "\(problems)")
        return try #require(config)
    }

    private func path(_ name: String) -> String { folder.path + "/" + name }

    private static func messages(_ range: Range<Int>) -> [String] { range.map { "entry \($0)" } }

    private static func add(_ range: Range<Int>, to writer: inout JournalWriter) {
        for number in range { writer.add([("MESSAGE", "entry \(number)"), ("PRIORITY", "6")], second: Double(number)) }
    }

    // MARK: Events

    @Test("an entry is an event with the names that Filebeat gives")
    func names() async throws {
        var writer = JournalWriter(1)
        writer.add([
            ("MESSAGE", "camera 17 is gone, see http://u:secret@cam/"), ("PRIORITY", "3"), ("SYSLOG_FACILITY", "3"),
            ("SYSLOG_IDENTIFIER", "vms"), ("SYSLOG_PID", "x7"), ("_PID", "4711"), ("_COMM", "vmsd"),
            ("_EXE", "/usr/bin/vmsd"), ("_CMDLINE", "vmsd --all"), ("_UID", "0"), ("_GID", "1000"),
            ("_HOSTNAME", "nvr-1"), ("_MACHINE_ID", "0a0b"), ("_SYSTEMD_UNIT", "vms.service"),
            ("_TRANSPORT", "journal"),
            ("CODE_LINE", "12"), ("CAMERA_ID", "cam-17"), ("_UDEV_DEVLINK", "/dev/a"), ("_UDEV_DEVLINK", "/dev/b"),
            ("_UDEV_DEVLINK", "/dev/c"), ("_SOURCE_REALTIME_TIMESTAMP", "1"), ("__", "x"),
        ])
        try writer.write(to: path("system.journal"))
        let sink = sink
        try await shipper(try config(", tags: [a], fields: { site: x }"), sink).run { sink.events.count == 1 }
        let event = try #require(sink.events.first)
        #expect(event.timestamp == Int64(JournalWriter.firstTime / 1_000))
        let wanted: [String: LogValue] = [
            "message": .string("camera 17 is gone, see http://xxxxx:xxxxx@cam/"), "level": .string("ERROR"),
            "log.syslog.priority": .integer(3), "log.syslog.severity.code": .integer(3),
            "log.syslog.facility.code": .integer(3), "log.syslog.appname": .string("vms"),
            "log.syslog.procid": .string("x7"), "process.pid": .integer(4_711), "journald.pid": .integer(4_711),
            "process.name": .string("vmsd"), "process.executable": .string("/usr/bin/vmsd"),
            "process.command_line": .string("vmsd --all"), "journald.process.name": .string("vmsd"),
            "user.id": .string("0"), "journald.uid": .integer(0), "group.id": .string("1000"),
            "host.hostname": .string("nvr-1"), "host.id": .string("0a0b"), "host.name": .string("host-1"),
            "systemd.unit": .string("vms.service"), "systemd.transport": .string("journal"),
            "journald.code.line": .integer(12), "journald.custom.camera_id": .string("cam-17"),
            "journald.kernel.device_symlinks": .array([.string("/dev/a"), .string("/dev/b"), .string("/dev/c")]),
            "input.type": .string("journald"), "tags": .array([.string("a")]), "fields.site": .string("x"),
        ]
        for (name, value) in wanted {
            #expect(event.fields[name] == value, "\(name): \(String(describing: event.fields[name]))")
        }
        for name in ["log.file.path", "log.offset", "journald.custom.source_realtime_timestamp", "journald.custom."] {
            #expect(event.fields[name] == nil)
        }
    }

    static let levelRows: [(fields: [(String, String)], level: LogValue?)] = [
        ([("PRIORITY", "0")], .string("FATAL")), ([("PRIORITY", "4"), ("MESSAGE", "ERROR: x")], .string("WARN")),
        ([("PRIORITY", "7"), ("_TRANSPORT", "kernel")], .string("DEBUG")),
        // What a service prints has the priority of its unit.
        ([("PRIORITY", "6"), ("_TRANSPORT", "stdout"), ("MESSAGE", "ERROR: x")], .string("ERROR")),
        ([("PRIORITY", "6"), ("_TRANSPORT", "stdout"), ("MESSAGE", "x")], .string("INFO")),
        ([("PRIORITY", "9")], nil), ([("PRIORITY", "")], nil), ([("MESSAGE", "[warn] x")], .string("WARN")),
    ]

    @Test("an entry's level is its priority, and what a service prints is asked first", arguments: levelRows)
    func levels(_ row: (fields: [(String, String)], level: LogValue?)) async throws {
        var writer = JournalWriter(1)
        writer.add(row.fields)
        try writer.write(to: path("system.journal"))
        let sink = sink
        try await shipper(try config(), sink).run { sink.events.count == 1 }
        #expect(sink.events.first?.fields["level"] == row.level)
    }

    @Test("an entry's text is taken apart by parsers and changed by processors, one without a text is kept")
    func parsers() async throws {
        var writer = JournalWriter(1)
        writer.add([("MESSAGE", #"{"msg":"up","level":"debug","n":7}"#), ("PRIORITY", "6"), ("_TRANSPORT", "stdout")])
        writer.add([("MESSAGE", "secret"), ("DROP", "1")])
        writer.add([("UNIT", "x.service")])
        try writer.write(to: path("system.journal"))
        let sink = sink
        let settings = """
            , parsers: [{ ndjson: { target: "", overwrite_keys: true } }], save_remote_hostname: true,
            processors: [{ drop_event.when.has_fields: [journald.custom.drop] }]
            """
        try await shipper(try config(settings), sink).run { sink.events.count == 2 }
        let events = sink.events
        #expect(events[0].fields["n"] == .integer(7) && events[0].fields["level"] == .string("DEBUG"))
        #expect(events[0].message == "up" && events[0].timestamp == Int64(JournalWriter.firstTime / 1_000))
        #expect(events[1].fields["journald.custom.unit"] == .string("x.service"))
    }

    // MARK: Once

    @Test("each entry comes once over restarts, rotation and new files", arguments: [true, false])
    func once(_ isCompact: Bool) async throws {
        let sink = sink
        let config = try config()
        var first = JournalWriter(1, isCompact: isCompact)
        Self.add(0..<10, to: &first)
        try first.write(to: path("system.journal"))
        try await shipper(config, sink).run { sink.events.count >= 10 }
        let second = shipper(config, sink, sink.offsets)
        let task = Task { await second.run() }
        Self.add(10..<2_500, to: &first)
        try first.write(to: path("system.journal"))
        _ = try await eventually("what came") { sink.events.count >= 2_500 ? true : nil }
        // The last entries come just before the file is set aside.
        Self.add(2_500..<2_510, to: &first)
        first.archive()
        try first.write(to: path("system.journal"))
        try FileManager.default.moveItem(
            atPath: path("system.journal"), toPath: path("system@01-0000000000000001-0006.journal"))
        var next = JournalWriter(2, isCompact: isCompact)
        Self.add(2_510..<2_520, to: &next)
        try next.write(to: path("system.journal"))
        _ = try await eventually("the new file") { sink.events.count >= 2_520 ? true : nil }
        task.cancel()
        await task.value
        // While nobody looks: another turn, and a copy of an old file.
        Self.add(2_520..<2_530, to: &next)
        next.archive()
        try next.write(to: path("system.journal"))
        try FileManager.default.moveItem(atPath: path("system.journal"), toPath: path("system@02.journal~"))
        try FileManager.default.copyItem(atPath: path("system@02.journal~"), toPath: path("backup.journal"))
        var last = JournalWriter(3, isCompact: isCompact)
        Self.add(2_530..<2_540, to: &last)
        try FileManager.default.createDirectory(atPath: path("0123"), withIntermediateDirectories: false)
        try last.write(to: path("0123/system.journal"))
        try await shipper(config, sink, sink.offsets).run { sink.events.count >= 2_540 }
        try await shipper(config, sink, sink.offsets).runForAWhile()
        #expect(sink.messages == Self.messages(0..<2_540))
    }

    @Test("more journals than may be open are all read, and read on")
    func many() throws {
        let sink = sink
        let metadata = HostMetadata(hostName: "h", version: "1")
        let engine = ShippingEngine(appender: sink, offsets: [], metadata: metadata)
        let config = try config()
        let input = try #require(config.inputs.first)
        let follower = JournalFollower(
            EventBuilder(input, config, metadata), try #require(input.journal), offsets: sink.offsets)
        var writers: [JournalWriter] = []
        for number in 0..<150 as Range<UInt8> {
            var writer = JournalWriter(number)
            writer.add([("MESSAGE", "first \(number)")])
            try writer.write(to: path("remote-\(number).journal"))
            writers.append(writer)
        }
        var now: Int64 = 0
        func pass() {
            for _ in 0..<4 {
                now += 10_000
                while follower.pass(engine, now: now) {}
                #expect(follower.status(appendError: nil).files <= 64)
            }
        }
        pass()
        #expect(sink.messages.count == 150)
        for number in writers.indices {
            writers[number].add([("MESSAGE", "second \(number)")])
            try writers[number].write(to: path("remote-\(number).journal"))
        }
        pass()
        #expect(sink.messages.count == 300 && Set(sink.messages).count == 300)
    }

    @Test("another journal that is written over one is read from its beginning")
    func overwritten() async throws {
        let sink = sink
        let shipper = shipper(try config(), sink)
        let task = Task { await shipper.run() }
        for identity in 0..<3 as Range<UInt8> {
            var writer = JournalWriter(identity, isOnline: identity != 1)
            let first = Int(identity) * 10
            Self.add(first..<first + 10, to: &writer)
            try writer.write(to: path("system.journal"))
            // Names that come and go make it look again.
            try Data().write(to: URL(fileURLWithPath: path("note-\(identity)")))
            _ = try await eventually("journal \(identity)", within: .seconds(15)) {
                sink.events.count >= first + 10 ? true : nil
            }
        }
        task.cancel()
        await task.value
        #expect(sink.messages == Self.messages(0..<30))
    }

    @Test("an entry behind a long rest is seen at once")
    func rest() async throws {
        let sink = sink
        var writer = JournalWriter(1)
        Self.add(0..<1, to: &writer)
        writer.rest()
        try writer.write(to: path("system.journal"))
        let shipper = shipper(try config(), sink)
        let task = Task { await shipper.run() }
        _ = try await eventually("the first") { sink.events.count == 1 ? true : nil }
        try await Task.sleep(for: .milliseconds(600))
        Self.add(1..<2, to: &writer)
        try writer.write(to: path("system.journal"))
        _ = try await eventually("the second", within: .seconds(5)) { sink.events.count == 2 ? true : nil }
        task.cancel()
        await task.value
    }

    @Test("a reload in the middle loses and doubles nothing, and its settings count from there on")
    func reload() async throws {
        let sink = sink
        var writer = JournalWriter(1)
        Self.add(0..<3_000, to: &writer)
        try writer.write(to: path("system.journal"))
        let shipper = shipper(try config(), sink)
        let task = Task { await shipper.run() }
        for number in 1...5 {
            try await Task.sleep(for: .milliseconds(100))
            shipper.update(try config())
            Self.add(2_900 + number * 100..<3_000 + number * 100, to: &writer)
            try writer.write(to: path("system.journal"))
        }
        _ = try await eventually("all", within: .seconds(20)) { sink.events.count >= 3_500 ? true : nil }
        shipper.update(try config(", syslog_identifiers: [vms]"))
        Self.add(3_500..<3_510, to: &writer)
        writer.add([("MESSAGE", "wanted"), ("SYSLOG_IDENTIFIER", "vms")])
        try writer.write(to: path("system.journal"))
        _ = try await eventually("what is wanted", within: .seconds(15)) { sink.events.count >= 3_501 ? true : nil }
        task.cancel()
        await task.value
        #expect(sink.messages == Self.messages(0..<3_500) + ["wanted"])
        #expect(shipper.snapshot().first?.counts.leftOut == 10)
    }

    @Test("what cannot be stored waits, and then comes once")
    func failures() async throws {
        let sink = sink
        var writer = JournalWriter(1)
        Self.add(0..<3_000, to: &writer)
        try writer.write(to: path("system.journal"))
        let shipper = shipper(try config(), sink)
        sink.fail(true)
        let task = Task { await shipper.run() }
        _ = try await eventually("a failure") { sink.state.withLock { $0.failures } > 0 ? true : nil }
        #expect(shipper.snapshot().first?.lastError?.contains("disk full") ?? false)
        sink.fail(false)
        _ = try await eventually("all", within: .seconds(20)) { sink.events.count >= 3_000 ? true : nil }
        sink.fail(true)
        Self.add(3_000..<3_010, to: &writer)
        try writer.write(to: path("system.journal"))
        try await Task.sleep(for: .milliseconds(600))
        sink.fail(false)
        _ = try await eventually("the rest", within: .seconds(20)) { sink.events.count >= 3_010 ? true : nil }
        task.cancel()
        await task.value
        #expect(sink.messages == Self.messages(0..<3_010))
        #expect(shipper.snapshot().first?.counts.events == 3_010)
    }

    @Test("a journal that is emptied and deleted, as journald does, is no trouble; what was not read of it is told")
    func vacuum() async throws {
        let sink = sink
        var writer = JournalWriter(1)
        Self.add(0..<10, to: &writer)
        try writer.write(to: path("system.journal"))
        let shipper = shipper(try config(), sink)
        let task = Task { await shipper.run() }
        _ = try await eventually("the first") { sink.events.count == 10 ? true : nil }
        #expect(truncate(path("system.journal"), 0) == 0)
        try await Task.sleep(for: .milliseconds(600))
        try FileManager.default.removeItem(atPath: path("system.journal"))
        // One of which nothing can be stored before it is gone.
        sink.fail(true)
        var next = JournalWriter(2)
        for number in 10..<1_000 {
            next.add([("MESSAGE", "entry \(number)"), ("LONG", String(repeating: "\(number) ", count: 2_000))])
        }
        try next.write(to: path("system@2.journal"))
        _ = try await eventually("a failure") { sink.state.withLock { $0.failures } > 0 ? true : nil }
        #expect(truncate(path("system@2.journal"), 0) == 0)
        try FileManager.default.removeItem(atPath: path("system@2.journal"))
        sink.fail(false)
        let note = try await eventually("the word", within: .seconds(20)) {
            let status = shipper.snapshot().first
            return status?.lastError == nil ? status?.note : nil
        }
        #expect(note.hasPrefix("\(1_000 - sink.events.count) entries were deleted before they were read"), "\(note)")
        #expect(shipper.snapshot().first?.lastError == nil && shipper.snapshot().first?.unreadable == 0)
        task.cancel()
        await task.value
        #expect(sink.messages == Self.messages(0..<sink.events.count) && sink.events.count < 1_000)
    }

    @Test("journals that are deleted are forgotten, and not where a folder is gone with all of them")
    func forgetting() async throws {
        let sink = sink
        for identity in 1...3 as ClosedRange<UInt8> {
            var writer = JournalWriter(identity, isOnline: false)
            Self.add(0..<2, to: &writer)
            try writer.write(to: path("\(identity).journal"))
        }
        try await shipper(try config(), sink).run { sink.events.count == 6 }
        #expect(sink.offsets.count == 4)
        try FileManager.default.removeItem(atPath: path("1.journal"))
        try await shipper(try config(), sink, sink.offsets).runForAWhile()
        #expect(sink.offsets.count == 3)
        for name in ["2.journal", "3.journal"] {
            try FileManager.default.moveItem(atPath: path(name), toPath: path(name + ".away"))
        }
        try await shipper(try config(), sink, sink.offsets).runForAWhile()
        for name in ["2.journal", "3.journal"] {
            try FileManager.default.moveItem(atPath: path(name + ".away"), toPath: path(name))
        }
        try await shipper(try config(), sink, sink.offsets).runForAWhile()
        #expect(sink.events.count == 6 && sink.offsets.count == 3)
    }

    @Test("what journald copies from memory onto the disk is there already")
    func runtime() throws {
        let sink = sink
        let engine = ShippingEngine(appender: sink, offsets: [], metadata: HostMetadata(hostName: "h", version: "1"))
        let config = try config()
        let input = try #require(config.inputs.first)
        let builder = EventBuilder(input, config, HostMetadata(hostName: "h", version: "1"))
        func follower() throws -> JournalFollower {
            JournalFollower(
                builder, try #require(input.journal), offsets: sink.offsets, runtime: path("run"))
        }
        for name in ["run", "var"] {
            try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: false)
        }
        // Another start of the host, whose clock was ahead.
        var disk = JournalWriter(9)
        disk.add([("MESSAGE", "of the time before")], second: 3, boot: 1)
        var memory = JournalWriter(1)
        Self.add(0..<5, to: &memory)
        try memory.write(to: path("run/system.journal"))
        let first = try follower()
        _ = first.pass(engine, now: 0)
        #expect(sink.messages == Self.messages(0..<5))
        try FileManager.default.removeItem(atPath: path("run/system.journal"))
        Self.add(0..<7, to: &disk)
        try disk.write(to: path("var/system.journal"))
        _ = try follower().pass(engine, now: 0)
        #expect(sink.messages == Self.messages(0..<5) + ["of the time before"] + Self.messages(5..<7))
    }

    // MARK: Where it begins, and what is wanted

    static let seekRows: [(settings: String, first: [Int])] = [
        ("", [0, 1, 2, 3]), (", seek: head", [0, 1, 2, 3]), (", seek: tail", []),
        (", seek: since, since: -36h", [2, 3]),
        (", seek: since, since: 36h", [2, 3]), (", seek: cursor, cursor_seek_fallback: tail", []),
        (", seek: cursor", [0, 1, 2, 3]),
    ]

    @Test("a new input begins where seek says, and the same one goes on where it was", arguments: seekRows)
    func seek(_ row: (settings: String, first: [Int])) async throws {
        let sink = sink
        let now = Date().timeIntervalSince1970 - Double(JournalWriter.firstTime) / 1e6
        func add(_ number: Int, _ age: Double, to writer: inout JournalWriter) {
            writer.add([("MESSAGE", "entry \(number)")], second: now - age * 3_600)
        }
        var old = JournalWriter(1, isOnline: false)
        add(0, 96, to: &old)
        try old.write(to: path("system@1.journal"))
        var writer = JournalWriter(2)
        for (number, age) in [(1, 48.0), (2, 24), (3, 1)] { add(number, age, to: &writer) }
        try writer.write(to: path("system.journal"))
        let config = try config(row.settings)
        if row.first.isEmpty {
            try await shipper(config, sink).runForAWhile()
        } else {
            try await shipper(config, sink).run { sink.events.count >= row.first.count }
        }
        #expect(sink.messages == row.first.map { "entry \($0)" })
        add(4, -0.001, to: &writer)
        try writer.write(to: path("system.journal"))
        try await shipper(config, sink, sink.offsets).run { sink.events.count > row.first.count }
        try await shipper(config, sink, sink.offsets).runForAWhile()
        #expect(sink.messages == (row.first + [4]).map { "entry \($0)" })
    }

    static let matchRows: [(settings: String, wanted: [String])] = [
        ("", ["nginx", "manager", "core", "kernel", "user"]), (", units: [nginx]", ["nginx", "manager", "core"]),
        (", units: nginx.service", ["nginx", "manager", "core"]),
        (", units: ['ng*', other]", ["nginx", "manager", "core"]),
        (", syslog_identifiers: [kernel, systemd]", ["manager", "kernel"]), (", facilities: [0]", ["kernel"]),
        (", facilities: [user, kern]", ["kernel", "user"]), (", transports: [journal]", ["nginx"]),
        (", include_matches: [_SYSTEMD_UNIT=nginx.service, systemd.transport=journal]", ["nginx"]),
        (", include_matches.match: [systemd.transport=journal, _TRANSPORT=kernel]", ["nginx", "kernel"]),
        (", include_matches.match: [_PID=1, _TRANSPORT=stdout, +, _TRANSPORT=kernel]", ["kernel"]),
        (", include_matches.match: [_PID=1, +, _TRANSPORT=kernel]", ["manager", "kernel"]),
        (
            ", include_matches.or: [{ match: [_PID=1] }, { and: [{ match: [_UID=1000] }, { match: [A=b=c] }] }]",
            ["manager", "user"]
        ),
        (", include_matches.and: [{ match: [_UID=0] }, { match: [_PID=1] }]", []),
        (", include_matches.match: [process.pid=1], units: [nginx]", ["manager"]),
    ]

    @Test("entries that fit are read", arguments: matchRows)
    func matches(_ row: (settings: String, wanted: [String])) throws {
        let input = try #require(try config(row.settings).inputs.first)
        let rule = try #require(input.journal)
        let entries: [(String, [(String, String)])] = [
            (
                "nginx",
                [
                    ("_SYSTEMD_UNIT", "nginx.service"), ("_TRANSPORT", "journal"), ("_PID", "70"),
                    ("SYSLOG_FACILITY", "3"),
                ]
            ),
            ("manager", [("_PID", "1"), ("UNIT", "nginx.service"), ("SYSLOG_IDENTIFIER", "systemd")]),
            ("core", [("_UID", "0"), ("COREDUMP_UNIT", "nginx.service")]),
            ("kernel", [("_TRANSPORT", "kernel"), ("SYSLOG_IDENTIFIER", "kernel"), ("SYSLOG_FACILITY", "0")]),
            ("user", [("_UID", "1000"), ("UNIT", "nginx.service"), ("SYSLOG_FACILITY", "1"), ("A", "b=c")]),
        ]
        let found = entries.filter { _, fields in
            var entry = JournalEntry(time: 0, boot: "")
            entry.fields = fields.map { .init(name: $0.0, value: $0.1, isCut: false) }
            return rule.matches.allSatisfy { $0.fits(entry) }
        }
        #expect(found.map(\.0) == row.wanted)
    }

    static let wrongRows: [(settings: String, word: String)] = [
        ("facilities: [24]", "no facility"), ("facilities: [authx]", "no facility"), ("seek: middle", "seek"),
        ("seek: since", "has no since"),
        ("seek: since, since: yesterday", "not a duration"), ("include_matches: [hello]", "no expression"),
        ("include_matches: [unknown.name=1]", "no expression"), ("include_matches: { mach: [A=b] }", "mach"),
        ("include_matches: {}", "include_matches"), ("parsers: [{ multiline: { pattern: a } }]", "multiline"),
        ("processors: [{ script: { source: x } }]", "script"),
    ]

    @Test("what is wrong stops the input, and is told with its mend", arguments: wrongRows)
    func wrong(_ row: (settings: String, word: String)) throws {
        let (config, problems) = filebeat("filebeat.inputs:\n  - { type: journald, id: a, \(row.settings) }\n")
        #expect(config?.inputs.count == 0 && config?.refused.map(\.id) == ["a"])
        #expect(problems.contains { $0.severity == .error && $0.description.contains(row.word) }, "\(problems)")
    }

    @Test("two inputs of one name are refused, and one without paths is this host's")
    func twice() throws {
        let (config, _) = filebeat("filebeat.inputs:\n  - { type: journald }\n  - { type: journald, units: [a] }\n")
        #expect(config?.inputs.count == 1 && config?.refused.count == 1)
        #expect(JournalFolder([]).paths.allSatisfy { $0.contains("/log/journal") })
        #expect(JournalFolder(["/a"]).paths == ["/a"])
    }

    // MARK: Honesty

    @Test("damage in a journal that is still written to holds up nothing, and the last entry is waited for")
    func damagedLive() async throws {
        let sink = sink
        var writer = JournalWriter(1)
        Self.add(0..<500, to: &writer)
        for number in stride(from: 0, to: 400, by: 2) { writer.put(1, at: writer.entryOffsets[number]) }
        // It is listed, and not written yet.
        writer.put(0, at: writer.entryOffsets[499])
        try writer.write(to: path("system.journal"))
        let shipper = shipper(try config(), sink)
        let task = Task { await shipper.run() }
        _ = try await eventually("all but one", within: .seconds(5)) { sink.events.count == 299 ? true : nil }
        writer.put(3, at: writer.entryOffsets[499])
        Self.add(500..<501, to: &writer)
        try writer.write(to: path("system.journal"))
        _ = try await eventually("the last") { sink.events.count == 301 ? true : nil }
        task.cancel()
        await task.value
        #expect(sink.messages.suffix(3) == ["entry 498", "entry 499", "entry 500"])
        #expect(shipper.snapshot().first?.note?.hasPrefix("200 entries and fields are damaged") ?? false)
    }

    @Test("what is damaged or not read is counted and told, and what is behind it is read")
    func honest() async throws {
        let sink = sink
        var writer = JournalWriter(1)
        Self.add(0..<30, to: &writer)
        writer.add([("MESSAGE", "packed")], packing: .unknown)
        writer.archive()
        writer.put(1, at: writer.entryOffsets[3])
        try writer.write(to: path("a.journal"))
        try Data("no journal".utf8).write(to: URL(fileURLWithPath: path("b.journal")))
        try Data([UInt8](repeating: 70, count: 5_000)).write(to: URL(fileURLWithPath: path("c.journal")))
        var broken = JournalWriter(4, isOnline: false)
        Self.add(30..<40, to: &broken)
        broken.put(1, at: broken.arrays[1].offset)
        try broken.write(to: path("d.journal"))
        let shipper = shipper(try config(), sink)
        try await shipper.run { sink.events.count == 34 }
        #expect(sink.messages == Self.messages(0..<3) + Self.messages(4..<30) + [""] + Self.messages(30..<34))
        let status = try #require(shipper.snapshot().first)
        #expect(status.note?.contains("1 fields are compressed in a way") ?? false, "\(status)")
        #expect(status.note?.contains("1 entries and fields are damaged") ?? false)
        #expect(status.lastError?.contains("c.journal: it is no file of journald") ?? false)
        #expect(status.unreadable == 2)
    }
}
