import ConfigText
import LogDocuments

/// `fingerprint`: a checksum of fields, by which events that come twice are known.
/// https://www.elastic.co/docs/reference/logstash/plugins/plugins-filters-fingerprint
struct FingerprintFilter: PipelineFilter {
    private let sources: [FieldReference]
    private let target: FieldReference
    private let fingerprint: Fingerprint
    private let joinsSources: Bool
    private let joinsAll: Bool

    init?(_ settings: inout PluginSettings) {
        let usesSchema = settings.schema()
        sources = (settings.list("source") ?? ["message"]).map { FieldReference($0) }
        target = FieldReference(settings.string("target") ?? (usesSchema ? "[event][hash]" : "fingerprint"))
        joinsSources = settings.flag("concatenate_sources", false)
        joinsAll = settings.flag("concatenate_all_fields", false)
        let names = Fingerprint.Method.allCases.map(\.rawValue)
        let method = Fingerprint.Method(rawValue: settings.choice("method", names, "SHA1")) ?? .sha1
        do throws(FingerprintError) {
            fingerprint = try Fingerprint(
                method, key: settings.string("key"), isBase64: settings.flag("base64encode", false))
        } catch {
            settings.problems.error(at: settings.position, "fingerprint: \(error)", mend: "correct it")
            return nil
        }
    }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome {
        if joinsAll || joinsSources {
            var fields: [(name: String, value: String)] = []
            if joinsAll {
                for (name, value) in event.shipped.members.sorted(by: { $0.name < $1.name }) {
                    fields.append((name, value.fieldText))
                }
            } else {
                for source in sources.sorted(by: { $0.description < $1.description }) {
                    if let value = event[source] { fields.append((source.description, value.fieldText)) }
                }
            }
            guard let made = value(.string(Fingerprint.joined(fields))) else { return .passed }
            event[target] = made
            return .matched
        }
        var hasMatched = false
        for source in sources {
            guard let value = event[source], value != .null else { continue }
            if case .array(let values) = value {
                event[target] = .array(values.compactMap(self.value))
            } else if let made = self.value(value) {
                event[target] = made
            } else {
                continue
            }
            hasMatched = true
        }
        return hasMatched ? .matched : .passed
    }

    private func value(_ value: DocumentValue) -> DocumentValue? {
        let made: Fingerprint.Value?
        if case .integer(let number) = value {
            made = try? fingerprint.value(of: number)
        } else {
            made = try? fingerprint.value(of: value.fieldText)
        }
        return switch made {
        case .text(let text)?: .string(text)
        case .number(let number)?: .integer(number)
        case nil: nil
        }
    }
}
