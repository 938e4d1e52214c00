/// The `*_sd_configs` of Prometheus: known, checked lightly, not acted on.
enum DiscoveryReader {
    private static let cloudKinds = [
        "aws", "azure", "consul", "digitalocean", "docker", "dockerswarm", "ec2", "ecs", "elasticache", "eureka", "gce",
        "hetzner", "ionos", "kubernetes", "kuma", "lightsail", "linode", "marathon", "msk", "nerve", "nomad",
        "openstack",
        "outscale", "ovhcloud", "puppetdb", "rds", "scaleway", "serverset", "stackit", "triton", "uyuni", "vultr",
    ]

    /// Reads the discovery keys of a job; an error where it has no targets of its own beside them and never will.
    static func check(_ reader: MappingReader, hasTargets: Bool) {
        check("file_sd_configs", in: reader, hasTargets: hasTargets, file)
        check("http_sd_configs", in: reader, hasTargets: hasTargets, http)
        check("dns_sd_configs", in: reader, hasTargets: hasTargets, dns)
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

    private static func check(
        _ key: String, in reader: MappingReader, hasTargets: Bool, _ read: (MappingReader) -> Void
    ) {
        guard reader.readEach(key, read) else { return }
        reader.problems.warn(
            at: reader.keyPosition(key),
            "\(reader.value.joined(key)) comes in a later version"
                + (hasTargets ? "" : ", so this job scrapes nothing"),
            mend: "list the targets under static_configs")
    }

    private static func file(_ reader: MappingReader) {
        let files = reader.texts("files")
        if files.isEmpty { reader.error("\(reader.path) has no files", mend: "write files, a list of paths") }
        for file in files where ![".json", ".yml", ".yaml"].contains(where: { file.value.lowercased().hasSuffix($0) }) {
            reader.problems.error(
                at: file.position, "\"\(file.value)\" ends in none of .json, .yml and .yaml", mend: "name such files")
        }
        _ = reader.duration("refresh_interval")
    }

    private static func http(_ reader: MappingReader) {
        if reader.has("url") {
            _ = HTTPClientReader.url("url", in: reader)
        } else {
            reader.error("\(reader.path) has no url", mend: "write url: http://…")
        }
        _ = reader.duration("refresh_interval")
        _ = HTTPClientReader.read(reader)
    }

    private static func dns(_ reader: MappingReader) {
        if reader.texts("names").isEmpty { reader.error("\(reader.path) has no names", mend: "write names, a list") }
        let type = reader.text("type")?.uppercased() ?? "SRV"
        if !["SRV", "A", "AAAA", "MX", "NS"].contains(type) {
            reader.error("\(reader.path).type is \"\(type)\"", mend: "write one of SRV, A, AAAA, MX, NS")
        }
        let port = reader.integer("port", atLeast: 1)
        if type != "SRV", port == nil { reader.error("\(reader.path) has no port", mend: "write port") }
        _ = reader.duration("refresh_interval")
    }
}
