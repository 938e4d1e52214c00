import ArgumentParser
import Foundation
import LocalTime

struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Answers a PromQL expression.",
        discussion: """
            Example: frames a second of each camera
              watchpost query 'camera_fps'
            """)

    @OptionGroup var server: ServerOptions

    @Argument(help: "The expression.")
    var expression: String

    @Option(help: "The moment: Unix seconds, RFC 3339, 2026-11-28T10:00, now-1d, now/d; now by default.")
    var time: String?

    func run() async throws { try await server.withClock { try await ask() } }

    private func ask() async throws {
        var parameters = [("query", expression)]
        if let time { parameters.append(("time", Self.moment(time))) }
        guard let answer: Answer = try await server.getOrPrintJSON("/api/v1/query", parameters) else { return }
        for warning in answer.warnings ?? [] { print("warning: \(warning)") }
        switch answer.data.result {
        case .value(let value): print(value)
        case .series(let series):
            var table = Table("SERIES", "VALUE")
            for one in series { table.add(one.name, one.value?.text ?? one.values?.last?.text ?? "") }
            table.isEmpty ? print("The answer is empty.") : table.print()
        }
    }
}

extension QueryCommand {
    /// A moment as Prometheus reads it; what is none of ours is the server's to refuse.
    fileprivate static func moment(_ text: String) -> String {
        if Double(text) != nil { return text }
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        guard let moment = TimeText.moment(text, now: now, zone: SiteClock.current.zone) else { return text }
        return String(format: "%.3f", Double(moment) / 1_000)
    }
}

/// An answer of `/api/v1/query`, as far as a table shows it.
private struct Answer: Decodable {
    struct Data: Decodable { let result: Result }

    enum Result: Decodable {
        case value(String)
        case series([Series])

        init(from decoder: any Decoder) throws {
            if let series = try? [Series](from: decoder) {
                self = .series(series)
            } else {
                self = .value(try Point(from: decoder).text)
            }
        }
    }

    struct Series: Decodable {
        let metric: [String: String]
        let value: Point?
        let values: [Point]?

        var name: String {
            let rest = metric.filter { $0.key != "__name__" }.sorted { $0.key < $1.key }
            let labels = rest.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ", ")
            return (metric["__name__"] ?? "") + (rest.isEmpty ? "" : "{\(labels)}")
        }
    }

    /// `[seconds, "value"]`.
    struct Point: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            _ = try container.decode(Double.self)
            text = try container.decode(String.self)
        }
    }

    let data: Data
    let warnings: [String]?
}
