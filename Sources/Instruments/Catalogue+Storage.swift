internal import Model

extension Catalogue {
    public static let storageProblems = MetricDefinition(
        "storage_problems", .gauge,
        "Things that are wrong with stored files, such as a data directory that was removed while the server ran; each "
            + "stands on the status page.", source: "the stores")

    static let storage = [storageProblems]
}
