import ArgumentParser
import PromQL

/// Which parts of PromQL are on that are off otherwise.
struct FeatureOptions: ParsableArguments {
    @Option(
        name: .customLong("enable-feature"),
        help: "Parts of PromQL that are off otherwise, with commas between: promql-experimental-functions, …")
    var names = ""

    func features() throws -> Set<PromQLFeature> {
        do { return try PromQLFeature.named(names) } catch { throw ValidationError(error.description) }
    }
}
