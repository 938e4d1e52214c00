import Base
import Foundation
import TestSupport
import Testing

@Suite("Files that were found")
struct RegularFileTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        try folder.write("file", "text")
        mkfifo(folder.path + "/pipe", 0o600)
        try FileManager.default.createDirectory(atPath: folder.path + "/folder", withIntermediateDirectories: true)
        for name in ["file", "pipe", "nothing"] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder.path)/to-\(name)", withDestinationPath: name)
        }
    }

    private func reason(_ path: String, followsLinks: Bool = true) -> RegularFileError.Reason? {
        do throws(RegularFileError) {
            _ = try RegularFile.contents(path, atMost: 4, followsLinks: followsLinks)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test("are read where they are regular files, and nothing else is waited for", .timeLimit(.minutes(5)))
    func kinds() throws {
        let path = folder.path
        #expect(try RegularFile.contents(path + "/file", atMost: 4) == Array("text".utf8))
        #expect(try RegularFile.contents(path + "/to-file", atMost: 4) == Array("text".utf8))
        #expect(reason(path + "/pipe") == .notRegular && reason(path + "/to-pipe") == .notRegular)
        #expect(reason(path + "/folder") == .notRegular && reason("/dev/zero") == .notRegular)
        #expect(reason(path + "/nothing") == .absent && reason(path + "/to-nothing") == .absent)
        #expect(reason(path + "/to-file", followsLinks: false) == .link)
        try folder.write("long", "texts")
        #expect(reason(path + "/long") == .tooLarge)
    }

    @Test("of our own are replaced whole, and nobody else may read them")
    func privateFile() throws {
        let path = folder.path + "/own.json"
        #expect(PrivateFile.replace(path, with: "1".utf8) && PrivateFile.replace(path, with: "22".utf8))
        #expect(try RegularFile.contents(path, atMost: 4) == Array("22".utf8))
        let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(rights == 0o600)
        #expect(!PrivateFile.replace(folder.path + "/no/such/own.json", with: "1".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.hasSuffix(".new") })
    }
}
