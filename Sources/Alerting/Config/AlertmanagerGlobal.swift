internal import ConfigText
internal import Model

/// `global` of `alertmanager.yml`: what receivers have where they say nothing themselves.
struct AlertmanagerGlobal {
    var resolveTimeout: Duration = .seconds(300)
    var client = HTTPClientConfig()
    /// What it says for each service.
    private var parts: [ObjectIdentifier: any ServiceGlobal] = [:]

    /// What it says for one service.
    subscript<Part: ServiceGlobal>(_: Part.Type) -> Part { parts[ObjectIdentifier(Part.self)] as? Part ?? Part() }

    static func read(_ reader: MappingReader) -> AlertmanagerGlobal {
        var global = AlertmanagerGlobal()
        assign(reader.duration("resolve_timeout", above: .zero), to: &global.resolveTimeout)
        assign(reader.mapping("http_config", HTTPClientReader.read), to: &global.client)
        for part in Services.all.compactMap(\.global) where global.parts[ObjectIdentifier(part)] == nil {
            global.parts[ObjectIdentifier(part)] = part.init(reader)
        }
        return global
    }
}

/// The keys of `global` that are one service's.
protocol ServiceGlobal: Sendable {
    /// Where there is no `global`.
    init()

    init(_ reader: MappingReader)
}
