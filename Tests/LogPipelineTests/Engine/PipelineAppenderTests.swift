import ConfigText
import LogDocuments
import Model
import Synchronization
import Testing
import Transfers

@testable import LogPipeline

@Suite("Events of log files in pipelines")
struct PipelineAppenderTests {
    /// A store that keeps what it gets, or refuses it.
    private final class Store: LogAppender {
        let batches = Mutex<[(events: [LogEvent], offset: TailOffset?)]>([])
        let refuses = Mutex(false)

        struct Full: Error {}

        func append(_ events: [LogEvent], offset: TailOffset?) throws {
            if refuses.withLock({ $0 }) { throw Full() }
            batches.withLock { $0.append((events, offset)) }
        }

        var events: [LogEvent] { batches.withLock { $0.flatMap(\.events) } }
    }

    private static let shared = LogFields.Shared([
        "fields.component": .string("nginx"), "host.name": .string("h"), "@version": .string("1"),
    ])

    private static func event(_ message: String) -> LogEvent {
        var fields = LogFields(sharing: shared)
        fields.append("log.file.path", .string("/var/log/a.log"))
        fields.append("log.offset", .integer(7))
        fields.append("message", .string(message))
        return LogEvent(timestamp: 1_795_672_800_000, fields: fields)
    }

    private static func appender(_ text: String, _ store: Store) throws -> PipelineAppender {
        let played = try PlayedPipeline(text)
        let appender = PipelineAppender(store, outlets: PipelineOutlets(transfers: Transfers()))
        var configuration = PipelineAppender.Configuration(played.network, pipeline: 0)
        configuration.metadata = ["beat": .string("filebeat")]
        configuration.complete = { event, _, _ in event.fields["completed"] = .boolean(true) }
        appender.update(configuration)
        return appender
    }

    private let offset = TailOffset(source: "a", path: "/var/log/a.log", offset: 100)

    @Test("without a pipeline events are stored as they are")
    func passesBy() throws {
        let store = Store()
        let appender = PipelineAppender(store, outlets: PipelineOutlets(transfers: Transfers()))
        try appender.append([Self.event("a")], offset: offset)
        #expect(store.events == [Self.event("a")])
        #expect(!appender.isInForce)
    }

    @Test("fields are added, shared ones stay shared, and the offset is stored with the batch")
    func goesThrough() throws {
        let store = Store()
        let appender = try Self.appender(
            """
            filter {
              if [fields][component] == "nginx" { grok { match => { "message" => "^%{WORD:verb} %{NUMBER:status:int}" } } }
              mutate { add_field => { "shipper" => "%{[@metadata][beat]}" } }
            }
            """, store)
        try appender.append([Self.event("GET 200"), Self.event("PUT 404")], offset: offset)
        #expect(store.batches.withLock { $0.map(\.offset) } == [offset])
        #expect(store.events.map { $0.fields["status"] } == [.integer(200), .integer(404)])
        #expect(store.events.allSatisfy { $0.fields.shared === Self.shared })
        #expect(store.events[0].fields["shipper"] == .string("filebeat"))
        #expect(store.events[0].fields["log.offset"] == .integer(7))
        #expect(store.events[0].fields["@metadata.beat"] == nil)
    }

    @Test("a shared field that is changed or removed is so for that event alone")
    func sharedFieldsChange() throws {
        let store = Store()
        let appender = try Self.appender(
            """
            filter {
              if [message] == "a" { mutate { replace => { "[host][name]" => "other" } remove_field => ["@version"] } }
            }
            """, store)
        try appender.append([Self.event("a"), Self.event("b")], offset: nil)
        #expect(store.events.map { $0.fields["host.name"] } == [.string("other"), .string("h")])
        #expect(store.events.map { $0.fields["@version"] } == [nil, .string("1")])
        #expect(store.events[0].fields["fields.component"] == .string("nginx"))
    }

    @Test("dropped events leave their offset, and divided ones come in order")
    func dropsAndDivides() throws {
        let store = Store()
        let appender = try Self.appender(
            #"filter { if [message] =~ /^#/ { drop { } } split { terminator => "|" } }"#, store)
        try appender.append([Self.event("# no"), Self.event("a|b|c"), Self.event("d")], offset: offset)
        #expect(store.events.map(\.message) == ["a", "b", "c", "d"])
        try appender.append([Self.event("# no")], offset: offset)
        #expect(store.batches.withLock { $0.last?.events.isEmpty } == true)
        #expect(store.batches.withLock { $0.last?.offset } == offset)
    }

    @Test("what the store refuses is refused as a whole, and comes again")
    func refuses() throws {
        let store = Store()
        let appender = try Self.appender("filter { mutate { add_tag => [\"t\"] } }", store)
        store.refuses.withLock { $0 = true }
        #expect(throws: Store.Full.self) { try appender.append([Self.event("a")], offset: offset) }
        store.refuses.withLock { $0 = false }
        try appender.append([Self.event("a")], offset: offset)
        #expect(store.events.map { $0.fields["tags"] } == [.array([.string("t")])])
    }

    @Test("an event whose message no filter changed says of itself what it says without a pipeline")
    func completes() throws {
        let store = Store()
        let appender = try Self.appender(
            #"filter { if [message] == "a" { mutate { replace => { "message" => "b" } } } }"#, store)
        try appender.append([Self.event("a"), Self.event("c")], offset: nil)
        #expect(store.events.map { $0.fields["completed"] } == [nil, .boolean(true)])
    }

    @Test(
        "the index is kept where it is not that of the day",
        arguments: [
            (#"output { elasticsearch { } }"#, nil),
            (#"output { elasticsearch { index => "vms-%{+yyyy.MM.dd}" } }"#, nil),
            (#"output { elasticsearch { index => "Web-%{[fields][component]}-%{+yyyy}" } }"#, "web-nginx-2026"),
            (#"output { elasticsearch { data_stream => true data_stream_dataset => "vms" } }"#, "logs-vms-default"),
        ] as [(String, String?)])
    func keepsTheIndex(output: String, index: String?) throws {
        let store = Store()
        try Self.appender(output, store).append([Self.event("a")], offset: nil)
        #expect(store.events.map { $0.fields[DocumentFields.index] } == [index.map(LogValue.string)])
    }

    @Test("an event goes to each output that wants it, and without one to none")
    func routes() throws {
        let store = Store()
        let appender = try Self.appender(
            """
            output {
              if [message] == "a" { elasticsearch { index => "one" } }
              if [message] in ["a", "b"] { elasticsearch { index => "two" } } else { sink { } }
            }
            """, store)
        try appender.append(["a", "b", "c"].map(Self.event), offset: offset)
        #expect(
            store.events.map { [$0.fields["message"], $0.fields[DocumentFields.index]] } == [
                [.string("a"), .string("one")], [.string("a"), .string("two")], [.string("b"), .string("two")],
            ])
    }

    @Test("what fields do not tell of a document is kept as it was")
    func keepsTheSource() throws {
        let store = Store()
        let appender = try Self.appender(#"filter { json { source => "message" target => "doc" } }"#, store)
        try appender.append([Self.event(#"{"list":[{"a":1},{"a":2}]}"#)], offset: nil)
        #expect(store.events[0].fields["doc.list.a"] == .array([.integer(1), .integer(2)]))
        guard case .string(let source)? = store.events[0].fields[DocumentFields.source],
            case .object(let document) = try DocumentReader.value(source)
        else {
            Issue.record("there is no source")
            return
        }
        #expect(document["doc"]?.object?["list"]?.array?.count == 2)
        #expect(document["host"]?.object?["name"] == .string("h"))
    }

    @Test("what a line calls as the store calls its own is not taken for that")
    func reservedNames() throws {
        let store = Store()
        let appender = try Self.appender(#"filter { json { source => "message" } }"#, store)
        try appender.append([Self.event(#"{"_id":"x","_index":"other","_source":"{}","a":1}"#)], offset: nil)
        let fields = try #require(store.events.first).fields
        #expect(DocumentFields.all.allSatisfy { fields[$0] == nil })
        #expect(fields["json._id"] == .string("x") && fields["json._source"] == .string("{}"))
        #expect(fields["a"] == .integer(1))
    }
}
