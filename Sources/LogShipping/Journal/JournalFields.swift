import Model

/// The fields of journald under the names that Filebeat gives them.
enum JournalFields {
    private enum Kind { case text, number }

    private struct Name {
        let name: String
        let kind: Kind
        /// Under which Elastic's Common Schema has the value, too.
        var common: String?
        /// Whether the value is a text there.
        var isCommonText = false
    }

    private static let names: [String: Name] = [
        // What a program says.
        "CODE_FILE": Name(name: "journald.code.file", kind: .text),
        "CODE_FUNC": Name(name: "journald.code.func", kind: .text),
        "CODE_LINE": Name(name: "journald.code.line", kind: .number),
        "MESSAGE": Name(name: "message", kind: .text), "MESSAGE_ID": Name(name: "message_id", kind: .text),
        "PRIORITY": Name(name: "log.syslog.priority", kind: .number, common: "log.syslog.severity.code"),
        "SYSLOG_FACILITY": Name(name: "log.syslog.facility.code", kind: .number),
        "SYSLOG_IDENTIFIER": Name(name: "log.syslog.appname", kind: .text),
        "SYSLOG_PID": Name(name: "log.syslog.procid", kind: .number),
        // What is known of it.
        "_AUDIT_LOGINUID": Name(name: "journald.audit.login_uid", kind: .number),
        "_AUDIT_SESSION": Name(name: "journald.audit.session", kind: .text),
        "_BOOT_ID": Name(name: "journald.host.boot_id", kind: .text),
        "_CAP_EFFECTIVE": Name(name: "journald.process.capabilities", kind: .text),
        "_CMDLINE": Name(name: "journald.process.command_line", kind: .text, common: "process.command_line"),
        "_COMM": Name(name: "journald.process.name", kind: .text, common: "process.name"),
        "_EXE": Name(name: "journald.process.executable", kind: .text, common: "process.executable"),
        "_GID": Name(name: "journald.gid", kind: .number, common: "group.id", isCommonText: true),
        "_HOSTNAME": Name(name: "host.hostname", kind: .text), "_MACHINE_ID": Name(name: "host.id", kind: .text),
        "_PID": Name(name: "journald.pid", kind: .number, common: "process.pid"),
        "_SYSTEMD_CGROUP": Name(name: "systemd.cgroup", kind: .text),
        "_SYSTEMD_INVOCATION_ID": Name(name: "systemd.invocation_id", kind: .text),
        "_SYSTEMD_OWNER_UID": Name(name: "systemd.owner_uid", kind: .number),
        "_SYSTEMD_SESSION": Name(name: "systemd.session", kind: .text),
        "_SYSTEMD_SLICE": Name(name: "systemd.slice", kind: .text),
        "_SYSTEMD_UNIT": Name(name: "systemd.unit", kind: .text),
        "_SYSTEMD_USER_SLICE": Name(name: "systemd.user_slice", kind: .text),
        "_SYSTEMD_USER_UNIT": Name(name: "systemd.user_unit", kind: .text),
        "_TRANSPORT": Name(name: "systemd.transport", kind: .text),
        "_UID": Name(name: "journald.uid", kind: .number, common: "user.id", isCommonText: true),
        "_KERNEL_DEVICE": Name(name: "journald.kernel.device", kind: .text),
        "_KERNEL_SUBSYSTEM": Name(name: "journald.kernel.subsystem", kind: .text),
        "_UDEV_DEVLINK": Name(name: "journald.kernel.device_symlinks", kind: .text),
        "_UDEV_DEVNODE": Name(name: "journald.kernel.device_node_path", kind: .text),
        "_UDEV_SYSNAME": Name(name: "journald.kernel.device_name", kind: .text),
        // Of what it speaks.
        "COREDUMP_UNIT": Name(name: "journald.coredump.unit", kind: .text),
        "COREDUMP_USER_UNIT": Name(name: "journald.coredump.user_unit", kind: .text),
        "OBJECT_AUDIT_LOGINUID": Name(name: "journald.object.audit.login_uid", kind: .number),
        "OBJECT_AUDIT_SESSION": Name(name: "journald.object.audit.session", kind: .number),
        "OBJECT_CMDLINE": Name(name: "journald.object.process.command_line", kind: .text),
        "OBJECT_COMM": Name(name: "journald.object.process.name", kind: .text),
        "OBJECT_EXE": Name(name: "journald.object.process.executable", kind: .text),
        "OBJECT_GID": Name(name: "journald.object.gid", kind: .number),
        "OBJECT_PID": Name(name: "journald.object.pid", kind: .number),
        "OBJECT_SYSTEMD_OWNER_UID": Name(name: "journald.object.systemd.owner_uid", kind: .number),
        "OBJECT_SYSTEMD_SESSION": Name(name: "journald.object.systemd.session", kind: .text),
        "OBJECT_SYSTEMD_UNIT": Name(name: "journald.object.systemd.unit", kind: .text),
        "OBJECT_SYSTEMD_USER_UNIT": Name(name: "journald.object.systemd.user_unit", kind: .text),
        "OBJECT_UID": Name(name: "journald.object.uid", kind: .number),
        "CONTAINER_ID": Name(name: "container.id_truncated", kind: .text),
        "CONTAINER_ID_FULL": Name(name: "container.id", kind: .text),
        "CONTAINER_NAME": Name(name: "container.name", kind: .text),
        "CONTAINER_PARTIAL_MESSAGE": Name(name: "container.partial", kind: .text),
        "CONTAINER_TAG": Name(name: "container.log.tag", kind: .text),
    ]

    /// The event's own time says what these say.
    private static let leftOut: Set<String> = ["_SOURCE_REALTIME_TIMESTAMP", "_SOURCE_MONOTONIC_TIMESTAMP"]

    private static let journaldNames: [String: String] = {
        var found: [String: String] = [:]
        for (journald, name) in names {
            found[name.name] = journald
            if let common = name.common { found[common] = journald }
        }
        // As Filebeat called them before version 8.
        found["syslog.priority"] = "PRIORITY"
        found["syslog.facility"] = "SYSLOG_FACILITY"
        found["syslog.identifier"] = "SYSLOG_IDENTIFIER"
        found["syslog.pid"] = "SYSLOG_PID"
        return found
    }()

    /// The name in the journal of what Filebeat, or the journal itself, calls `name`; `nil` where neither does.
    static func journaldName(of name: String) -> String? {
        if let known = journaldNames[name] { return known }
        let isOne =
            !name.isEmpty && name.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || $0 == 95 }
        return isOne ? name : nil
    }

    /// What an entry says, but for its message.
    static func fields(of entry: JournalEntry, _ rule: JournalRule) -> [String: LogValue] {
        var fields: [String: LogValue] = [:]
        for field in entry.fields where field.name != "MESSAGE" && !leftOut.contains(field.name) {
            guard let name = names[field.name] else {
                let custom = field.name.drop { $0 == "_" }.lowercased()
                if !custom.isEmpty { add("journald.custom." + custom, .string(field.value), to: &fields) }
                continue
            }
            let value = value(field.value, name.kind)
            add(name.name, value, to: &fields)
            if let common = name.common {
                add(common, name.isCommonText ? .string(field.value) : value, to: &fields)
            }
        }
        if let program = fields["log.syslog.appname"], fields["process.name"] == nil {
            fields["process.name"] = program
        }
        if rule.savesRemoteHostName { fields["log.source.address"] = fields["host.hostname"] }
        // What a service prints has the priority of its unit, whatever it says: there the text comes first.
        if entry["_TRANSPORT"] != "stdout", let priority = entry["PRIORITY"].flatMap({ Int64($0) }),
            let level = LevelName(syslog: priority)
        {
            fields["level"] = .string(level.rawValue)
        }
        return fields
    }

    private static func value(_ text: String, _ kind: Kind) -> LogValue {
        kind == .number ? Int64(text).map(LogValue.integer) ?? .string(text) : .string(text)
    }

    /// A field may stand several times in an entry.
    private static func add(_ name: String, _ value: LogValue, to fields: inout [String: LogValue]) {
        switch fields[name] {
        case nil: fields[name] = value
        case .array(let values)?: fields[name] = .array(values + [value])
        case let first?: fields[name] = .array([first, value])
        }
    }
}
