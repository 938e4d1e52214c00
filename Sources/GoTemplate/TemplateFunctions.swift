/// The functions that a template may call, by name.
package struct TemplateFunctions: Sendable {
    /// Gets the arguments in order; of a pipeline, the value of the stage before comes last.
    package typealias Function = @Sendable (_ arguments: [TemplateValue]) throws -> TemplateValue

    private var table: [String: Function]

    /// Only the functions that every Go template has.
    package static let builtIn = TemplateFunctions(table: BuiltInFunctions.table)

    init(table: [String: Function]) { self.table = table }

    package subscript(name: String) -> Function? {
        get { table[name] }
        set { table[name] = newValue }
    }

    /// The table with those of `others` added; of two with one name, the other's counts.
    package func adding(_ others: [String: Function]) -> TemplateFunctions {
        TemplateFunctions(table: table.merging(others) { $1 })
    }

    func contains(_ name: String) -> Bool { table[name] != nil || name == "tmpl" }
}

/// Reads a function's arguments, with Go's words for those that do not fit.
struct TemplateArguments {
    let values: [TemplateValue]

    init(_ values: [TemplateValue], count: ClosedRange<Int>) throws {
        guard count.contains(values.count) else {
            let want =
                count.lowerBound == count.upperBound ? "\(count.lowerBound)" : "\(count.lowerBound)-\(count.upperBound)"
            throw TemplateFailure("wrong number of arguments: want \(want) got \(values.count)")
        }
        self.values = values
    }

    init(_ values: [TemplateValue], _ count: Int) throws { try self.init(values, count: count...count) }

    func text(_ index: Int) throws -> String {
        guard let text = values[index].text else {
            throw TemplateFailure("wrong type for value; expected string; got \(values[index].typeName)")
        }
        return text
    }

    func time(_ index: Int) throws -> TemplateTime {
        guard case .time(let time) = values[index] else {
            throw TemplateFailure("wrong type for value; expected time.Time; got \(values[index].typeName)")
        }
        return time
    }

    /// A number, or a text or duration that holds one, as the humanizing functions take them.
    func number(_ index: Int) throws -> Double {
        switch values[index] {
        case .number(let number): return number
        case .integer(let number): return Double(number)
        case .duration(let nanoseconds): return Double(nanoseconds) / 1e9
        case .string(let text), .markup(let text):
            if let number = Double(text) { return number }
            throw TemplateFailure("parsing \(GoText.quoted(text)): invalid syntax")
        default: throw TemplateFailure("can't convert \(values[index].typeName) to float")
        }
    }

    func texts(_ index: Int) throws -> [String] {
        guard case .list(let list) = values[index].resolved else {
            throw TemplateFailure("wrong type for value; expected []string; got \(values[index].typeName)")
        }
        return list.map { $0.text ?? $0.printed }
    }
}
