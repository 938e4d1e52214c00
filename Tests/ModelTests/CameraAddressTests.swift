import Model
import Testing

@Suite("A stream's address")
struct CameraAddressTests {
    @Test(
        "is divided where its host stands, or not at all",
        arguments: [
            ("rtsp://10.0.0.5/s", nil, "10.0.0.5/s"),
            ("rtsp://u:p@cam.lan:554/s", "u:p", "cam.lan:554/s"),
            ("rtsp://u:Top@Word#88@10.0.0.5:22000/s", "u:Top@Word#88", "10.0.0.5:22000/s"),
            ("rtsp://u:Sun@3moon/y@10.0.0.5/s", "u:Sun@3moon/y", "10.0.0.5/s"),
            ("rtsp://u:q@ss/r#st:\"2@[fe80::1]:554/s", "u:q@ss/r#st:\"2", "[fe80::1]:554/s"),
            ("rtsp://u:a/b?c@cam.lan/s", "u:a/b?c", "cam.lan/s"),
            ("rtsp://u:a:b%@localhost/s", "u:a:b%", "localhost/s"),
            ("rtsp://10.0.0.5:554/live@hd", nil, "10.0.0.5:554/live@hd"),
            ("rtsp://u:p@10.0.0.5/live@hd", "u:p", "10.0.0.5/live@hd"),
            ("rtsp://cam.lan/live@hd", nil, "cam.lan/live@hd"),
            ("rtsp://cam.lan:554/user=u&password=p@x&n=1", nil, "cam.lan:554/user=u&password=p@x&n=1"),
        ] as [(String, String?, String)])
    func divided(_ text: String, _ credentials: String?, _ place: String) throws {
        let address = try #require(CameraAddress(text))
        #expect(address.credentials.map(String.init) == credentials)
        #expect(address.place == place)
    }

    @Test(
        "that can be read in two ways is refused",
        arguments: [
            "rtsp://u:Top@Word#88@cam.lan/s", "rtsp://u:12/6@cam.lan/s", "rtsp://u:a@10.0.0.5/b@10.0.0.6/s",
        ])
    func refused(_ text: String) { #expect(CameraAddress(text) == nil) }

    @Test(
        "is written for other programs as they read it",
        arguments: [
            ("rtsp://u:q@ss/r#st:\"2@10.0.0.5/s", "rtsp://u:q%40ss%2Fr%23st%3A%222@10.0.0.5/s"),
            ("rtsp://u:a%40b/c@10.0.0.5/s", "rtsp://u:a%40b%2Fc@10.0.0.5/s"),
            ("rtsp://u:p%40@10.0.0.5/s", "rtsp://u:p%40@10.0.0.5/s"), ("rtsp://10.0.0.5/s", "rtsp://10.0.0.5/s"),
        ])
    func encoded(_ text: String, _ expected: String) { #expect(CameraAddress.encoded(text) == expected) }
}
