import Base
import Model
import Patterns
import TestSupport
import Testing

@testable import MetricStore

@Suite("The label index")
struct LabelIndexTests {
    @Test("selects what the matchers say, as trying each series does")
    func againstBruteForce() throws {
        var generator = SeededGenerator(for: "label index")
        var sets: [Labels] = []
        for _ in 0..<400 {
            var builder = LabelsBuilder()
            builder.set(Labels.metricName, ["fps", "bitrate", "up"].randomElement(using: &generator) ?? "")
            builder.set("camera", "cam-\(Int.random(in: 0..<40, using: &generator))")
            if Bool.random(using: &generator) {
                builder.set("site", ["hcm", "hanoi\n", ""].randomElement(using: &generator) ?? "")
            }
            let labels = builder.build()
            if !sets.contains(labels) { sets.append(labels) }
        }
        var index = LabelIndex()
        for (slot, labels) in sets.enumerated().shuffled(using: &generator) { index.add(UInt32(slot), labels) }
        var removed = Set<Int>()
        for slot in stride(from: 0, to: sets.count, by: 9) { removed.insert(slot) }
        index.remove(removed.map { (slot: UInt32($0), labels: sets[$0]) })

        let names = [Labels.metricName, "camera", "site", "absent"]
        let equals = ["fps", "cam-7", "hcm", ""]
        let patterns = [
            "fps|up", "(bitrate|fps)", "cam-1.*", "cam-1.+", ".*", ".+", "cam-[0-3]", "", "h.*", "(?i)HCM", "cam-7",
            "x|",
            "cam-1|cam-2|cam-3", "hanoi.*",
        ]
        for _ in 0..<600 {
            let matchers = try (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                let operation = [Matcher.Operation.equal, .notEqual, .regex, .notRegex].randomElement(using: &generator)
                let isPattern = operation == .regex || operation == .notRegex
                return try Matcher(
                    names.randomElement(using: &generator) ?? "", operation ?? .equal,
                    (isPattern ? patterns : equals).randomElement(using: &generator) ?? "")
            }
            let found = index.select(matchers) { sets[Int($0)] }
            let expected = sets.indices.filter { slot in
                !removed.contains(slot) && matchers.allSatisfy { $0.matches(sets[slot]) }
            }
            #expect(found.map(Int.init) == expected, "\(matchers)")
        }
    }

    @Test("orders label sets as they compare")
    func order() {
        var generator = SeededGenerator(seed: 11)
        let texts = [
            "", "a", "b", "ab", "abc", "é", "zz", String(repeating: "x", count: 130),
            String(repeating: "x", count: 131),
        ]
        let sets = (0..<60).map { _ in
            Labels(
                (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                    Label(
                        texts.dropFirst().randomElement(using: &generator) ?? "",
                        texts.randomElement(using: &generator) ?? "")
                })
        }
        for left in sets {
            for right in sets {
                #expect(PackedLabels.precedes(left.packed, right.packed) == (left < right), "\(left) \(right)")
            }
        }
    }

    @Test(
        "knows the shape of a pattern",
        arguments: [
            ("a|b", RegexShape.literals(["a", "b"])), ("(a|b)", .literals(["a", "b"])),
            ("plain-text", .literals(["plain-text"])),
            ("gate-.*", .prefix("gate-", needsMore: false)), ("gate-.+", .prefix("gate-", needsMore: true)),
            (".*", .prefix("", needsMore: false)), ("a|b.*", .other), ("a.c", .other), ("(?i)a", .other),
            ("(a)|(b)", .other),
            ("a\\.b", .other), ("x(a|b)", .other),
        ])
    func shape(_ pattern: String, _ shape: RegexShape) {
        #expect(RegexShape(pattern) == shape)
    }
}
