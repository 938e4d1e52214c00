import ConfigText
import LogDocuments
import Synchronization

/// `csv`: reads columns out of a text.
/// https://www.elastic.co/docs/reference/logstash/plugins/plugins-filters-csv
final class CSVFilter: PipelineFilter {
    private enum Conversion: String, CaseIterable, Sendable {
        case integer, float, boolean, date
        case dateTime = "date_time"
    }

    private let source: FieldName
    private let target: FieldName?
    private let text: CSVText
    private let columns: [String]
    /// Names that the first event gave, where they are wanted of it.
    private let detected = Mutex<[String]?>(nil)
    private let detectsNames: Bool
    private let generatesNames: Bool
    private let skipsEmptyColumns: Bool
    private let skipsEmptyRows: Bool
    private let skipsHeader: Bool
    private let conversions: [String: Conversion]

    init?(_ settings: inout PluginSettings) {
        source = FieldName(settings.string("source") ?? "message")
        target = settings.string("target").map(FieldName.init)
        columns = settings.list("columns") ?? []
        detectsNames = settings.flag("autodetect_column_names", false)
        generatesNames = settings.flag("autogenerate_column_names", true)
        skipsEmptyColumns = settings.flag("skip_empty_columns", false)
        skipsEmptyRows = settings.flag("skip_empty_rows", false)
        skipsHeader = settings.flag("skip_header", false)
        settings.ignore("ecs_compatibility")
        var conversions: [String: Conversion] = [:]
        for (name, type) in settings.textPairs("convert") ?? [] {
            conversions[name] = Conversion(rawValue: type)
            if conversions[name] == nil {
                settings.problems.error(
                    at: settings.raw("convert")?.value.position ?? settings.position,
                    "convert of csv knows no type \"\(type)\"",
                    mend: "write " + Conversion.allCases.map(\.rawValue).joined(separator: ", "))
            }
        }
        self.conversions = conversions
        do throws(CSVError) {
            text = try CSVText(
                separator: settings.string("separator") ?? ",", quoteCharacter: settings.string("quote_char") ?? "\"")
        } catch {
            settings.problems.error(at: settings.position, "csv: \(error)", mend: "correct it")
            return nil
        }
    }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome {
        guard let value = event[source.reference(event)], value != .null else { return .passed }
        let single = value.array?.first ?? value
        guard case .string(let line) = single, let values = try? text.columns(of: line) else {
            event.addTag("_csvparsefailure")
            return .passed
        }
        if skipsEmptyRows, values.allSatisfy({ $0?.isEmpty ?? true }) {
            event.addTag("_csvskippedemptyfield")
            return .passed
        }
        var names = columns
        if detectsNames, columns.isEmpty {
            let (known, isHeader) = detected.withLock { detected -> ([String], Bool) in
                if let detected { return (detected, false) }
                let first = values.map { $0 ?? "" }
                detected = first
                return (first, true)
            }
            if isHeader { return .dropped }
            names = known
        }
        if skipsHeader, !names.isEmpty, values.map({ $0 ?? "" }) == names { return .dropped }
        put(values, names, &event)
        return .matched
    }

    private func put(_ values: [String?], _ names: [String], _ event: inout PipelineEvent) {
        let target = target?.reference(event)
        for (index, value) in values.enumerated() {
            guard index < names.count || generatesNames else { return }
            let name = index < names.count ? names[index] : "column\(index + 1)"
            if skipsEmptyColumns, value?.isEmpty ?? true { continue }
            let field = target?.appending([name]) ?? FieldReference(name)
            event[field] = converted(value, name)
        }
    }

    private func converted(_ value: String?, _ name: String) -> DocumentValue {
        guard let value else { return .null }
        switch conversions[name] {
        case .integer: return .integer(RubyNumbers.integer(value))
        case .float: return .number(RubyNumbers.real(value))
        case .boolean: return .boolean(value.lowercased() == "true")
        case .date, .dateTime:
            let time = TimestampText.milliseconds(value)
            return .string(time.map(TimestampText.iso8601) ?? value)
        case nil: return .string(value)
        }
    }
}
