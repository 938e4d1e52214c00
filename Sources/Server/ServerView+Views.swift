internal import Model
internal import SiteView
internal import State

extension ServerView {
    func savedViews() async throws -> [SavedView] {
        do { return try parts.state.views() } catch { throw LogSearchRefused("\(error)") }
    }

    func saveView(_ view: SavedView) async throws {
        let fits: Bool
        do { fits = try parts.state.save(view: view, most: SavedView.most) } catch {
            throw LogSearchRefused("\(error)")
        }
        if !fits { throw LogSearchRefused("there would be more than \(SavedView.most) views; delete some first") }
    }

    func removeView(_ name: String) async throws {
        do { try parts.state.removeView(name) } catch { throw LogSearchRefused("\(error)") }
    }
}
