import Foundation
import TestSupport
import Testing

@testable import Server

@Suite("The data directory")
struct DataFolderTests {
    private let folder: TemporaryDirectory
    private var data: String { folder.path + "/data" }

    init() throws { folder = try TemporaryDirectory() }

    private func rights(_ name: String = "") throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: data + name)[.posixPermissions] as? Int)
    }

    private func make(_ rights: Int, _ files: String...) throws {
        for file in files {
            try folder.write("data/" + file, "x")
            chmod(data + "/" + file, 0o644)
            var above = (file as NSString).deletingLastPathComponent
            while !above.isEmpty {
                chmod(data + "/" + above, 0o755)
                above = (above as NSString).deletingLastPathComponent
            }
        }
        chmod(data, mode_t(rights))
    }

    @Test("is made for its own user alone")
    func fresh() throws {
        #expect(try DataFolder(data + "/deep", guests: []).notes.isEmpty)
        #expect(try rights() == 0o700 && rights("/deep") == 0o700)
    }

    @Test("of an earlier version is closed to others with all that is in it, and told once")
    func loose() throws {
        try make(
            0o755, "state.sqlite", "state.sqlite-wal", "metrics/2026-11-20.sqlite", "recorders/a.sock",
            "recordings.json")
        let notes = try DataFolder(data, guests: []).notes
        #expect(notes.count == 1 && notes[0].contains("state.sqlite 644"), "\(notes)")
        #expect(try rights() == 0o700 && rights("/metrics") == 0o700)
        for file in ["/state.sqlite", "/state.sqlite-wal", "/metrics/2026-11-20.sqlite", "/recorders/a.sock"] {
            #expect(try rights(file) == 0o600, "\(file)")
        }
        #expect(try DataFolder(data, guests: []).notes.isEmpty)
    }

    @Test("that holds what is not ours stays as it is and is named; what is ours in it is closed")
    func shared() throws {
        try make(0o755, "state.sqlite", "metrics/a.sqlite", "textfile/a.prom", "cam-1/20261120-000000.mkv")
        try FileManager.default.createSymbolicLink(
            atPath: data + "/logs", withDestinationPath: "textfile")
        let notes = try DataFolder(data, guests: [data + "/later/*.prom"]).notes
        #expect(notes.contains { $0.contains("cam-1") && $0.contains("textfile") && $0.contains("755") }, "\(notes)")
        #expect(try rights() == 0o755 && rights("/textfile") == 0o755 && rights("/textfile/a.prom") == 0o644)
        #expect(try rights("/cam-1/20261120-000000.mkv") == 0o644)
        #expect(try rights("/state.sqlite") == 0o600 && rights("/metrics/a.sqlite") == 0o600)
        // Closed already, it is no trouble.
        chmod(data, 0o700)
        #expect(try DataFolder(data, guests: []).notes.isEmpty)
    }

    @Test("that is to hold others' files lets them through from the start")
    func guests() throws {
        let notes = try DataFolder(data, guests: [data + "/textfile"]).notes
        #expect(try rights() == 0o755)
        #expect(notes.count == 1 && notes[0].contains("/textfile"))
    }

    @Test("of another user stays as it is and is named", .enabled(if: geteuid() == 0, "needs root"))
    func foreign() throws {
        try make(0o755, "state.sqlite", "metrics/a.sqlite")
        chown(data, 1, 1)
        chown(data + "/metrics/a.sqlite", 1, 1)
        let notes = try DataFolder(data, guests: []).notes
        #expect(notes.contains { $0.contains("belongs to another user") && $0.contains(data) }, "\(notes)")
        #expect(notes.contains { $0.contains("metrics/a.sqlite") && $0.contains("owner") })
        #expect(try rights() == 0o755 && rights("/state.sqlite") == 0o600 && rights("/metrics/a.sqlite") == 0o644)
    }
}
