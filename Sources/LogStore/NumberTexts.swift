internal import Base
import Model

extension LogTest {
    /// Whether every number is within its bounds, and the texts of numbers decide.
    var asksForTextOfNumbers: Bool {
        guard let numbers, !isNumberRange, numbers == -.infinity ... .infinity else { return false }
        return search != nil || !literals.isEmpty
    }
}

/// Numbers of a column as texts.
enum NumberTexts {
    /// Which of the stored numbers of a column pass a test by their texts: a byte a number.
    static func passing(
        _ test: LogTest, _ name: String, _ numbers: [Int64], _ description: NumberColumn.Description
    ) -> [UInt8] {
        var lines = LineSearch(test.search ?? search(for: test.literals), count: numbers.count)
        for number in numbers {
            append(value(number, description), to: &lines.texts)
            lines.endText()
        }
        var flags = lines.finish()
        for place in flags.indices where flags[place] != 0 {
            if !test.passes(value(numbers[place], description), name) { flags[place] = 0 }
        }
        return flags
    }

    private static func value(_ number: Int64, _ description: NumberColumn.Description) -> LogValue {
        description.isDouble ? .double(description.double(number)) : .integer(number)
    }

    private static func append(_ value: LogValue, to texts: inout ByteSink) {
        switch value {
        case .integer(let integer): for byte in String(integer).utf8 { texts.append(byte) }
        case .double(let double): for byte in "\(double)".utf8 { texts.append(byte) }
        case .null, .boolean, .string, .array: break
        }
    }

    /// Finds the longest of texts that all must be there.
    private static func search(for literals: [String]) -> LogTextSearch {
        let longest = Array((literals.max { $0.utf8.count < $1.utf8.count } ?? "").utf8)
        return LogTextSearch(.line) { bytes, start in
            longest.withUnsafeBytes { ByteSearch.find($0, in: UnsafeRawBufferPointer(bytes), from: start) }
        }
    }
}
