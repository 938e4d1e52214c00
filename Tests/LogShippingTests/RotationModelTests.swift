import Foundation
import Listening
import Model
import TestSupport
import Testing

@testable import LogShipping

/// Programs that log, what rotates their files, and a shipper with few files open: at random.
///
/// All troubles at once, or those that `WATCHPOST_MODEL_TROUBLES` names, in a list with commas. The same courses at each run,
/// others with `WATCHPOST_SOAK`; `WATCHPOST_SEED` plays one again.
@Suite("Every line once, whatever becomes of the files")
struct RotationModelTests {
    /// What once went wrong: an inode was used again by a file that began alike, while a copy of the former one waited and
    /// the shipper was killed.
    private static let known: [UInt64] = [7_078_118_937_098_973_865]

    private static let environment = ProcessInfo.processInfo.environment

    private static var seeds: [UInt64] {
        if let seed = environment["WATCHPOST_SEED"].flatMap({ UInt64($0) }) { return [seed] }
        return environment["WATCHPOST_SOAK"] == "1"
            ? (0..<500).map { _ in .random(in: .min ... .max) } : known + (1...10)
    }

    @Test("over a thousand random steps", arguments: seeds)
    func steps(_ seed: UInt64) throws {
        let named = Self.environment["WATCHPOST_MODEL_TROUBLES"].map {
            $0.split(separator: ",").compactMap { RotationModel.Trouble(rawValue: String($0)) }
        }
        let troubles = Set(named ?? RotationModel.Trouble.allCases)
        let model = try RotationModel(SeededGenerator(seed: seed), troubles: troubles)
        for step in 0..<1_000 {
            try model.step()
            guard step % 50 == 49 else { continue }
            try model.settle()
            let wrong = model.complaints
            if wrong.isEmpty { continue }
            Issue.record("\(wrong.prefix(4)); \(model.settings); the last steps: \(model.history.suffix(60))")
            return
        }
    }
}

/// A folder with the logs of a few programs.
private final class RotationModel {
    private var random: SeededGenerator
    private let directory: TemporaryDirectory
    private let sink = MemoryAppender()
    private let config: FilebeatConfig
    private var engine: ShippingEngine?
    private var now: Int64 = 1_790_000_000_000
    private var programs: [Program]
    private(set) var history: [String] = []
    let settings: String
    private var banners = 0

    private static let banner = (0..<25).map { "banner \($0) of a recorder, the same in all\n" }.joined()

    private struct Program {
        let name: String
        var lines = 0
        /// Where it writes, if it does not append: behind a cut this leaves a hole.
        var position: off_t = 0
        let appends: Bool
        /// Rotated files, the newest first.
        var rotated: [String] = []
        var copies = 0
    }

    enum Trouble: String, CaseIterable {
        case restarts, lastWords = "last-words", gzip, copies, fullDisk = "full-disk", devices
    }

    private let troubles: Set<Trouble>

    init(_ random: SeededGenerator, troubles: Set<Trouble>) throws {
        self.random = random
        self.troubles = troubles
        directory = try TemporaryDirectory()
        let folder = directory.path
        let limit = self.random.chance(40) ? 3 : 0
        let (closesRenamed, closesEOF) = (self.random.chance(20), self.random.chance(20))
        settings = "harvester_limit \(limit), close_renamed \(closesRenamed), close_eof \(closesEOF)"
        config = input(folder + "/*.log*") {
            $0.closeInactive = .seconds(2)
            $0.harvesterLimit = limit
            $0.closeRenamed = closesRenamed
            $0.closeEOF = closesEOF
        }
        programs = []
        for index in 0..<4 {
            programs.append(Program(name: "\(folder)/cam-\(index).log", appends: self.random.chance(70)))
        }
        start()
    }

    private func start(otherDevice: Bool = false) {
        let offsets = sink.offsets.map { offset in
            guard otherDevice, let key = FileKey(source: offset.source, input: "test-input") else { return offset }
            let former = FileKey(
                number: FileNumber(device: key.number.device + 1, inode: key.number.inode), fingerprint: key.fingerprint
            )
            return TailOffset(
                source: former.source(input: "test-input"), path: offset.path, offset: offset.offset,
                checksum: offset.checksum)
        }
        if otherDevice { sink.replace(offsets) }
        let engine = ShippingEngine(
            appender: sink, offsets: offsets, metadata: HostMetadata(hostName: "host-1", version: "1"))
        engine.update(config)
        self.engine = engine
    }

    // MARK: Steps

    func step() throws {
        let index = Int.random(in: programs.indices, using: &random)
        let kind = Int.random(in: 0..<100, using: &random)
        switch kind {
        case 0..<40: write(index, lines: Int.random(in: 1...12, using: &random))
        case 40..<44: writeInHalves(index)
        case 44..<50: rename(index)
        case 50..<56: copyAndCut(index)
        case 56..<59: if troubles.contains(.gzip) { try compress(index) }
        case 59..<62: if troubles.contains(.copies) { copyElsewhere(index) }
        case 62..<64: cut(index)
        case 64..<66: delete(index)
        case 66..<69: if troubles.contains(.restarts) { stopAndStart() }
        case 69..<71: if troubles.contains(.fullDisk) { sink.fail(random.chance(50)) }
        case 71..<72:
            note("a long pause")
            now += 15_000
            pass(3)
        default: pass(Int.random(in: 1...3, using: &random))
        }
    }

    private func note(_ text: String) { history.append(text) }

    private func pass(_ count: Int) {
        for _ in 0..<count {
            now += Int64.random(in: 50...700, using: &random)
            _ = engine?.pass(now: now)
        }
    }

    /// Whether a program's file is as it should be before something is lost for good.
    private func readAll() {
        if engine == nil { start() }
        sink.fail(false)
        now += 12_000
        pass(6)
    }

    private func text(_ index: Int, _ count: Int) -> String {
        let first = programs[index].lines
        programs[index].lines += count
        return (first..<(first + count)).map { line in
            "program \(index) line \(line) " + String(repeating: "x", count: Int.random(in: 0...60, using: &random))
                + "\n"
        }.joined()
    }

    private func write(_ index: Int, lines count: Int) {
        note("write \(index): \(programs[index].lines)..<\(programs[index].lines + count)")
        var content = text(index, count)
        if size(programs[index].name) == nil, random.chance(60) {
            content = Self.banner + content
            banners += 1
        }
        put(index, content)
    }

    private func put(_ index: Int, _ content: String) {
        let isNew = size(programs[index].name) == nil
        if isNew { programs[index].position = 0 }
        let descriptor = open(
            programs[index].name, O_WRONLY | O_CREAT | (programs[index].appends ? O_APPEND : 0), 0o644)
        defer { close(descriptor) }
        let bytes = Array(content.utf8)
        let written =
            programs[index].appends
            ? Foundation.write(descriptor, bytes, bytes.count)
            : pwrite(descriptor, bytes, bytes.count, programs[index].position)
        precondition(written == bytes.count)
        programs[index].position += off_t(bytes.count)
    }

    private func writeInHalves(_ index: Int) {
        note("halves \(index)")
        let line = text(index, 1)
        let half = line.index(line.startIndex, offsetBy: line.count / 2)
        put(index, String(line[..<half]))
        if random.chance(50) { pass(1) }
        if random.chance(20), troubles.contains(.restarts) { stopAndStart(but: index) }
        put(index, String(line[half...]))
    }

    private func size(_ path: String) -> off_t? {
        var facts = stat()
        return stat(path, &facts) == 0 ? facts.st_size : nil
    }

    /// Moves what was rotated one number up.
    private func makeRoom(_ index: Int) {
        let name = programs[index].name
        var rotated = programs[index].rotated
        if rotated.count >= 4 {
            readAll()
            unlink(rotated.removeLast())
        }
        for (place, path) in rotated.enumerated().reversed() {
            let next = "\(name).\(place + 2)" + (path.hasSuffix(".gz") ? ".gz" : "")
            precondition(Foundation.rename(path, next) == 0)
            rotated[place] = next
        }
        programs[index].rotated = [name + ".1"] + rotated
    }

    private func rename(_ index: Int) {
        guard size(programs[index].name) != nil else { return }
        note("rename \(index)")
        makeRoom(index)
        precondition(Foundation.rename(programs[index].name, programs[index].rotated[0]) == 0)
        if random.chance(40) {
            // The program has it open for a while.
            if random.chance(50) { pass(1) }
            let descriptor = open(programs[index].rotated[0], O_WRONLY | O_APPEND)
            let late = Array(text(index, 2).utf8)
            precondition(Foundation.write(descriptor, late, late.count) == late.count)
            close(descriptor)
        }
    }

    private func copy(_ source: String, _ target: String) {
        let content = FileManager.default.contents(atPath: source) ?? Data()
        let descriptor = open(target, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        defer { close(descriptor) }
        // In two pieces, with a look between them.
        let half = content.count / 2
        for (number, piece) in [content[..<half], content[half...]].enumerated() where !piece.isEmpty {
            let written = piece.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            precondition(written == piece.count)
            if number == 0, random.chance(30) { pass(1) }
        }
    }

    private func copyAndCut(_ index: Int) {
        let name = programs[index].name
        guard size(name) ?? 0 > 0 else { return }
        note("copytruncate \(index)")
        makeRoom(index)
        copy(name, programs[index].rotated[0])
        if random.chance(30) { pass(1) }
        truncate(name, 0)
        if programs[index].appends { programs[index].position = 0 }
        if random.chance(50) { write(index, lines: Int.random(in: 1...40, using: &random)) }
    }

    private func compress(_ index: Int) throws {
        guard let place = programs[index].rotated.indices.last, !programs[index].rotated[place].hasSuffix(".gz") else {
            return
        }
        let path = programs[index].rotated[place]
        note("gzip \(path)")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = [path]
        try process.run()
        process.waitUntilExit()
        precondition(process.terminationStatus == 0)
        programs[index].rotated[place] = path + ".gz"
    }

    private func copyElsewhere(_ index: Int) {
        guard size(programs[index].name) ?? 0 > 0 else { return }
        note("copy \(index)")
        // What is a copy is known of files that were read.
        readAll()
        programs[index].copies += 1
        let name = programs[index].name + ".bak"
        if programs[index].copies > 1 { unlink("\(name)\(programs[index].copies - 1)") }
        copy(programs[index].name, "\(name)\(programs[index].copies)")
        // It is known to be no more than a copy once it has been quiet for a while.
        readAll()
        readAll()
    }

    private func cut(_ index: Int) {
        guard size(programs[index].name) != nil else { return }
        note("cut \(index)")
        readAll()
        truncate(programs[index].name, 0)
        if programs[index].appends { programs[index].position = 0 }
    }

    private func delete(_ index: Int) {
        guard size(programs[index].name) != nil else { return }
        note("delete \(index)")
        readAll()
        if random.chance(50), troubles.contains(.lastWords) {
            // Its last words have no end.
            put(index, String(text(index, 1).dropLast()))
            pass(1)
            // It must be open when it goes.
            readAll(isShort: true)
        }
        unlink(programs[index].name)
        pass(2)
    }

    private func readAll(isShort: Bool) { pass(3) }

    /// - Parameter busy: a program that is in the middle of a line.
    private func stopAndStart(but busy: Int? = nil) {
        let isKilled = random.chance(50)
        note(isKilled ? "kill" : "stop")
        if !isKilled { engine?.finish(now: now) }
        engine = nil
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let index = Int.random(in: programs.indices, using: &random)
            if index == busy { continue }
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5: write(index, lines: Int.random(in: 1...12, using: &random))
            case 5..<7 where programs[index].rotated.count < 4: rename(index)
            case 7..<9 where programs[index].rotated.count < 4: copyAndCut(index)
            default: break
            }
        }
        let isOther = troubles.contains(.devices) && random.chance(30)
        if isOther { note("another device") }
        start(otherDevice: isOther)
    }

    // MARK: What was shipped

    func settle() throws {
        readAll()
        for _ in 0..<100 {
            now += 1_000
            _ = engine?.pass(now: now)
        }
    }

    /// What is wrong with what was shipped.
    var complaints: [String] {
        var seen: [String: Int] = [:]
        var places: [String: [String]] = [:]
        for event in sink.events {
            let name = Self.name(event.message)
            seen[name, default: 0] += 1
            if case .string(let path)? = event["log.file.path"] {
                places[name, default: []].append(String(path.split(separator: "/").last ?? ""))
            }
        }
        var wrong: [String] = []
        for (index, program) in programs.enumerated() {
            for line in 0..<program.lines {
                let count = seen.removeValue(forKey: "program \(index) line \(line)") ?? 0
                let read = places["program \(index) line \(line)"] ?? []
                if count != 1 { wrong.append("program \(index) line \(line): \(count) times, read in \(read)") }
            }
        }
        for line in 0..<25 {
            let count = seen.removeValue(forKey: "banner \(line)") ?? 0
            if count != banners { wrong.append("banner \(line): \(count) times, written \(banners) times") }
        }
        wrong += seen.keys.map { "\"\($0)\" was never written" }
        return wrong
    }

    private static func name(_ message: String) -> String {
        let words = message.split(separator: " ")
        return words.first == "banner" ? words.prefix(2).joined(separator: " ") : words.prefix(4).joined(separator: " ")
    }
}
