import ArgumentParser
import Exposition
import Foundation
import Instruments
import Model

struct PageMeasure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "page", abstract: "Prints what a page of /metrics costs, as JSON.")

    @Option(help: "How many cameras.")
    var cameras = 1_000

    @Option(help: "How often the page is made.")
    var rounds = 50

    func run() throws {
        let registry = Registry()
        let perCamera = Catalogue.all.filter { $0.labelNames.first == "camera_id" && $0.kind != .histogram }
        var samples = 0
        for camera in 0..<cameras {
            // 26 samples a camera, with the values that such metrics have.
            for definition in (perCamera + perCamera).prefix(26) where samples < (camera + 1) * 26 {
                let isSecond = samples - camera * 26 >= perCamera.count
                let values = ["cam-\(camera)"] + definition.labelNames.dropFirst().map { isSecond ? "\($0)-2" : $0 }
                let value = Double(samples % 977) * (definition.kind == .counter ? 1_013 : 0.25)
                if definition.kind == .counter {
                    registry.counter(definition, labelValues: values).set(total: value)
                } else {
                    registry.gauge(definition, labelValues: values).set(value)
                }
                samples += 1
            }
        }
        var bytes = registry.page().count
        let before = ProcessCost.processorSeconds
        for _ in 0..<rounds { bytes = registry.page(.text).count }
        let cost = (ProcessCost.processorSeconds - before) / Double(rounds)
        let lines = registry.page().split(separator: UInt8(ascii: "\n")).count { $0.first != UInt8(ascii: "#") }
        print(#"{"samples": \#(lines), "bytes": \#(bytes), "cpu_ms": \#(cost * 1_000)}"#)
    }
}
