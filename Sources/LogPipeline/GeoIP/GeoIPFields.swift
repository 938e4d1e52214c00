/// The fields that Logstash's geoip filter makes of what a database knows of an address.
///
/// https://www.elastic.co/guide/en/logstash/current/plugins-filters-geoip.html
package enum GeoIPField: String, CaseIterable, Sendable {
    case asn = "AUTONOMOUS_SYSTEM_NUMBER"
    case asOrganization = "AUTONOMOUS_SYSTEM_ORGANIZATION"
    case cityName = "CITY_NAME"
    case countryName = "COUNTRY_NAME"
    case continentCode = "CONTINENT_CODE"
    case continentName = "CONTINENT_NAME"
    case countryCode2 = "COUNTRY_CODE2"
    case countryCode3 = "COUNTRY_CODE3"
    case domain = "DOMAIN"
    case ip = "IP"
    case isp = "ISP"
    case postalCode = "POSTAL_CODE"
    case dmaCode = "DMA_CODE"
    case regionName = "REGION_NAME"
    case regionCode = "REGION_CODE"
    case regionISOCode = "REGION_ISO_CODE"
    case timeZone = "TIMEZONE"
    case location = "LOCATION"
    case latitude = "LATITUDE"
    case longitude = "LONGITUDE"
    case organization = "ORGANIZATION"
    case network = "NETWORK"
    case hostingProvider = "HOSTING_PROVIDER"
    case torExitNode = "TOR_EXIT_NODE"
    case anonymousVPN = "ANONYMOUS_VPN"
    case anonymous = "ANONYMOUS"
    case publicProxy = "PUBLIC_PROXY"
    case residentialProxy = "RESIDENTIAL_PROXY"

    /// The field of a name of the option `fields`, in either case.
    package init?(option: String) { self.init(rawValue: option.uppercased()) }

    /// Below the filter's target; `nil` for one that the Elastic Common Schema does not have.
    package func path(ecs: Bool) -> [String]? {
        guard ecs else {
            switch self {
            case .asn: return ["asn"]
            case .asOrganization: return ["as_org"]
            default: return [rawValue.lowercased()]
            }
        }
        switch self {
        case .asn: return ["as", "number"]
        case .asOrganization: return ["as", "organization", "name"]
        case .countryCode2: return ["geo", "country_iso_code"]
        case .countryCode3: return nil
        case .domain, .ip: return [rawValue.lowercased()]
        case .isp, .dmaCode, .organization: return ["mmdb", rawValue.lowercased()]
        case .latitude: return ["geo", "location", "lat"]
        case .longitude: return ["geo", "location", "lon"]
        case .network, .hostingProvider, .torExitNode, .anonymousVPN, .anonymous, .publicProxy, .residentialProxy:
            return ["ip_traits", rawValue.lowercased()]
        default: return ["geo", rawValue.lowercased()]
        }
    }
}

/// Which fields a database gives.
package struct GeoIPFields: Sendable {
    private enum Kind {
        case city, country, domain, asn, isp, enterprise, anonymous, unknown
    }

    private let kind: Kind
    private let fields: [GeoIPField]
    private let isECS: Bool

    /// - Parameters:
    ///   - type: the database's.
    ///   - ecs: whether names are those of the Elastic Common Schema (`v1`, `v8`), or the former ones (`disabled`).
    ///   - fields: those that are wanted; none means those that the filter gives of itself.
    package init(databaseType type: String, ecs: Bool, fields: [GeoIPField] = []) {
        isECS = ecs
        let kinds: [(String, Kind)] = [
            ("City", .city), ("Country", .country), ("Domain", .domain), ("ASN", .asn), ("ISP", .isp),
            ("Enterprise", .enterprise), ("Anonymous-IP", .anonymous),
        ]
        let kind = kinds.first { type.contains($0.0) }?.1 ?? .unknown
        self.kind = kind
        self.fields = fields.isEmpty ? Self.usual(kind, ecs) : fields
    }

    /// Whether Logstash's filter knows such a database.
    package var isKnown: Bool { kind != .unknown }

    private static func usual(_ kind: Kind, _ ecs: Bool) -> [GeoIPField] {
        switch kind {
        case .city:
            [
                .ip, .cityName, .continentCode, .countryName, .countryCode2, .countryCode3, .postalCode, .dmaCode,
                .regionName, ecs ? .regionISOCode : .regionCode, .timeZone, .location, .latitude, .longitude,
            ]
        case .country: [.ip, .countryCode2, .countryName, .continentName]
        case .domain: [.domain]
        case .asn: [.ip, .asn, .asOrganization]
        case .isp: [.ip, .asn, .asOrganization, .isp, .organization]
        case .enterprise:
            [
                .ip, .countryCode2, .countryName, .continentName, .regionISOCode, .regionName, .cityName, .location,
            ]
        case .anonymous: [.hostingProvider, .torExitNode, .anonymousVPN, .anonymous, .publicProxy, .residentialProxy]
        case .unknown: []
        }
    }

    /// What is put below the filter's target.
    /// - Returns: nothing where the lookup counts as failed: of a city whose place is not known too.
    package func pairs(
        for address: String, _ answer: IPDatabase.Answer
    ) -> [(path: [String], value: IPValue)] {
        guard let address = IPAddressBytes(address) else { return [] }
        let value = answer.value
        if kind == .city, value["location", "latitude"] == nil, value["location", "longitude"] == nil { return [] }
        return fields.compactMap { field in
            guard let path = field.path(ecs: isECS),
                let found = self.value(of: field, value, address, answer.prefixLength)
            else { return nil }
            return (path, found)
        }
    }

    private func value(
        of field: GeoIPField, _ value: IPValue, _ address: IPAddressBytes, _ prefixLength: Int
    ) -> IPValue? {
        let region: IPValue? = if case .list(let list)? = value["subdivisions"] { list.last } else { nil }
        let traits = kind == .enterprise ? value["traits"] : value
        func flag(_ name: String) -> IPValue { traits?[name] ?? .flag(false) }
        switch field {
        case .asn: return traits?["autonomous_system_number"]
        case .asOrganization: return traits?["autonomous_system_organization"]
        case .cityName: return value["city", "names", "en"]
        case .countryName: return value["country", "names", "en"]
        case .continentCode: return value["continent", "code"]
        case .continentName: return value["continent", "names", "en"]
        case .countryCode2, .countryCode3: return value["country", "iso_code"]
        case .domain: return traits?["domain"]
        case .ip: return .text(address.text)
        case .isp: return traits?["isp"]
        case .postalCode: return value["postal", "code"]
        case .dmaCode: return value["location", "metro_code"]
        case .regionName: return region?["names", "en"]
        case .regionCode: return region?["iso_code"]
        case .regionISOCode:
            guard let country = value["country", "iso_code"]?.asText, let code = region?["iso_code"]?.asText else {
                return nil
            }
            return .text("\(country)-\(code)")
        case .timeZone: return value["location", "time_zone"]
        case .location:
            guard let latitude = value["location", "latitude"], let longitude = value["location", "longitude"] else {
                return nil
            }
            return .fields(["lat": latitude, "lon": longitude])
        case .latitude: return value["location", "latitude"]
        case .longitude: return value["location", "longitude"]
        case .organization: return traits?["organization"]
        case .network:
            var bytes = address.bytes
            for bit in prefixLength..<max(prefixLength, bytes.count * 8) { bytes[bit / 8] &= ~(128 >> UInt8(bit % 8)) }
            return .text("\(IPAddressBytes(bytes: bytes).text)/\(prefixLength)")
        case .hostingProvider: return flag("is_hosting_provider")
        case .torExitNode: return flag("is_tor_exit_node")
        case .anonymousVPN: return flag("is_anonymous_vpn")
        case .anonymous: return flag("is_anonymous")
        case .publicProxy: return flag("is_public_proxy")
        case .residentialProxy: return flag("is_residential_proxy")
        }
    }
}
