import Foundation
import Testing

/// The rules of the house that a compiler does not check.
@Suite("Tidy")
struct TidyTests {
    /// The plan: the table of floors in ARCHITECTURE.md. A target imports only targets of lower floors.
    static let floors: [(floor: Int, targets: [String])] = {
        let text = (try? String(contentsOf: root.appending(path: "ARCHITECTURE.md"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            guard let row = line.wholeMatch(of: /\|\s*(\d+)\s*\|(.*)\|/), let floor = Int(row.1) else { return nil }
            return (floor, row.2.matches(of: /`(\w+)`/).map { String($0.1) })
        }
    }()

    /// Outside packages, and the targets that may use them.
    static let outside: [String: Set<String>] = [
        "CSQLite": ["Partitions"],
        "Yams": ["ConfigText"],
        "Mustache": ["WebUI"],
        "Hummingbird": [
            "HummingbirdInstruments", "HTTPKit", "PrometheusHTTP", "AlertmanagerHTTP", "WatchpostHTTP", "OTLPHTTP",
            "ElasticHTTP", "LokiHTTP", "JaegerHTTP", "ZipkinHTTP", "WebUI", "Demo", "Server",
        ],
        "ServiceLifecycle": ["OTLPTracing", "Server"],
        "UnixSignals": ["Server"],
        "ArgumentParser": ["watchpost", "promqltest", "measure"],
        "NIOPosix": ["Demo", "OTLPGRPC", "Server"],
    ]

    /// Targets of the lowest floors do without Foundation.
    static let withoutFoundation: Set<String> = ["Base", "Model"]

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    struct Source {
        let path: String
        let target: String
        let lines: [Substring]
    }

    static let sources: [Source] = {
        let folder = root.appending(path: "Sources")
        let files = FileManager.default.enumerator(atPath: folder.path())?.compactMap { $0 as? String } ?? []
        return files.filter { $0.hasSuffix(".swift") }.sorted().compactMap { path in
            guard let text = try? String(contentsOf: folder.appending(path: path), encoding: .utf8) else { return nil }
            return Source(
                path: path, target: String(path.prefix { $0 != "/" }),
                lines: text.split(separator: "\n", omittingEmptySubsequences: false))
        }
    }()

    static func floor(of target: String) -> Int? { floors.first { $0.targets.contains(target) }?.floor }

    private func imports(of source: Source) -> [(line: Int, module: String)] {
        source.lines.enumerated().compactMap { index, line in
            // An import stands at the line's start; the expression is slow on every other line.
            guard let first = line.utf8.first, first == UInt8(ascii: "@") || first >= UInt8(ascii: "i") else {
                return nil
            }
            let match = line.wholeMatch(
                of:
                    /(?:@\w+(?:\(\w+\))? )?(?:public |internal |package |private )?import (?:struct |class |enum |protocol |func )?(\w+).*/
            )
            return match.map { (index + 1, String($0.1)) }
        }
    }

    @Test("every target has its floor, one alone, and every target of the plan exists")
    func everyTargetIsOnThePlan() {
        #expect(Self.floors.map(\.floor) == Array(0..<Self.floors.count) && Self.floors.count > 5)
        let all = Self.floors.flatMap(\.targets)
        #expect(all.count == Set(all).count)
        let present = Set(Self.sources.map(\.target)).subtracting(["TestSupport"])
        let planned = Set(Self.floors.filter { $0.floor > 0 }.flatMap(\.targets))
        #expect(present == planned)
    }

    @Test("a target imports only floors below its own")
    func importsGoDown() {
        for source in Self.sources {
            guard let own = Self.floor(of: source.target) else { continue }
            for (line, module) in imports(of: source) {
                guard let other = Self.floor(of: module), module != source.target else { continue }
                #expect(
                    other < own,
                    "\(source.path):\(line): \(source.target) (floor \(own)) imports \(module) (floor \(other))")
            }
        }
    }

    @Test("outside packages stay where the plan has them")
    func outsidePackagesStayInTheirPlace() {
        for source in Self.sources where source.target != "TestSupport" {
            for (line, module) in imports(of: source) {
                if let allowed = Self.outside[module] {
                    #expect(
                        allowed.contains(source.target), "\(source.path):\(line): \(source.target) imports \(module)")
                }
                if Self.withoutFoundation.contains(source.target) {
                    #expect(module != "Foundation", "\(source.path):\(line): \(source.target) does without Foundation")
                }
            }
        }
    }

    @Test(
        "the library products need no library that has to be installed",
        arguments: ["Instruments", "HummingbirdInstruments"])
    func libraryProductsAreLight(product: String) throws {
        let manifest = try String(contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
        var needed: [String: Set<String>] = [:]
        for target in manifest.matches(of: /\.house\(\s*"(\w+)",\s*\[([^\]]*)\]/) {
            needed[String(target.1)] = Set(target.2.matches(of: /"(\w+)"/).map { String($0.1) })
        }
        let installed = manifest.matches(of: /\.(systemLibrary|target)\(name: "(C\w+)"(.*)/)
            .filter { $0.1 == "systemLibrary" || $0.3.contains("linkedLibrary") }.map { String($0.2) }
        #expect(installed.contains("CRE2") && installed.contains("CZstd") && installed.contains("CDigest"))
        var reached: Set<String> = []
        var open = [product]
        while let target = open.popLast() {
            if reached.insert(target).inserted { open += needed[target] ?? [] }
        }
        #expect(reached.contains("Base") && reached.contains("CCharconv"))
        #expect(reached.isDisjoint(with: installed))
    }

    @Test("no two paths differ by case alone: they could not be checked out on every system")
    func paths() {
        let manager = FileManager.default
        let paths = manager.enumerator(atPath: Self.root.path())
        var seen: [String: String] = [:]
        while let path = paths?.nextObject() as? String {
            // What is built, and the history, are of one machine.
            if path.hasPrefix(".") && !path.hasPrefix(".ci") {
                paths?.skipDescendants()
                continue
            }
            let former = seen.updateValue(path, forKey: path.lowercased())
            #expect(former == nil, "\(path) and \(former ?? "") differ by case alone")
        }
        #expect(seen.count > 500)
    }

    @Test("files stay under 600 lines and lines under 121 columns")
    func sizes() {
        for source in Self.sources {
            #expect(source.lines.count <= 600, "\(source.path) has \(source.lines.count) lines")
            for (index, line) in source.lines.enumerated() where line.count > 120 {
                // A text that would lose its meaning when broken may be longer, and a comment a little.
                let isComment = line.drop { $0 == " " }.hasPrefix("//") && line.count <= 130
                #expect(isComment || line.contains("\""), "\(source.path):\(index + 1) has \(line.count) columns")
            }
        }
    }

    @Test("no forced tries, casts or unwraps, and nothing left to do")
    func forbiddenWords() {
        for source in Self.sources where source.target != "TestSupport" {
            for (index, line) in source.lines.enumerated() {
                let code = line.prefix(upTo: line.firstRange(of: "//")?.lowerBound ?? line.endIndex)
                for word in ["try!", "as!", "fatalError("] {
                    #expect(!code.contains(word), "\(source.path):\(index + 1) has \(word)")
                }
                for word in ["TODO", "FIXME", "XXX"] {
                    #expect(!line.contains(word), "\(source.path):\(index + 1) has \(word)")
                }
            }
        }
    }

    @Test("what is not checked by the compiler is explained")
    func uncheckedIsExplained() {
        for source in Self.sources {
            for (index, line) in source.lines.enumerated() where line.contains("@unchecked Sendable") {
                let above = source.lines[max(0, index - 6)..<index]
                #expect(above.contains { $0.contains("//") }, "\(source.path):\(index + 1) does not say why it is safe")
            }
        }
    }
}
