/// What programs write of themselves, in the manner of uap-core: the first row whose pattern is found counts. Names are those
/// that uap-core gives.
///
/// https://github.com/ua-parser/uap-core/blob/master/docs/specification.md
enum UserAgentTable {
    struct Row {
        let pattern: String
        /// With the first group at `$1`; `nil` for the first group alone. Groups behind the name are the version.
        let name: String?
        /// The version where the groups do not say it.
        let versions: [String]?

        init(_ pattern: String, _ name: String? = nil, versions: [String]? = nil) {
            self.pattern = pattern
            self.name = name
            self.versions = versions
        }
    }

    /// Up to three parts of a version behind a name, which may be missing.
    private static let version = #"(?:[/ ]v?(\d+)(?:\.(\d+)(?:\.(\d+))?)?)?"#
    private static let version4 = #"(\d+)(?:\.(\d+)(?:\.(\d+)(?:\.(\d+))?)?)?"#
    private static let version3 = #"(\d+)(?:\.(\d+)(?:\.(\d+))?)?"#

    /// Those that nobody sits before.
    static let bots: [Row] = [
        Row("facebookexternalhit/\(version3)", "FacebookBot"),
        Row(#"Yahoo! Slurp"#, "Yahoo! Slurp", versions: []),
        Row(#"Pingdom\.com_bot_version_(\d+)\.(\d+)"#, "PingdomBot"),
        Row(#"(TelegramBot|PetalBot|Bytespider)(?:/(\d+)(?:\.(\d+))?)?"#),
        Row(#"^(WhatsApp)/(\d+)(?:\.(\d+)(?:\.(\d+))?)?"#),
        Row("(Googlebot(?:-Image|-News|-Video)?|AdsBot-Google(?:-Mobile)?|Google-InspectionTool)\(version)"),
        Row("(Mediapartners-Google|APIs-Google|FeedFetcher-Google|Storebot-Google)\(version)"),
        Row("(bingbot|BingPreview|adidxbot|msnbot)\(version)"),
        Row("(Baiduspider(?:-image|-video)?|Sogou web spider|360Spider|YisouSpider)\(version)"),
        Row("(Slackbot-LinkExpanding|Slack-ImgProxy|Slackbot)\(version)"),
        Row("(masscan|Nmap Scripting Engine|zgrab|CensysInspect|Nikto|sqlmap|nuclei|NetcraftSurveyAgent)\(version)"),
        Row(#"(Python-urllib)/(\d+)\.(\d+)"#),
        Row(#"^(Java)/(\d+)(?:\.(\d+)(?:\.(\d+))?)?"#),
        Row(#"([A-Za-z][A-Za-z0-9_-]*(?:[Bb]ot|BOT|[Cc]rawler|[Ss]pider|Robot))\b(?:-[A-Za-z]+)?"# + version),
        Row(#"(ia_archiver|archive\.org_bot|heritrix)"# + version),
    ]

    static let programs: [Row] = [
        // Applications that show pages.
        Row(#"\[(?:FBAN|FB_IAB)/.*FBAV/(\d+)(?:\.(\d+)(?:\.(\d+))?)?"#, "Facebook"),
        Row(#"Instagram[ /](\d+)\.(\d+)(?:\.(\d+))?"#, "Instagram"),
        Row(#"MicroMessenger/(\d+)\.(\d+)(?:\.(\d+))?"#, "WeChat"),
        Row(#"Snapchat[ /](\d+)\.(\d+)(?:\.(\d+))?"#, "Snapchat"),
        Row(#"(Slack|Slack_SSB)/(\d+)\.(\d+)(?:\.(\d+))?"#, "Slack Desktop Client"),
        // Browsers that name Chrome or Safari too.
        Row(#"YaBrowser/(\d+)\.(\d+)(?:\.(\d+))?"#, "Yandex Browser"),
        Row(#"(Vivaldi|Iron|Whale|Brave|Falkon|QtWebEngine|Puffin)/(\d+)\.(\d+)(?:\.(\d+))?"#),
        Row(#"Opera Mini/(?:att/)?(\d+)(?:\.(\d+))?"#, "Opera Mini"),
        Row(#"Mobile.*OPR/(\d+)\.(\d+)(?:\.(\d+))?"#, "Opera Mobile"),
        Row(#"OPR/(\d+)\.(\d+)(?:\.(\d+))?"#, "Opera"),
        Row(#"Opera/.*Opera Mobi.*Version/(\d+)\.(\d+)"#, "Opera Mobile"),
        Row(#"Opera/.*Version/(\d+)\.(\d+)"#, "Opera"),
        Row(#"Opera[/ ](\d+)\.(\d+)"#, "Opera"),
        Row(#"SamsungBrowser/(\d+)\.(\d+)"#, "Samsung Internet"),
        Row(#"\bSilk/(\d+)\.(\d+)(?:\.(\d+))?"#, "Amazon Silk"),
        Row(#"UC ?Browser[ /]?(\d+)\.(\d+)(?:\.(\d+))?"#, "UC Browser"),
        Row(#"MiuiBrowser/(\d+)\.(\d+)(?:\.(\d+))?"#, "MiuiBrowser"),
        Row(#"DuckDuckGo/(\d+)(?:\.(\d+))?"#, "DuckDuckGo Mobile"),
        Row("(?:EdgiOS|EdgA)/\(version4)", "Edge Mobile"),
        Row("(?:Edg|Edge)/\(version4)", "Edge"),
        Row("CriOS/\(version4)", "Chrome Mobile iOS"),
        Row(#"FxiOS/(\d+)\.(\d+)(?:\.(\d+))?"#, "Firefox iOS"),
        Row(#"GSA/(\d+)\.(\d+)(?:\.(\d+))?"#, "Google"),
        Row(#"HeadlessChrome(?:/(\d+)(?:\.(\d+)(?:\.(\d+))?)?)?"#, "HeadlessChrome"),
        Row(#"(Electron)/(\d+)\.(\d+)(?:\.(\d+))?"#),
        Row("(Chromium)/\(version4)"),
        Row("Version/.+Chrome/\(version4) Mobile", "Chrome Mobile WebView"),
        Row("; wv\\).+Chrome/\(version4)", "Chrome Mobile WebView"),
        Row("Chrome/\(version4) Mobile", "Chrome Mobile"),
        Row("Chrome/\(version4)", "Chrome"),
        // Mozilla's.
        Row(#"(SeaMonkey|Thunderbird|PaleMoon|Waterfox|K-Meleon|Camino)/(\d+)\.(\d+)(?:\.(\d+))?"#),
        Row(#"(?:Android|Mobile|Tablet).*Firefox/(\d+)\.(\d+)(?:\.(\d+))?"#, "Firefox Mobile"),
        Row(#"Firefox/(\d+)\.(\d+)(?:\.(\d+))?"#, "Firefox"),
        // Microsoft's former ones.
        Row(#"IEMobile[ /](\d+)\.(\d+)"#, "IE Mobile"),
        Row(#"MSIE (\d+)\.(\d+)"#, "IE"),
        Row(#"Trident/.*rv:(\d+)\.(\d+)"#, "IE"),
        Row(#"(WindowsPowerShell|PowerShell)/(\d+)\.(\d+)(?:\.(\d+))?"#),
        // Android's and Apple's.
        Row(#"Android[ -](\d+)(?:\.(\d+)(?:[.-](\d+))?)?.*(?:Version/.*Safari|; U;|Build/)"#, "Android"),
        Row(#"(?:iPhone|iPad|iPod).*Version/(\d+)\.(\d+)(?:\.(\d+))?.* Safari"#, "Mobile Safari"),
        Row(#"(?:iPhone|iPad|iPod)"#, "Mobile Safari UI/WKWebView", versions: []),
        Row(#"Version/(\d+)\.(\d+)(?:\.(\d+))?.*Safari/"#, "Safari"),
        Row(#"(Konqueror|Epiphany|Midori|Lynx|Links|w3m)/(\d+)\.(\d+)(?:\.(\d+))?"#),
        // Media.
        Row(#"\b(VLC|LibVLC)/(\d+)\.(\d+)(?:\.(\d+))?"#),
        Row(#"\b(Lavf)[/ ]?(\d+)\.(\d+)(?:\.(\d+))?"#),
        Row(#"(?i:ffmpeg)[/ ]?n?(\d+)(?:\.(\d+)(?:\.(\d+))?)?"#, "FFmpeg"),
        Row(#"^(GStreamer|mpv|Kodi|MPlayer|QuickTime|Windows-Media-Player|NSPlayer|Winamp|foobar2000)"# + version),
        Row(#"^(LIVE555 Streaming Media|ExoPlayerLib|AndroidXMedia3)(?: v|/)?(\d+)?(?:\.(\d+)(?:\.(\d+))?)?"#),
        // Libraries and tools.
        Row(#"^python-requests/(\d+)\.(\d+)"#, "Python Requests"),
        Row(#"Python/3\.\d+ aiohttp/(\d+)\.(\d+)(?:\.(\d+))?"#, "Python aiohttp"),
        Row(#"^(curl|Wget|libcurl|HTTPie|Lynx|aria2)/(\d+)(?:\.(\d+)(?:\.(\d+))?)?"#),
        Row(#"^(Go-http-client|Apache-HttpClient|Commons-HttpClient|okhttp|axios|node-fetch|got|undici)"# + version),
        Row(
            #"^(libwww-perl|PycURL|python-httpx|aiohttp|urllib3|Guzzle(?:Http)?|Faraday|rest-client|Ruby|PHP)"#
                + version),
        Row(
            #"^(PostmanRuntime|insomnia|Dart|reqwest|hyper|Jersey|RestSharp|gSOAP|axis|git|docker|containerd)"#
                + version),
        Row(#"^(elasticsearch-py|elastic-transport-python|opensearch-py|Elastic-[A-Za-z]+|Filebeat|Kibana)"# + version),
        // Watching.
        Row(#"^(Prometheus|Grafana|Alertmanager|vmagent|Telegraf|OpenTelemetry|OTel-[\w-]+|Zabbix|Nagios)"# + version),
        Row(
            #"^(kube-probe|ELB-HealthChecker|GoogleHC|Uptime-Kuma|Datadog|Site24x7|StatusCake|check_http|HAProxy)"#
                + version),
        Row(#"^(Amazon CloudFront|Cloudflare-[\w-]+|GitHub-Hookshot)"# + version),
        // Applications of Apple's systems that say no more than their name.
        Row(#"^([^/]+)/(\d+)(?:\.(\d+)(?:\.(\d+))?)?.* CFNetwork/"#),
    ]

    static let systems: [Row] =
        [
            Row(#"Windows Phone (?:OS )?(\d+)\.(\d+)"#, "Windows Phone"),
            Row(#"Windows NT (?:10\.0|6\.4)"#, "Windows", versions: ["10"]),
            Row(#"Windows NT 6\.3"#, "Windows", versions: ["8", "1"]),
            Row(#"Windows NT 6\.2"#, "Windows", versions: ["8"]),
            Row(#"Windows NT 6\.1"#, "Windows", versions: ["7"]),
            Row(#"Windows NT 6\.0"#, "Windows", versions: ["Vista"]),
            Row(#"Windows NT 5\.[12]"#, "Windows", versions: ["XP"]),
            Row(#"Windows (?:NT 5\.0|2000)"#, "Windows", versions: ["2000"]),
            Row(#"Windows (95|98|ME|XP|CE|7|8|10|11)\b"#, "Windows"),
            Row(#"(?i:windows)"#, "Windows", versions: []),
            Row(#"(Tizen|webOS|KAIOS|HarmonyOS)[ /](\d+)(?:\.(\d+)(?:\.(\d+))?)?"#),
            Row(#"Android[ /-](\d+)(?:\.(\d+)(?:[.-](\d+))?)?"#, "Android"),
            Row(#"Android"#, "Android", versions: []),
            Row(#"(?:CPU|iPhone) OS (\d+)[_.](\d+)(?:[_.](\d+))?"#, "iOS"),
            Row(#"\b(?:iOS|iPhone OS|iPadOS)[ /](\d+)(?:\.(\d+)(?:\.(\d+))?)?"#, "iOS"),
            Row(#"(tvOS|watchOS)[ /](\d+)(?:\.(\d+)(?:\.(\d+))?)?"#),
        ]
        + [("18", "12"), ("19", "13"), ("20", "14"), ("21", "15"), ("22", "16"), ("23", "17"), ("24", "18")].flatMap {
            darwin, version in
            // Its minor version is that of the kernel, of which some are written out.
            (0...7).map { Row(#"CFNetwork/.* Darwin/\#(darwin)\.\#($0)\b"#, "iOS", versions: [version, String($0)]) }
        } + [
            Row(#"Mac OS X (\d+)[_.](\d+)(?:[_.](\d+))?"#, "Mac OS X"),
            Row(#"(?:Mac OS X|Macintosh|Mac_PowerPC)"#, "Mac OS X", versions: []),
            Row(#"CrOS \S+ (\d+)\.(\d+)(?:\.(\d+))?"#, "Chrome OS"),
            Row(
                #"(Ubuntu|Debian|Fedora|Red Hat|CentOS|SUSE|Gentoo|Arch Linux|Raspbian)(?:[/ -](\d+)(?:\.(\d+)(?:\.(\d+))?)?)?"#
            ),
            Row(#"(FreeBSD|OpenBSD|NetBSD|SunOS)(?:[ /](\d+)(?:\.(\d+))?)?"#),
            Row(#"(?i:linux)"#, "Linux", versions: []),
            Row(#"(BlackBerry|Symbian|PLAYSTATION)"#, versions: []),
        ]

    static let devices: [Row] = [
        Row(#"(iPhone|iPad|iPod)"#),
        Row(#"(PlayStation \d|Xbox(?: One| Series X)?|Nintendo (?:Switch|WiiU|3DS))"#),
        Row(#"SMART-TV"#, "Samsung SMART-TV"),
        Row(#"AFT[A-Z0-9]+"#, "Kindle"),
        Row(#"Android[^;)]*; (?:U; )?(?:[a-z]{2}[-_][a-zA-Z]{2}; )?Mobile[;)]"#, "Generic Smartphone"),
        Row(#"Android[^;)]*; (?:U; )?(?:[a-z]{2}[-_][a-zA-Z]{2}; )?Tablet[;)]"#, "Generic Tablet"),
        Row(
            #"Android[^;)]*; (?:U; )?(?:[a-z]{2}[-_][a-zA-Z]{2}; )?(?i:samsung )?((?:SM|GT|SGH|SHV)-[^;/)]+?)(?: Build/|[;/)])"#,
            "Samsung $1"),
        Row(
            #"Android[^;)]*; (?:U; )?(?:[a-z]{2}[-_][a-zA-Z]{2}; )?((?:Redmi|Mi |POCO|M2\d)[^;/)]*?)(?: Build/|[;/)])"#,
            "XiaoMi $1"),
        Row(#"Android[^;)]*; (?:U; )?(?:[a-z]{2}[-_][a-zA-Z]{2}; )?([^;/)]+?)(?: Build/|[;/)])"#),
        Row(#"Macintosh"#, "Mac"),
        Row(#"CFNetwork/.* Darwin/"#, "iOS-Device"),
    ]
}
