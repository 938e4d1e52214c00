import LogDocuments

/// `syslog_pri`: takes a priority apart into facility and severity (RFC 3164, 4.1.1).
/// https://www.elastic.co/docs/reference/logstash/plugins/plugins-filters-syslog_pri
struct SyslogPriorityFilter: PipelineFilter {
    private let source: FieldName
    private let labels: Bool
    private let facilities: [String]
    private let severities: [String]
    private let facilityCode, facilityName, severityCode, severityName: FieldReference

    init(_ settings: inout PluginSettings) {
        let usesSchema = settings.schema()
        source = FieldName(
            settings.string("syslog_pri_field_name") ?? (usesSchema ? "[log][syslog][priority]" : "syslog_pri"))
        labels = settings.flag("use_labels", true)
        facilities = settings.list("facility_labels") ?? SyslogPriority.facilityNames
        severities = settings.list("severity_labels") ?? SyslogPriority.severityNames
        func field(_ schema: String, _ legacy: String) -> FieldReference {
            FieldReference(usesSchema ? schema : legacy)
        }
        facilityCode = field("[log][syslog][facility][code]", "syslog_facility_code")
        facilityName = field("[log][syslog][facility][name]", "syslog_facility")
        severityCode = field("[log][syslog][severity][code]", "syslog_severity_code")
        severityName = field("[log][syslog][severity][name]", "syslog_severity")
    }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome {
        var priority = Int64(SyslogPriority.usual)
        switch event[source.reference(event)] {
        case nil, .null?: break
        case let value?:
            let single = value.array?.first ?? value
            guard let number = Int64(single.fieldText.trimmingBlanks), (0...191).contains(number) else {
                event.addTag("_syslogpriparsefailure")
                return .passed
            }
            priority = number
        }
        let parts = SyslogPriority(Int(priority))
        let (facility, severity) = (parts.facility, parts.severity)
        event[facilityCode] = .integer(Int64(facility))
        event[severityCode] = .integer(Int64(severity))
        if labels {
            if facilities.indices.contains(facility) { event[facilityName] = .string(facilities[facility]) }
            if severities.indices.contains(severity) { event[severityName] = .string(severities[severity]) }
        }
        return .matched
    }
}

extension String {
    /// Without blanks at both ends.
    var trimmingBlanks: String {
        var rest = Substring(self)
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
