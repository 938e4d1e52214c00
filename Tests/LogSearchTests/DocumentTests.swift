import Foundation
import LogSearch
import Model
import TestSupport
import Testing

/// Queries over documents: our own, and others where the variable `CONFORMANCE_DIR` says they lie, with what Lucene
/// found there.
@Suite("Queries over documents")
struct DocumentTests {
    private struct Folder: CustomTestStringConvertible {
        let path: String
        var testDescription: String { path }
    }

    private static let folders = Conformance.folders.map { Folder(path: $0 + "/logs") }

    private static func event(_ line: Substring) throws -> (id: Int, event: LogEvent) {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        var fields: [String: LogValue] = [:]
        for (name, value) in object where name != "@timestamp" && name != "id" {
            switch value {
            case let number as NSNumber: fields[name] = .double(number.doubleValue)
            case let text as String: fields[name] = .string(text)
            default: continue
            }
        }
        let time = try #require(object["@timestamp"] as? String)
        let date = try Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(time)
        let id = try #require(object["id"] as? Int)
        fields["id"] = .double(Double(id))
        return (id, LogEvent(timestamp: Int64(date.timeIntervalSince1970 * 1_000), fields: fields))
    }

    @Test("find the same as Lucene", arguments: folders)
    private func oracle(_ folder: Folder) throws {
        let documents = try String(contentsOfFile: folder.path + "/lucene_docs.ndjson", encoding: .utf8)
            .split(separator: "\n").map(Self.event)
        let rows = try String(contentsOfFile: folder.path + "/lucene_oracle.tsv", encoding: .utf8)
            .split(separator: "\n").dropFirst()
        for row in rows {
            let columns = row.split(separator: "\t").map(String.init)
            // What Lucene refuses may mean something here: `path:/api/v1`, a query that is still being typed.
            if columns[1] == "ERROR" { continue }
            let wanted = try JSONDecoder().decode([Int].self, from: Data(columns[1].utf8))
            let query = try LogQuery.lucene(columns[0])
            let found = documents.filter { query.matches($0.event) }.map(\.id)
            #expect(found == wanted, "\(columns[0]) as \(query)")
        }
        #expect(rows.count > 10)
    }
}
