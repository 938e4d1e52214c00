internal import GoTemplate
internal import Model

/// Reads any text as a template of a rule and of a notification, and expands it.
enum TemplateFuzzer: Fuzzer {
    private static let context = RuleTemplate.Context(
        labels: ["alertname": "CameraOffline", "camera_id": "gate <1>"], value: 17.5, externalURL: "http://h/p",
        now: 1_795_000_000_000,
        query: { text in
            text.isEmpty
                ? [] : [TemplateSample(labels: ["a": "b"], value: 1), TemplateSample(labels: .empty, value: .nan)]
        })

    private static let data = TemplateValue.map(
        TemplateMap(
            [
                "Labels": .texts(["a": "1", "b": "x\"'<&"]), "Count": .number(3),
                "Alerts": .list([.texts(["k": "v"]), .string("é\u{0}"), .number(-0.0)]),
            ], missing: nil))

    static func feed(_ data: UnsafePointer<UInt8>, _ size: Int) {
        guard size > 0 else { return }
        let text = String(decoding: UnsafeBufferPointer(start: data + 1, count: size - 1), as: UTF8.self)
        if data[0] & 1 == 0 {
            _ = try? RuleTemplate(text, name: "fuzz").expand(context)
        } else {
            let functions = NotificationFunctions.table(now: 1_795_000_000_000)
            let template = try? Template(text, name: "fuzz", functions: functions)
            for escapes in [false, true] { _ = try? template?.execute(Self.data, escapesHTML: escapes) }
        }
    }
}
