import ArgumentParser
import Foundation
import Server

struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Prints the version.", discussion: "Example: watchpost version --json")

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        print(json ? #"{"version":"\#(WatchpostVersion.current)"}"# : "watchpost \(WatchpostVersion.current)")
    }
}
