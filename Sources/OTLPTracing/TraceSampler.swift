internal import Model

/// Decides which traces are kept.
public struct TraceSampler: Sendable, Hashable {
    enum Rule: Hashable { case always, never, ratio(Double) }

    let root: Rule
    /// Whether a trace that another process began is kept where that one keeps it, whatever the rule says.
    let obeysParent: Bool

    init(_ root: Rule, obeysParent: Bool = false) {
        self.root = root
        self.obeysParent = obeysParent
    }

    public static let always = TraceSampler(.always)
    public static let never = TraceSampler(.never)

    /// That part of all traces, 0 to 1, chosen by their numbers: services with the same ratio keep the same traces.
    public static func ratio(_ ratio: Double) -> TraceSampler {
        // What is no number keeps nothing.
        TraceSampler(.ratio(min(1, ratio > 0 ? ratio : 0)))
    }

    /// What whoever began the trace decided; the other sampler for traces that begin here.
    public static func parentBased(_ root: TraceSampler = .always) -> TraceSampler {
        TraceSampler(root.root, obeysParent: true)
    }

    /// - Parameter parent: what was decided where the parent was made, if it was.
    func keeps(_ trace: TraceID, parent: Bool?) -> Bool {
        if obeysParent, let parent { return parent }
        switch root {
        case .always: return true
        case .never: return false
        case .ratio(let ratio): return ratio >= 1 || Double(trace.low) < ratio * 0x1p64
        }
    }
}
