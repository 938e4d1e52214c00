/// The priority of a message of syslog: its facility and its severity, under the names that Logstash's syslog_pri filter gives.
package struct SyslogPriority: Hashable, Sendable {
    package let facility: Int
    package let severity: Int

    /// Where a message has none: user, notice.
    package static let usual = 13

    package init(_ priority: Int = Self.usual) {
        facility = priority >> 3
        severity = priority & 7
    }

    /// `nil` beyond the names that there are.
    package var facilityName: String? {
        Self.facilityNames.indices.contains(facility) ? Self.facilityNames[facility] : nil
    }

    package var severityName: String { Self.severityNames[severity] }

    package static let facilityNames = [
        "kernel", "user-level", "mail", "daemon", "security/authorization", "syslogd", "line printer", "network news",
        "uucp", "clock", "security/authorization", "ftp", "ntp", "log audit", "log alert", "clock", "local0", "local1",
        "local2", "local3", "local4", "local5", "local6", "local7",
    ]
    package static let severityNames = [
        "emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug",
    ]
}
