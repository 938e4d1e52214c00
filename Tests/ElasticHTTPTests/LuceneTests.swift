import Foundation
import HTTPTypes
import LogDocuments
import TestSupport
import Testing

/// Our queries over documents that lie where `CONFORMANCE_DIR` says, with what Lucene 8.7 finds there.
@Suite("Queries of Elasticsearch")
struct LuceneTests {
    private static let documents = Conformance.folders.dropFirst().compactMap { folder in
        try? String(contentsOfFile: folder + "/logs/lucene_docs.ndjson", encoding: .utf8)
    }.first

    @Test("find the same as Lucene", .enabled(if: documents != nil, "CONFORMANCE_DIR does not say where documents lie"))
    func oracle() async throws {
        let documents = try #require(Self.documents).split(separator: "\n").map(String.init)
        let server = try ElasticServer()
        try await server.index(documents)
        let table = try String(
            contentsOfFile: Conformance.folders[0] + "/logs/lucene_dsl.tsv", encoding: .utf8)
        let rows = table.split(separator: "\n").dropFirst().map { $0.split(separator: "\t").map(String.init) }
        #expect(rows.count > 150)
        for isSealed in [false, true] {
            if isSealed { try server.seal() }
            for row in rows {
                let wanted = try DocumentReader.value(row[1]).array
                let found = try await server.found(row[0])
                #expect(found == wanted, "\(row[0]) finds \(DocumentValue.array(found).json) instead of \(row[1])")
                let count = try await server.ask(.post, "/logs/_count", "{\"query\":\(row[0])}")
                #expect(count["count"] == .integer(Int64(wanted?.count ?? -1)), "\(row[0])")
            }
        }
    }
}
