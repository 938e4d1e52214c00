internal import Foundation
internal import Model
internal import SiteView

/// The cameras of the site as a list, each as a tile.
struct CameraListContent: PageContent {
    static let template = PageTemplate.cameraList

    let cameras: [CameraRow]
}

extension WebUI {
    /// The list of cameras, rendered.
    func cameraList(of overview: Overview) -> String {
        pages.part(
            CameraListContent(cameras: Self.ordered(overview.cameras).map { CameraRow($0, now: overview.now) }))
    }

    /// Those of this host, then those of each node, as people count.
    private static func ordered(_ cameras: [CameraStatus]) -> [CameraStatus] {
        Dictionary(grouping: cameras, by: \.node).sorted { left, right in
            guard let left = left.key else { return right.key != nil }
            return right.key.map { left.name.localizedStandardCompare($0.name) == .orderedAscending } ?? false
        }.flatMap { $0.value.sorted { $0.id.localizedStandardCompare($1.id) == .orderedAscending } }
    }
}
