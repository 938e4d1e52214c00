internal import Base

/// When something is counted, by both clocks in milliseconds.
struct Moment: Sendable {
    /// Since the Unix epoch: what is shown.
    let wall: Int64
    /// What is waited by: nobody sets it.
    let steady: Int64

    init(_ source: some TimeSource) {
        wall = source.now()
        steady = source.steady()
    }
}
