/// The host that watches a camera, where it is not this one: as the labels of its series name it.
public struct CameraNode: Sendable, Hashable, Codable, Comparable {
    /// The label `site`; empty where there is none.
    public let site: String
    /// The label `instance`.
    public let instance: String

    public init(site: String, instance: String) {
        self.site = site
        self.instance = instance
    }

    /// As people read it: `rec-1`, or `hcm / rec-1` where a site is named.
    public var name: String { site.isEmpty ? instance : "\(site) / \(instance)" }

    public static func < (left: CameraNode, right: CameraNode) -> Bool {
        (left.site, left.instance) < (right.site, right.instance)
    }
}
