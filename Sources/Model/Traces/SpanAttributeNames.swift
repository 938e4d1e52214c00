/// Names of attributes that mean the same: those of older conventions, and those of the newer ones that replaced them.
/// https://opentelemetry.io/docs/specs/semconv/
public enum SpanAttributeNames {
    /// The camera of which a span speaks; the first is ours.
    public static let camera = ["vms.camera.id", "camera.id", "camera_id", "camera"]

    private static let groups: [[String]] = [
        camera,
        ["http.request.method", "http.method"],
        ["http.response.status_code", "http.status_code"],
        ["url.full", "http.url"],
        ["url.path", "http.target"],
        ["url.scheme", "http.scheme"],
        ["server.address", "net.peer.name", "net.host.name", "http.host"],
        ["server.port", "net.peer.port", "net.host.port"],
        ["client.address", "http.client_ip"],
        ["network.peer.address", "net.sock.peer.addr", "net.peer.ip"],
        ["user_agent.original", "http.user_agent"],
        ["db.system.name", "db.system"],
        ["db.query.text", "db.statement"],
        ["db.operation.name", "db.operation"],
        ["db.namespace", "db.name"],
        ["db.collection.name", "db.sql.table"],
        ["messaging.operation.type", "messaging.operation"],
        ["deployment.environment.name", "deployment.environment"],
    ]

    private static let byName: [String: [String]] = {
        var names: [String: [String]] = [:]
        for group in groups {
            for name in group { names[name] = [name] + group.filter { $0 != name } }
        }
        return names
    }()

    /// All names under which what `name` means may stand, itself first.
    public static func equivalents(of name: String) -> [String] { byName[name] ?? [name] }
}
