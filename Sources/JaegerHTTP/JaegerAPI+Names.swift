internal import HTTPKit
internal import Model
internal import TraceSearch

extension JaegerAPI {
    private func names() async throws -> [String] {
        try await work { try $0.traces.services(start: 0, end: .max) }
    }

    private func operations(of service: String?, kind: Span.Kind?) async throws -> [SpanOperation] {
        let all = try await work { try $0.traces.operations(of: service, start: 0, end: .max) }
        return kind.map { kind in all.filter { $0.kind == kind } } ?? all
    }

    // MARK: /api

    /// `/api/services`.
    func services() async throws -> JSONBytes {
        JSONBytes(data: try await names()) { $0.string($1) }
    }

    /// `/api/services/{service}/operations`: names alone, each once.
    func operationNames(_ parameters: JaegerParameters) async throws -> JSONBytes {
        let kind = try parameters.spanKind("spanKind")
        let operations = try await operations(of: parameters.segment("service"), kind: kind)
        var names: [String] = []
        for operation in operations where names.last != operation.name { names.append(operation.name) }
        return JSONBytes(data: names) { $0.string($1) }
    }

    /// `/api/operations`, of all services where none is named.
    func operations(_ parameters: JaegerParameters) async throws -> JSONBytes {
        let kind = try parameters.spanKind("spanKind")
        return JSONBytes(data: try await operations(of: parameters.text("service"), kind: kind)) { json, operation in
            json.operation(operation.name, kind: operation.kind.name)
        }
    }

    /// `/api/dependencies`: which service calls which how often.
    func dependencies(_ parameters: JaegerParameters) async throws -> JSONBytes {
        let end = try parameters.time("endTs", unit: 1) ?? parts.now()
        let lookback = try parameters.milliseconds("lookback", or: 86_400_000)
        let service = parameters.text("service")
        let links = try await work { try $0.graph.links(end: end, lookback: lookback) }
        let wanted = service.map { name in links.filter { $0.parent == name || $0.child == name } } ?? links
        return JSONBytes(data: wanted) { json, link in
            json.raw(#"{"parent":"#)
            json.string(link.parent)
            json.raw(#","child":"#)
            json.string(link.child)
            json.raw(#","callCount":"#)
            json.number(link.callCount)
            json.raw("}")
        }
    }

    // MARK: /api/v3

    /// `/api/v3/services`.
    func servicesOfV3() async throws -> JSONBytes {
        JSONBytes(listed: "services", try await names()) { $0.string($1) }
    }

    /// `/api/v3/operations`.
    func operationsOfV3(_ parameters: JaegerParameters) async throws -> JSONBytes {
        let kind = try parameters.spanKind("spanKind", "span_kind")
        let operations = try await operations(of: parameters.text("service"), kind: kind)
        return JSONBytes(listed: "operations", operations) { json, operation in
            let kind = operation.kind == .unspecified ? Span.Kind.internal : operation.kind
            json.operation(operation.name, kind: kind.name)
        }
    }
}

extension JSONBytes {
    fileprivate mutating func operation(_ name: String, kind: String) {
        raw(#"{"name":"#)
        string(name)
        raw(#","spanKind":"#)
        string(kind)
        raw("}")
    }

    /// A whole answer of `/api/v3`: an object with a list, which is left out where it is empty.
    init<Element>(listed name: StaticString, _ elements: [Element], _ write: (inout JSONBytes, Element) -> Void) {
        self.init()
        raw("{")
        if !elements.isEmpty {
            raw("\"")
            raw(name)
            raw("\":")
            list(elements, write)
        }
        raw("}")
    }
}
