internal import Foundation
internal import Model
internal import SiteView

/// What is wrong at the site: a row a fault.
struct FaultsContent: PageContent {
    static let template = PageTemplate.faults

    /// That all is well, in more words, where it is.
    let calm: String?
    let faults: [FaultRow]
    /// Who reads it, for the forms.
    let reader: String
    /// That there are more than are shown.
    let more: String?
}

extension WebUI {
    /// More would fill the page; the count says how many there are.
    private static let faultsMax = 200

    /// What is wrong, rendered.
    func faults(of overview: Overview, calm: String?) -> String {
        let rest = overview.faults.count - Self.faultsMax
        let links = FaultLinks(overview)
        return pages.part(
            FaultsContent(
                calm: calm,
                faults: overview.faults.prefix(Self.faultsMax).map { FaultRow($0, links, now: overview.now) },
                reader: Reader.current.name,
                more: rest > 0 ? say("faults.more", ["count": .number(rest)]) : nil))
    }
}
