internal import Model

/// Targets that stand in DNS (`dns_sd_configs`).
struct DNSDiscovery {
    let names: [String]
    let type: DNSRecordType
    let port: Int
    let resolver: DNSResolver

    /// - Throws: where any of the names cannot be asked for; one that does not exist has no targets.
    func read() async throws -> [TargetGroup] {
        var groups: [TargetGroup] = []
        for name in names {
            for record in try await resolver.records(of: name, type) { groups.append(group(of: record, name)) }
        }
        return groups
    }

    private func group(of record: DNSRecord, _ name: String) -> TargetGroup {
        var labels = LabelsBuilder()
        labels.set("__meta_dns_name", name)
        let address: String
        switch record {
        case .address(let text):
            address = text.contains(":") ? "[\(text)]:\(port)" : "\(text):\(port)"
        case .service(let host, let ownPort):
            labels.set("__meta_dns_srv_record_target", host + ".")
            labels.set("__meta_dns_srv_record_port", "\(ownPort)")
            address = "\(host):\(ownPort)"
        case .mailServer(let host):
            labels.set("__meta_dns_mx_record_target", host + ".")
            address = "\(host):\(port)"
        case .nameServer(let host):
            labels.set("__meta_dns_ns_record_target", host + ".")
            address = "\(host):\(port)"
        }
        return TargetGroup(addresses: [address], labels: labels.build())
    }
}
