internal import Foundation
internal import Instruments

/// What AI workers would measure: pictures that wait, and those that were looked at. Three workers; what comes faster than
/// they can look at it waits.
struct DemoPlateReader {
    /// A kind of work, and how many pictures of it come in a second.
    private struct Job {
        let type: String
        let coming: Double
        var waiting = 0
    }

    private let registry: Registry
    private let cameras: [String]
    private var jobs = [Job(type: "lpr", coming: 2.2), Job(type: "motion", coming: 0.8)]
    /// Seconds of the workers' time that are left of this second.
    private var time = 0.0

    private static let workers = 3.0
    /// Pictures that a queue has room for; older ones are forgotten.
    private static let waitingMax = 500

    init(registry: Registry, cameras: [String]) {
        self.registry = registry
        self.cameras = cameras
        for job in jobs {
            registry.gauge(Catalogue.aiJobsQueuedTotal, job.type).set(0)
            for status in ["done", "failed"] {
                registry.counter(Catalogue.aiJobsProcessedTotal, job.type, status).increment(by: 0)
            }
        }
        for (index, camera) in cameras.enumerated() {
            registry.gauge(Catalogue.lprDetectionAccuracy, camera).set(0.93 + Double(index % 4) * 0.012)
        }
    }

    /// Pictures that wait.
    var waiting: Int { jobs.reduce(0) { $0 + $1.waiting } }

    /// A second passes.
    /// - Parameters:
    ///   - inference: seconds that a picture takes.
    ///   - condition: how a camera is: of one that is down come no pictures.
    /// - Returns: how many pictures were looked at for plates.
    mutating func tick(inference: Double, _ condition: (_ camera: String) -> CameraCondition) -> Int {
        let seen = cameras.filter { condition($0) != .down }
        let share = cameras.isEmpty ? 0 : Double(seen.count) / Double(cameras.count)
        // Time that nobody needed is gone.
        time = min(time, 0) + Self.workers
        for index in jobs.indices {
            jobs[index].waiting += Self.count(jobs[index].coming * share)
            jobs[index].waiting = min(jobs[index].waiting, Self.waitingMax)
        }
        var plates = 0
        while time > 0, let index = jobs.indices.max(by: { jobs[$0].waiting < jobs[$1].waiting }),
            jobs[index].waiting > 0
        {
            let seconds = inference * .random(in: 0.7...1.5)
            time -= seconds
            jobs[index].waiting -= 1
            finish(jobs[index].type, seconds)
            if jobs[index].type == "lpr" { plates += 1 }
        }
        for job in jobs { registry.gauge(Catalogue.aiJobsQueuedTotal, job.type).set(Double(job.waiting)) }
        for camera in seen {
            let accuracy = registry.gauge(Catalogue.lprDetectionAccuracy, camera)
            accuracy.set(min(0.985, max(0.9, accuracy.value + .random(in: -0.002...0.002))))
            if Int.random(in: 0..<8) == 0 { registry.counter(Catalogue.motionEventsDetectedTotal, camera).increment() }
        }
        return plates
    }

    private func finish(_ type: String, _ seconds: Double) {
        let status = Int.random(in: 0..<40) == 0 ? "failed" : "done"
        registry.counter(Catalogue.aiJobsProcessedTotal, type, status).increment()
        registry.histogram(Catalogue.aiProcessingDurationSeconds, type).observe(seconds)
    }

    /// A whole number that is so large on average.
    private static func count(_ mean: Double) -> Int {
        let varied = mean * .random(in: 0.5...1.5)
        return Int(varied) + (Double.random(in: 0..<1) < varied - varied.rounded(.down) ? 1 : 0)
    }
}
