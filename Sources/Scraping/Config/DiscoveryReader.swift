internal import ConfigText
internal import Model

/// The `*_sd_configs` of Prometheus: files, HTTP and DNS are acted on, clouds are known.
enum DiscoveryReader {
    private static let cloudKinds = [
        "aws", "azure", "consul", "digitalocean", "docker", "dockerswarm", "ec2", "ecs", "elasticache", "eureka", "gce",
        "hetzner", "ionos", "kubernetes", "kuma", "lightsail", "linode", "marathon", "msk", "nerve", "nomad",
        "openstack",
        "outscale", "ovhcloud", "puppetdb", "rds", "scaleway", "serverset", "stackit", "triton", "uyuni", "vultr",
    ]

    /// Reads the discovery keys of a job. A cloud is an error where the job has no other targets and never will.
    static func read(_ reader: MappingReader, hasTargets: Bool) -> [DiscoveryConfig] {
        let found =
            reader.mappings("file_sd_configs", file) + reader.mappings("http_sd_configs", http)
            + reader.mappings("dns_sd_configs", dns)
        checkClouds(reader, hasTargets: hasTargets || !found.isEmpty)
        return found
    }

    private static func checkClouds(_ reader: MappingReader, hasTargets: Bool) {
        for kind in cloudKinds {
            let key = "\(kind)_sd_configs"
            let configs = reader.list(key) { value -> Bool? in
                if !value.isMapping { value.refuse(wanted: "a mapping") }
                return value.isMapping
            }
            if configs.isEmpty { continue }
            let what = "\(reader.value.joined(key)) is known and not acted on"
            if hasTargets {
                reader.problems.warn(at: reader.keyPosition(key), what, mend: "list those targets under static_configs")
            } else {
                reader.problems.error(
                    at: reader.keyPosition(key), "\(what), so this job would scrape nothing",
                    mend: "list its targets under static_configs")
            }
        }
    }

    private static func interval(_ reader: MappingReader, default interval: Duration) -> Duration {
        reader.duration("refresh_interval", above: .zero) ?? interval
    }

    private static func file(_ reader: MappingReader) -> DiscoveryConfig? {
        let files = reader.texts("files")
        if files.isEmpty { reader.error("\(reader.path) has no files", mend: "write files, a list of paths") }
        for file in files where ![".json", ".yml", ".yaml"].contains(where: { file.value.lowercased().hasSuffix($0) }) {
            reader.problems.error(
                at: file.position, "\"\(file.value)\" ends in none of .json, .yml and .yaml", mend: "name such files")
        }
        return .file(
            paths: files.map { reader.resolved($0.value) }, refreshInterval: interval(reader, default: .seconds(300)))
    }

    private static func http(_ reader: MappingReader) -> DiscoveryConfig? {
        let url = HTTPClientReader.url("url", in: reader)
        if !reader.has("url") { reader.error("\(reader.path) has no url", mend: "write url: http://…") }
        let refresh = interval(reader, default: .seconds(60))
        let client = HTTPClientReader.read(reader)
        return url.map { .http(url: $0, client: client, refreshInterval: refresh) }
    }

    private static let recordTypes: [String: DNSRecordType] = [
        "SRV": .srv, "A": .a, "AAAA": .aaaa, "MX": .mx, "NS": .ns,
    ]

    private static func dns(_ reader: MappingReader) -> DiscoveryConfig? {
        let names = reader.texts("names").map(\.value)
        if names.isEmpty { reader.error("\(reader.path) has no names", mend: "write names, a list") }
        let word = reader.text("type")?.uppercased() ?? "SRV"
        let type = recordTypes[word]
        if type == nil { reader.error("\(reader.path).type is \"\(word)\"", mend: "write one of SRV, A, AAAA, MX, NS") }
        let port = reader.integer("port", atLeast: 1)
        if type != .srv, port == nil { reader.error("\(reader.path) has no port", mend: "write port") }
        let refresh = interval(reader, default: .seconds(30))
        return type.map { .dns(names: names, type: $0, port: port ?? 0, refreshInterval: refresh) }
    }
}
