import Recorders
import SiteView
import Testing

@testable import Server

@Suite("Pictures that were made a moment ago")
struct PictureStoreTests {
    private static func key(_ name: String) -> PictureStore.Key {
        PictureStore.Key(camera: "gate", segments: [RecordedSegment(path: name, modified: 1, named: nil)])
    }

    @Test("are the same for all who ask, as are refusals, until other footage is there")
    func kept() throws {
        let store = PictureStore()
        #expect(store.answer(Self.key("a")) == nil)
        store.keep(.success(CameraPicture(bytes: [1], time: 2)), as: Self.key("a"))
        #expect(try store.answer(Self.key("a"))?.get() == CameraPicture(bytes: [1], time: 2))
        #expect(store.answer(Self.key("b")) == nil)
        store.keep(.failure(PictureRefused("why")), as: Self.key("b"))
        #expect(throws: PictureRefused.self) { try store.answer(Self.key("b"))?.get() }
        // What is kept has bounds.
        for index in 0..<40 { store.keep(.failure(PictureRefused("\(index)")), as: Self.key("\(index)")) }
        #expect(store.answer(Self.key("39")) == nil)
    }
}
