import Grok
import LogDocuments

struct Todo: PipelineFilter {
    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome { .passed }
}
struct CSVText { static func values(of: String) -> [String] { [] } }
