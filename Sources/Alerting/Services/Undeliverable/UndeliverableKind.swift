internal import ConfigText
internal import Model

/// A way of notifying that Alertmanager has and we have not: its keys are checked as Alertmanager checks them,
/// and a warning says that nothing is delivered.
struct UndeliverableKind: Sendable {
    /// `wechat`.
    let name: String
    /// Keys that need no more check than to be known.
    let keys: [String]
    /// Keys that must be there.
    var required: [String] = []
    /// Credentials, each under its key or `KEY_file`, that must be there, or in `global` under the given name.
    var secrets: [Secret] = []
    /// Of each list exactly one must be there.
    var oneOf: [[String]] = []
    /// Whether the login stands in `http_config`, which must be there.
    var needsClient = false
    /// Keys of `global` that are texts.
    var globalTexts: [String] = []
    /// Keys of `global` that are addresses.
    var globalAddresses: [String] = []

    struct Secret: Sendable {
        let key: String
        var global: String?

        init(_ key: String, global: String? = nil) {
            self.key = key
            self.global = global
        }
    }

    var service: Service {
        Service(
            "\(name)_configs", global: UndeliverableGlobal.self,
            secretKeys: Set(secrets.flatMap { [$0.key, $0.global].compactMap(\.self) }), integrations: integrations)
    }

    private func integrations(in receiver: MappingReader, _ global: AlertmanagerGlobal) -> [any Integration] {
        let key = "\(name)_configs"
        let entries = receiver.mappings(key) { read($0, global[UndeliverableGlobal.self]) }
        if entries.isEmpty { return [] }
        receiver.problems.warn(
            at: receiver.keyPosition(key), "\(receiver.value.joined(key)) is known, and nothing is delivered by it",
            mend:
                "use webhook_configs, slack_configs or email_configs; "
                + "each notification stands in the delivery log as failed")
        return entries
    }

    private func read(_ reader: MappingReader, _ global: UndeliverableGlobal) -> UndeliverableIntegration? {
        let sendResolved = reader.boolean("send_resolved") ?? (name != "wechat")
        _ = reader.mapping("http_config", HTTPClientReader.read)
        if needsClient, !reader.has("http_config") {
            reader.error("\(reader.path) has no http_config", mend: "write http_config with authorization")
        }
        reader.accepted(keys: keys)
        for key in required { _ = reader.required(key, mend: "write \(key)") }
        for wanted in secrets {
            let key = wanted.key
            let secret = reader.secret(key, file: "\(key)_file")
            if secret != nil || reader.has(key) || reader.has("\(key)_file") { continue }
            if let shared = wanted.global, global.secrets.contains(shared) { continue }
            reader.error(
                "\(reader.path) has no \(key)",
                mend: "write \(key)_file" + (wanted.global.map { ", or \($0) in global" } ?? ""))
        }
        for keys in oneOf {
            reader.accepted(keys: keys)
            let present = keys.filter(reader.has)
            if present.isEmpty {
                reader.error("\(reader.path) has none of \(keys.joined(separator: ", "))", mend: "write one of them")
            } else if present.count > 1 {
                reader.bothStand(present[0], present[1])
            }
        }
        return UndeliverableIntegration(serviceName: name, sendsResolved: sendResolved)
    }
}

/// What `global` says for services that nothing is delivered by.
struct UndeliverableGlobal: ServiceGlobal {
    /// The keys of the credentials that are there.
    var secrets: Set<String> = []

    init() {}

    init(_ reader: MappingReader) {
        for kind in Services.undeliverable {
            for key in kind.secrets.compactMap(\.global) where reader.secret(key, file: "\(key)_file") != nil {
                secrets.insert(key)
            }
            for key in kind.globalAddresses { _ = HTTPClientReader.url(key, in: reader) }
            for key in kind.globalTexts { _ = reader.text(key) }
        }
    }
}
