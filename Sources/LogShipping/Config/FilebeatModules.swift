internal import Base
internal import ConfigText
internal import Patterns

/// The modules of Filebeat: inputs of which the paths are known. What Elasticsearch would take out of their lines is not
/// taken out here, but for the time and the level.
enum FilebeatModules {
    private struct Fileset {
        let name: String
        let paths: [String]
        /// Lines that belong to the line before: those that do not begin so.
        var head: String?
        /// Lines that belong to the line before: those that begin so.
        var continuation: String?
        /// Whether Filebeat reads it without a word in the file.
        var isOn = true
    }

    private static let known: [String: [Fileset]] = [
        "nginx": [
            Fileset(name: "access", paths: ["/var/log/nginx/access.log*"]),
            Fileset(
                name: "error", paths: ["/var/log/nginx/error.log*"], head: #"^\d{4}\/\d{2}\/\d{2} "#),
            Fileset(name: "ingress_controller", paths: ["/var/log/nginx/ingress.log*"], isOn: false),
        ],
        "system": [
            Fileset(
                name: "syslog", paths: ["/var/log/messages*", "/var/log/syslog*", "/var/log/system*"],
                continuation: #"^\s"#),
            Fileset(name: "auth", paths: ["/var/log/auth.log*", "/var/log/secure*"], continuation: #"^\s"#),
        ],
        "apache": [
            Fileset(
                name: "access",
                paths: [
                    "/var/log/apache2/access.log*", "/var/log/apache2/other_vhosts_access.log*",
                    "/var/log/httpd/access_log*",
                ]),
            Fileset(name: "error", paths: ["/var/log/apache2/error.log*", "/var/log/httpd/error_log*"]),
        ],
        "mysql": [
            Fileset(
                name: "error", paths: ["/var/log/mysql/error.log*", "/var/log/mysqld.log*"],
                head: #"^(\d{4}-\d{2}-\d{2}|\d{6})"#),
            Fileset(
                name: "slowlog", paths: ["/var/log/mysql/*-slow.log*", "/var/lib/mysql/*-slow.log*"],
                head: "^(# User@Host: |# Time: )"),
        ],
        "postgresql": [
            Fileset(name: "log", paths: ["/var/log/postgresql/postgresql-*-*.log*"], head: #"^\d{4}-\d{2}-\d{2} "#)
        ],
        "redis": [Fileset(name: "log", paths: ["/var/log/redis/redis-server.log*"])],
        "mongodb": [Fileset(name: "log", paths: ["/var/log/mongodb/mongodb.log*"])],
        "auditd": [Fileset(name: "log", paths: ["/var/log/audit/audit.log*"])],
        "traefik": [Fileset(name: "access", paths: ["/var/log/traefik/access.log*"])],
    ]

    /// The inputs of an entry of `modules`.
    static func inputs(_ reader: MappingReader, common: FilebeatReader.Common) -> [FilebeatInput] {
        guard let module = reader.required("module", mend: "write module, its name") else { return [] }
        guard reader.boolean("enabled") ?? true else {
            reader.takeOthers()
            return []
        }
        guard let filesets = known[module.value] else {
            reader.takeOthers()
            reader.problems.warn(
                at: module.position, "the module \"\(module.value)\" is not read here",
                mend: "write its files as an input: type: filestream, with id and paths")
            return []
        }
        let inputs = filesets.compactMap { fileset in input(fileset, module, reader, common) }
        FilebeatReader.warnOfOthers(reader)
        return inputs
    }

    private static func input(
        _ fileset: Fileset, _ module: Located<String>, _ reader: MappingReader, _ common: FilebeatReader.Common
    ) -> FilebeatInput? {
        var isOn = fileset.isOn
        var paths = fileset.paths
        var own: FilebeatInputReader.Entry?
        reader.read(fileset.name) { settings in
            isOn = settings.boolean("enabled") ?? fileset.isOn
            settings.read("var") { variables in
                let wanted = variables.texts("paths", orOne: true).map(\.value)
                if !wanted.isEmpty { paths = wanted }
                variables.accepted("tags", "convert_timezone", "use_journald", "use_files")
                FilebeatReader.warnOfOthers(variables)
            }
            // What an input may have may stand here too, as exclude_lines and processors.
            own = settings.mapping("input") { FilebeatInputReader.settings($0, paths: paths, common) }
            FilebeatReader.warnOfOthers(settings)
        }
        guard isOn else { return nil }
        var input =
            own?.input
            ?? FilebeatInput(id: "", kind: .log, position: module.position, paths: paths)
        input.id = "module:\(module.value)/\(fileset.name)"
        input.paths = paths
        if own == nil {
            input.fields = common.fields
            input.fieldsUnderRoot = common.fieldsUnderRoot
            input.tags = common.tags
            input.timeZone = common.fields["event.timezone"]
        }
        if let gz = try? Pattern(#"\.gz$"#) { input.excludeFiles.append(gz) }
        if input.multiline == nil { input.multiline = multiline(fileset) }
        input.moduleFields = [
            "event.module": module.value, "event.dataset": "\(module.value).\(fileset.name)",
            "fileset.name": fileset.name, "service.type": module.value,
        ]
        return input
    }

    private static func multiline(_ fileset: Fileset) -> FilebeatInput.Multiline? {
        guard let text = fileset.head ?? fileset.continuation, let pattern = try? Pattern(text) else { return nil }
        var multiline = FilebeatInput.Multiline(pattern: pattern, match: .after)
        multiline.negate = fileset.head != nil
        return multiline
    }
}
