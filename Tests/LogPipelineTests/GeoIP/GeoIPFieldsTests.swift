import Testing

@testable import LogPipeline

@Suite("Fields of the geoip filter")
struct GeoIPFieldsTests {
    private static let city: IPValue = .fields([
        "city": .fields(["names": .fields(["en": .text("Boxford")])]),
        "continent": .fields(["code": .text("EU"), "names": .fields(["en": .text("Europe")])]),
        "country": .fields(["iso_code": .text("GB"), "names": .fields(["en": .text("United Kingdom")])]),
        "location": .fields([
            "latitude": .number(51.75), "longitude": .number(-1.25), "time_zone": .text("Europe/London"),
        ]),
        "postal": .fields(["code": .text("OX1")]),
        "subdivisions": .list([
            .fields(["iso_code": .text("ENG"), "names": .fields(["en": .text("England")])]),
            .fields(["iso_code": .text("WBK"), "names": .fields(["en": .text("West Berkshire")])]),
        ]),
    ])

    private static func lines(
        _ type: String, ecs: Bool, _ value: IPValue, fields: [GeoIPField] = [], address: String = "2.125.160.216"
    ) -> [String] {
        GeoIPFields(databaseType: type, ecs: ecs, fields: fields)
            .pairs(for: address, .init(value: value, prefixLength: 29))
            .map { pair in pair.path.map { "[\($0)]" }.joined() + " \(text(pair.value))" }.sorted()
    }

    private static func text(_ value: IPValue) -> String {
        switch value {
        case .text(let text): text
        case .number(let number): "\(number)"
        case .integer(let integer): "\(integer)"
        case .flag(let flag): "\(flag)"
        case .fields(let fields):
            "{" + fields.sorted { $0.key < $1.key }.map { "\($0.key) \(text($0.value))" }.joined(separator: ", ") + "}"
        default: "?"
        }
    }

    @Test("of a city have their former names without the Elastic Common Schema")
    func formerNames() {
        #expect(
            Self.lines("GeoLite2-City", ecs: false, Self.city) == [
                "[city_name] Boxford", "[continent_code] EU", "[country_code2] GB", "[country_code3] GB",
                "[country_name] United Kingdom", "[ip] 2.125.160.216", "[latitude] 51.75",
                "[location] {lat 51.75, lon -1.25}", "[longitude] -1.25", "[postal_code] OX1", "[region_code] WBK",
                "[region_name] West Berkshire", "[timezone] Europe/London",
            ])
    }

    @Test("of a city have the names of the Elastic Common Schema with it")
    func names() {
        #expect(
            Self.lines("GeoLite2-City", ecs: true, Self.city) == [
                "[geo][city_name] Boxford", "[geo][continent_code] EU", "[geo][country_iso_code] GB",
                "[geo][country_name] United Kingdom", "[geo][location] {lat 51.75, lon -1.25}",
                "[geo][location][lat] 51.75", "[geo][location][lon] -1.25", "[geo][postal_code] OX1",
                "[geo][region_iso_code] GB-WBK", "[geo][region_name] West Berkshire", "[geo][timezone] Europe/London",
                "[ip] 2.125.160.216",
            ])
    }

    @Test("of other databases are those that the filter gives of them")
    func otherKinds() {
        let asn: IPValue = .fields([
            "autonomous_system_number": .integer(1_221), "autonomous_system_organization": .text("Telstra Pty Ltd"),
        ])
        #expect(
            Self.lines("GeoLite2-ASN", ecs: false, asn) == [
                "[as_org] Telstra Pty Ltd", "[asn] 1221", "[ip] 2.125.160.216",
            ])
        #expect(
            Self.lines("GeoLite2-ASN", ecs: true, asn, address: "2001:db8::1") == [
                "[as][number] 1221", "[as][organization][name] Telstra Pty Ltd", "[ip] 2001:db8:0:0:0:0:0:1",
            ])
        #expect(
            Self.lines("GeoLite2-ASN", ecs: true, asn, fields: [.network, .countryCode3]) == [
                "[ip_traits][network] 2.125.160.216/29"
            ])
        #expect(
            Self.lines("GeoLite2-Country", ecs: false, Self.city) == [
                "[continent_name] Europe", "[country_code2] GB", "[country_name] United Kingdom", "[ip] 2.125.160.216",
            ])
        #expect(Self.lines("GeoIP2-Anonymous-IP", ecs: false, .fields(["is_anonymous": .flag(true)])).count == 6)
        #expect(!GeoIPFields(databaseType: "GeoIP2-Precision", ecs: true).isKnown)
    }

    @Test("are none where the place of a city is not known, and options name them in either case")
    func failures() {
        #expect(Self.lines("GeoLite2-City", ecs: true, .fields(["city": .fields([:])])).isEmpty)
        #expect(GeoIPField(option: "city_name") == .cityName && GeoIPField(option: "town") == nil)
    }
}
