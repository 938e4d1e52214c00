internal import Foundation
internal import HTTPKit
internal import Hummingbird
internal import Model
internal import NIOCore
internal import SiteView

/// The searches that people keep, and what can be done with them.
struct LogSearchesContent: PageContent {
    static let template = PageTemplate.logSearches

    struct Row: Sendable {
        let name: String
        /// As the form that forgets it sends it.
        let id: String
        let link: String
        let query: String
    }

    let refusal: String?
    /// What of the search that was shown is to be kept; `nil` where there is none.
    let address: String?
    let query: String
    /// What stands in the form.
    let name: String
    let own: [Row]
    let hasOwn: Bool
    let ready: [Row]
    let json: String
}

/// What is exported and imported.
struct SearchesFile: Codable {
    let searches: [SavedSearch]
}

extension WebUI {
    /// The most bytes of a file of searches, and of the form that brings it.
    private static let fileBytesMax = 1 << 20
    private static let fileBounds = JSONBounds(itemsMax: 50_000)

    /// Own searches that stand on the page of logs itself.
    private static let linksMax = 20

    func searchLinks() async -> [LogsContent.Named] {
        let own = ((try? await view.savedSearches()) ?? []).prefix(Self.linksMax)
        return ReadySearches.all.map { .init(name: $0.name, link: $0.address.link()) }
            + own.map { .init(name: VisibleText.short($0.name), link: LogsAddress($0).link()) }
    }

    func searchesPage(
        _ fields: FormFields, refusal: String? = nil, status: HTTPResponse.Status = .ok
    ) async -> Response {
        var refusal = refusal
        var own: [SavedSearch] = []
        do { own = try await view.savedSearches() } catch { refusal = refusal ?? "\(error)" }
        let address = LogsAddress(fields)
        let text = FormFields.text(address.changed { _ in }.parameters)
        let content = LogSearchesContent(
            refusal: refusal, address: text.isEmpty ? nil : text, query: Self.words(address),
            name: fields["name"] ?? "",
            own: own.map { search in
                let address = LogsAddress(search)
                return .init(
                    name: VisibleText.short(search.name), id: search.name, link: address.link(),
                    query: Self.words(address))
            }, hasOwn: !own.isEmpty,
            ready: ReadySearches.all.map {
                .init(name: $0.name, id: "", link: $0.address.link(), query: Self.words($0.address))
            }, json: fields["json"] ?? "")
        return html(
            pages.page(
                content, title: say("logs.searchesTitle"), path: LogsAddress.path, live: false,
                script: "logs-searches.js"),
            status: status)
    }

    /// What a search asks for, in a line.
    private static func words(_ address: LogsAddress) -> String {
        let parts = [address.query.isEmpty ? say("logs.all") : address.query] + address.filters
        return VisibleText.short(parts.joined(separator: " · "))
    }

    func keepSearch(_ request: Request) async throws -> Response {
        let fields = try await Self.form(of: request)
        let address = LogsAddress(FormFields(fields["address"] ?? ""))
        let shown = FormFields((fields["address"] ?? "") + "&" + FormFields.text([("name", fields["name"])]))
        do {
            try await keep([SavedSearch(name: (fields["name"] ?? "").trimmed, address)])
            return Self.seeOther(address.link())
        } catch {
            return await searchesPage(shown, refusal: "\(error)", status: .badRequest)
        }
    }

    func forgetSearch(_ request: Request) async throws -> Response {
        let fields = try await Self.form(of: request)
        do {
            try await view.removeSearch(fields["name"] ?? "")
            return Self.seeOther(LogsAddress.path + "/searches")
        } catch {
            return await searchesPage(FormFields(""), refusal: "\(error)", status: .badRequest)
        }
    }

    /// All own searches as a file.
    func exportSearches() async throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = try encoder.encode(SearchesFile(searches: try await view.savedSearches()))
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/json", .cacheControl: "no-store",
                .contentDisposition: "attachment; filename=\"watchpost-searches.json\"",
            ], body: .init(byteBuffer: ByteBuffer(bytes: text)))
    }

    func importSearches(_ request: Request) async throws -> Response {
        let fields: FormFields
        do {
            // A form writes up to three bytes for one.
            let body = try await request.body.collect(upTo: 3 * Self.fileBytesMax)
            fields = FormFields(String(decoding: body.readableBytesView, as: UTF8.self))
        } catch {
            return await searchesPage(
                FormFields(""), refusal: say("logs.longFile", ["count": .number(Self.fileBytesMax)]),
                status: .contentTooLarge)
        }
        do {
            try await keep(try Self.searches(of: fields["json"] ?? ""))
            return Self.seeOther(LogsAddress.path + "/searches")
        } catch {
            let shown = FormFields(FormFields.text([("json", (fields["json"] ?? "").prefix(10_000).description)]))
            return await searchesPage(shown, refusal: "\(error)", status: .badRequest)
        }
    }

    /// The searches of a file.
    /// - Throws: ``LogSearchRefused`` for a file that is none.
    static func searches(of text: String) throws -> [SavedSearch] {
        guard text.utf8.count <= fileBytesMax else {
            throw LogSearchRefused(say("logs.longFile", ["count": .number(fileBytesMax)]))
        }
        let file: SearchesFile
        do {
            try fileBounds.check(ByteBuffer(string: text))
            file = try JSONDecoder().decode(SearchesFile.self, from: Data(text.utf8))
        } catch {
            throw LogSearchRefused(
                say("logs.noFile") + " {\"searches\": [{\"name\": \"…\", \"query\": \"…\"}]}")
        }
        guard !file.searches.isEmpty else { throw LogSearchRefused(say("logs.emptyFile")) }
        return file.searches
    }

    private func keep(_ searches: [SavedSearch]) async throws {
        var names: Set<String> = []
        for search in searches {
            if let problem = search.problem { throw LogSearchRefused(problem) }
            guard names.insert(search.name).inserted else {
                throw LogSearchRefused(say("logs.sameName", ["name": .text(search.name)]))
            }
            guard !ReadySearches.all.contains(where: { $0.name == search.name }) else {
                throw LogSearchRefused(say("logs.takenName", ["name": .text(search.name)]))
            }
        }
        try await view.saveSearches(searches)
    }
}

extension LogsAddress {
    init(_ search: SavedSearch) {
        self.init()
        query = search.query
        isKQL = search.language == .kql
        filters = search.filters
        if !search.columns.isEmpty { columns = search.columns }
        facets = search.facets
        if let since = search.since { self.since = since }
    }
}

extension SavedSearch {
    /// Moments are not kept: a search that is asked again is one of then.
    init(name: String, _ address: LogsAddress) {
        self.init(
            name: name, query: address.query, language: address.isKQL ? .kql : .lucene, filters: address.filters,
            columns: address.columns == LogsAddress.standardColumns ? [] : address.columns, facets: address.facets,
            since: address.since)
    }
}
