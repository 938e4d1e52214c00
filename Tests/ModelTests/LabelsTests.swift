import Model
import Testing

@Suite("Labels")
struct LabelsTests {
    @Test("are packed sorted by name, without empty values, the last of a name counting")
    func packing() {
        let labels = Labels([Label("b", "2"), Label("a", "x"), Label("c", ""), Label("a", "1")])
        #expect(labels.packed == [1, 0x61, 1, 0x31, 1, 0x62, 1, 0x32])
        #expect(labels == ["b": "2", "a": "1"])
        #expect(Array(labels) == [Label("a", "1"), Label("b", "2")])
        #expect(Labels([]).isEmpty && Labels.empty.packed.isEmpty)
    }

    @Test("with long texts and any Unicode come back from their bytes")
    func roundTrip() {
        let labels: Labels = [
            "name": String(repeating: "v", count: 20_000), "tên": "Cổng chính \u{0} 📷", "z": "\"\\\n",
        ]
        #expect(Labels(packed: labels.packed) == labels)
        #expect(labels["name"].utf8.count == 20_000 && labels["tên"] == "Cổng chính \u{0} 📷")
        #expect(labels.value(of: "absent") == nil && labels["absent"] == "")
    }

    @Test(
        "are not read from damaged bytes",
        arguments: [[1], [1, 0x61], [1, 0x61, 5, 0x31], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]] as [[UInt8]])
    func damage(_ bytes: [UInt8]) {
        #expect(Labels(packed: bytes) == nil)
    }

    @Test("differ where their bytes do, though they look the same")
    func equality() {
        let composed: Labels = ["site": "caf\u{e9}"]
        let decomposed: Labels = ["site": "cafe\u{301}"]
        #expect(composed != decomposed)
        #expect(composed["site"] == decomposed["site"])
    }

    @Test(
        "are ordered name by name and value by value",
        arguments: [
            ([:], ["a": "1"]), (["a": "1"], ["a": "2"]), (["a": "1"], ["a": "1", "b": "1"]),
            (["a": "1", "b": "2"], ["a": "2"]),
            (["a": "9"], ["b": "1"]), (["a": "1"], ["a": "10"]), (["a": "2", "c": "1"], ["a": "2", "d": "1"]),
            (["a": "z"], ["a": "é"]), (["a": "10", "b": "1"], ["a": "9"]),
        ] as [(Labels, Labels)])
    func order(_ smaller: Labels, _ larger: Labels) {
        #expect(smaller < larger && !(larger < smaller) && !(smaller < smaller))
    }

    @Test("lose and gain labels")
    func changes() {
        let labels: Labels = [Labels.metricName: "fps", "camera": "1", "site": "hcm"]
        #expect(labels.metricName == "fps")
        #expect(labels.withoutMetricName == ["camera": "1", "site": "hcm"])
        let names = LabelNames(["site", "absent", "camera1", "", "site"])
        #expect(names.kept(of: labels) == ["site": "hcm"])
        #expect(names.dropped(from: labels) == [Labels.metricName: "fps", "camera": "1"])
        #expect(LabelNames([]).kept(of: labels).isEmpty)
        #expect(LabelNames([]).dropped(from: labels) == labels)
        #expect(labels.setting("camera", "22") == [Labels.metricName: "fps", "camera": "22", "site": "hcm"])
        #expect(labels.setting("z", "1") == [Labels.metricName: "fps", "camera": "1", "site": "hcm", "z": "1"])
        #expect(
            labels.setting("site", "").setting("node", "n1") == [Labels.metricName: "fps", "camera": "1", "node": "n1"])
        var builder = LabelsBuilder(labels)
        builder.remove("camera")
        builder.set("site", "hanoi")
        #expect(builder["site"] == "hanoi" && builder["camera"] == "")
        #expect(builder.build() == [Labels.metricName: "fps", "site": "hanoi"])
    }

    @Test("are shown as PromQL writes them")
    func description() {
        #expect("\([Labels.metricName: "fps"] as Labels)" == "fps")
        #expect("\([Labels.metricName: "fps", "b": "x\"y\\z\n", "a": "1"] as Labels)" == #"fps{a="1", b="x\"y\\z\n"}"#)
        #expect("\(["a": "1"] as Labels)" == #"{a="1"}"#)
        #expect("\(Labels.empty)" == "{}")
    }

    @Test(
        "have classic names or others",
        arguments: [
            ("up", true, true), ("a:b", true, false), ("_x9", true, true), ("9x", false, false), ("", false, false),
            ("a-b", false, false), ("é", false, false),
        ])
    func classicNames(_ name: String, _ metric: Bool, _ label: Bool) {
        #expect(LabelText.isClassicMetricName(name) == metric && LabelText.isClassicLabelName(name) == label)
    }
}
