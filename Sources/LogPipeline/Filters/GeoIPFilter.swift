import ConfigText
import LogDocuments

/// `geoip`: looks an address up in a database of MaxMind's format, where there is one.
///
/// Without a database all events get the tag of addresses that are not found, and one warning says so: a pipeline is of use
/// without the map. https://www.elastic.co/docs/reference/logstash/plugins/plugins-filters-geoip
struct GeoIPFilter: PipelineFilter {
    private let source: FieldName
    private let target: FieldReference
    private let database: IPDatabase?
    private let fields: GeoIPFields?
    private let failureTags: [String]

    /// Where packages put the databases.
    private static let folders = ["/usr/share/GeoIP", "/var/lib/GeoIP", "/usr/local/share/GeoIP"]

    init(_ settings: inout PluginSettings, _ resources: PipelineResources) {
        let usesSchema = settings.schema()
        let name = settings.required("source")
        source = FieldName(name)
        target = Self.target(name, usesSchema, &settings)
        failureTags = settings.list("tag_on_failure") ?? ["_geoip_lookup_failure"]
        settings.ignore("cache_size", "default_database_type", "database")
        let wanted: [GeoIPField] = (settings.list("fields") ?? []).compactMap { text in
            if let field = GeoIPField(option: text) { return field }
            settings.problems.error(
                at: settings.raw("fields")?.value.position ?? settings.position, "geoip has no field \"\(text)\"",
                mend: "write one of " + GeoIPField.allCases.map { $0.rawValue.lowercased() }.joined(separator: ", "))
            return nil
        }
        guard let path = Self.path(&settings, resources) else {
            settings.problems.warn(
                at: settings.position, "geoip has no database: all events get the tag \(failureTags.first ?? "")",
                mend: "put GeoLite2-City.mmdb into \(Self.folders[0]), or name it by database")
            (database, fields) = (nil, nil)
            return
        }
        do throws(IPDatabaseError) {
            let opened = try IPDatabase(path: path)
            database = opened
            fields = GeoIPFields(databaseType: opened.metadata.type, ecs: usesSchema, fields: wanted)
        } catch {
            settings.problems.warn(
                at: settings.position, "\(error); all events get the tag \(failureTags.first ?? "")",
                mend: "correct database")
            (database, fields) = (nil, nil)
        }
    }

    private static func path(_ settings: inout PluginSettings, _ resources: PipelineResources) -> String? {
        if let text = settings.string("database") { return resources.path(text) }
        let type = settings.choice("default_database_type", ["City", "ASN"], "City")
        return folders.map { "\($0)/GeoLite2-\(type).mmdb" }.first(where: ConfigFiles.exists)
    }

    private static func target(_ source: String, _ usesSchema: Bool, _ settings: inout PluginSettings) -> FieldReference
    {
        if let target = settings.string("target") { return FieldReference(target) }
        if !usesSchema { return FieldReference("geoip") }
        if source.hasSuffix("[ip]"), source.count > 4 { return FieldReference(String(source.dropLast(4))) }
        settings.problems.warn(
            at: settings.position,
            "Logstash wants a target for geoip unless the source ends with [ip]; it is [client] here",
            mend: "add target => \"[client]\"")
        return FieldReference("[client]")
    }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome {
        let value = event[source.reference(event)]
        let single = value?.array.map { $0.first ?? .null } ?? value
        if let database, let fields, case .string(let text)? = single,
            let answer = try? database.answer(for: text.trimmingBlanks)
        {
            let pairs = fields.pairs(for: text.trimmingBlanks, answer)
            for (path, value) in pairs { event[target.appending(path)] = DocumentValue(value) }
            if !pairs.isEmpty { return .matched }
        }
        for tag in failureTags { event.addTag(tag) }
        return .passed
    }
}

extension DocumentValue {
    fileprivate init(_ value: IPValue) {
        switch value {
        case .text(let text): self = .string(text)
        case .integer(let number): self = .integer(number)
        case .number(let number): self = .number(number)
        case .flag(let value): self = .boolean(value)
        case .bytes(let bytes): self = .string(String(decoding: bytes, as: UTF8.self))
        case .list(let values): self = .array(values.map(DocumentValue.init))
        case .fields(let fields):
            self = .object(Document(fields.sorted { $0.key < $1.key }.map { ($0.key, DocumentValue($0.value)) }))
        }
    }
}

extension FieldReference {
    /// The field so far below this one.
    func appending(_ names: [String]) -> FieldReference {
        let all = path + names
        return FieldReference(root: root, path: all, description: all.map { "[\($0)]" }.joined())
    }
}
