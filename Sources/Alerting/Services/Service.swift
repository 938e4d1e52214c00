internal import ConfigText

/// A service that receivers may name: how `alertmanager.yml` speaks of it, and what it brings along.
struct Service: Sendable {
    /// The key of its entries in a receiver: `pushover_configs`.
    let key: String
    /// What `global` says for it.
    let global: (any ServiceGlobal.Type)?
    /// Keys whose values are secrets, in its entries and in `global`.
    let secretKeys: Set<String>
    /// Keys of addresses that hold a credential behind the host, which alone is shown.
    let addressKeys: Set<String>
    /// The templates that its entries call where they say nothing; every notification may call them.
    let templates: String
    /// Reads its entries in a receiver.
    let integrations: @Sendable (_ receiver: MappingReader, _ global: AlertmanagerGlobal) -> [any Integration]

    init(
        _ key: String, global: (any ServiceGlobal.Type)? = nil, secretKeys: Set<String> = [],
        addressKeys: Set<String> = [], templates: String = "",
        integrations: @escaping @Sendable (MappingReader, AlertmanagerGlobal) -> [any Integration]
    ) {
        self.key = key
        self.global = global
        self.secretKeys = secretKeys
        self.addressKeys = addressKeys
        self.templates = templates
        self.integrations = integrations
    }

    /// - Parameter read: reads one entry.
    init(
        _ key: String, global: (any ServiceGlobal.Type)? = nil, secretKeys: Set<String> = [],
        addressKeys: Set<String> = [], templates: String = "",
        read: @escaping @Sendable (MappingReader, AlertmanagerGlobal) -> (some Integration)?
    ) {
        self.init(
            key, global: global, secretKeys: secretKeys, addressKeys: addressKeys, templates: templates
        ) { receiver, global in receiver.mappings(key) { read($0, global) } }
    }
}
