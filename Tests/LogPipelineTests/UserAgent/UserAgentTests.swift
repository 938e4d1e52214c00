import Testing

@testable import LogPipeline

@Suite("User agents")
struct UserAgentTests {
    private static let mozilla = "Mozilla/5.0 "
    private static let webkit = "AppleWebKit/537.36 (KHTML, like Gecko) "
    private static let apple = "AppleWebKit/605.1.15 (KHTML, like Gecko) "

    @Test(
        "are known by program, system and device",
        arguments: [
            (
                mozilla + "(Windows NT 10.0; Win64; x64) " + webkit + "Chrome/120.0.6099.71 Safari/537.36",
                "Chrome 120.0.6099.71", "Windows 10", "Other"
            ),
            (
                mozilla + "(Windows NT 10.0; Win64; x64) " + webkit
                    + "Chrome/120.0.0.0 Safari/537.36 Edg/120.0.2210.61",
                "Edge 120.0.2210.61", "Windows 10", "Other"
            ),
            (
                mozilla + "(Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko", "IE 11.0", "Windows 7", "Other"
            ),
            (mozilla + "(compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)", "IE 10.0", "Windows 8", "Other"),
            (
                mozilla + "(Windows NT 6.3) " + webkit + "Chrome/80.0.3987.132 Safari/537.36 OPR/67.0.3575.31",
                "Opera 67.0.3575", "Windows 8.1", "Other"
            ),
            (
                mozilla + "(Macintosh; Intel Mac OS X 10_15_7) " + apple + "Version/17.1 Safari/605.1.15",
                "Safari 17.1", "Mac OS X 10.15.7", "Mac"
            ),
            (
                mozilla + "(X11; Ubuntu; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0", "Firefox 115.0",
                "Ubuntu", "Other"
            ),
            (
                mozilla + "(X11; CrOS x86_64 14541.0.0) " + webkit + "Chrome/119.0.0.0 Safari/537.36",
                "Chrome 119.0.0.0", "Chrome OS 14541.0.0", "Other"
            ),
            (
                mozilla + "(X11; Linux x86_64) " + webkit + "HeadlessChrome/119.0.6045.105 Safari/537.36",
                "HeadlessChrome 119.0.6045", "Linux", "Other"
            ),
            (
                mozilla + "(iPhone; CPU iPhone OS 17_1_2 like Mac OS X) " + apple
                    + "Version/17.1.2 Mobile/15E148 Safari/604.1", "Mobile Safari 17.1.2", "iOS 17.1.2", "iPhone"
            ),
            (
                mozilla + "(iPhone; CPU iPhone OS 17_1 like Mac OS X) " + apple
                    + "CriOS/119.0.6045.169 Mobile/15E148 Safari/604.1", "Chrome Mobile iOS 119.0.6045.169", "iOS 17.1",
                "iPhone"
            ),
            (
                mozilla + "(iPad; CPU OS 16_7 like Mac OS X) " + apple + "Mobile/15E148", "Mobile Safari UI/WKWebView",
                "iOS 16.7", "iPad"
            ),
            (
                mozilla + "(Linux; Android 13; Pixel 7) " + webkit + "Chrome/119.0.6045.163 Mobile Safari/537.36",
                "Chrome Mobile 119.0.6045.163", "Android 13", "Pixel 7"
            ),
            (
                mozilla + "(Linux; Android 13; SM-G991B) " + webkit
                    + "SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36", "Samsung Internet 23.0",
                "Android 13",
                "Samsung SM-G991B"
            ),
            (
                mozilla + "(Linux; Android 11; Redmi Note 8 Build/RKQ1.201004.002; wv) " + webkit
                    + "Version/4.0 Chrome/119.0.6045.163 Mobile Safari/537.36", "Chrome Mobile WebView 119.0.6045.163",
                "Android 11", "XiaoMi Redmi Note 8"
            ),
            (
                mozilla + "(Android 13; Mobile; rv:109.0) Gecko/120.0 Firefox/120.0", "Firefox Mobile 120.0",
                "Android 13", "Generic Smartphone"
            ),
            (
                mozilla + "(compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot 2.1", "Other",
                "Spider"
            ),
            (
                mozilla + webkit + "compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/103.0.5060.134",
                "bingbot 2.0", "Other", "Spider"
            ),
            (
                mozilla + "(compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)", "SemrushBot 7", "Other",
                "Spider"
            ),
            (
                "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "Slackbot-LinkExpanding 1.0", "Other",
                "Spider"
            ),
            ("facebookexternalhit/1.1", "FacebookBot 1.1", "Other", "Spider"),
            ("curl/7.88.1", "curl 7.88.1", "Other", "Other"),
            ("Wget/1.20.3 (linux-gnu)", "Wget 1.20.3", "Linux", "Other"),
            ("python-requests/2.31.0", "Python Requests 2.31", "Other", "Other"),
            ("Python/3.11 aiohttp/3.9.1", "Python aiohttp 3.9.1", "Other", "Other"),
            ("Go-http-client/1.1", "Go-http-client 1.1", "Other", "Other"),
            ("node-fetch/1.0 (+https://github.com/bitinn/node-fetch)", "node-fetch 1.0", "Other", "Other"),
            ("okhttp/4.12.0", "okhttp 4.12.0", "Other", "Other"),
            ("Lavf/60.16.100", "Lavf 60.16.100", "Other", "Other"),
            ("VLC/3.0.20 LibVLC/3.0.20", "VLC 3.0.20", "Other", "Other"),
            ("FFmpeg/6.1", "FFmpeg 6.1", "Other", "Other"), ("Grafana/10.2.2", "Grafana 10.2.2", "Other", "Other"),
            ("Prometheus/2.48.0", "Prometheus 2.48.0", "Other", "Other"),
            ("MyApp/3.2.1 CFNetwork/1474 Darwin/23.0.0", "MyApp 3.2.1", "iOS 17.0", "iOS-Device"),
            ("Mozilla/5.0", "Other", "Other", "Other"), ("-", "Other", "Other", "Other"),
            ("", "Other", "Other", "Other"),
        ])
    func known(text: String, program: String, system: String, device: String) {
        let agent = UserAgentReader.shared.read(text)
        #expect(agent.program.full == program)
        #expect(agent.system.full == system)
        #expect(agent.device == device)
    }

    @Test("every row of the table is a pattern that is understood")
    func table() {
        let rows = UserAgentTable.bots + UserAgentTable.programs + UserAgentTable.systems + UserAgentTable.devices
        #expect(UserAgentReader().ruleCount == rows.count)
    }

    @Test("give the fields of the filter's documentation, with the Elastic Common Schema and without")
    func fields() {
        let text = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.11; rv:45.0) Gecko/20100101 Firefox/45.0"
        let agent = UserAgentReader.shared.read(text)
        #expect(
            agent.fields(prefix: "ua_").map { "\($0.name) \($0.value)" } == [
                "ua_name Firefox", "ua_version 45.0", "ua_major 45", "ua_minor 0", "ua_os Mac OS X 10.11",
                "ua_os_name Mac OS X", "ua_os_version 10.11", "ua_os_major 10", "ua_os_minor 11", "ua_device Mac",
            ])
        #expect(
            agent.ecsFields().map { "\($0.path.joined(separator: ".")) \($0.value)" } == [
                "name Firefox", "version 45.0", "os.name Mac OS X", "os.version 10.11", "os.full Mac OS X 10.11",
                "device.name Mac",
            ])
        #expect(
            agent.ecsMetadata.map { "\($0.path.joined(separator: ".")) \($0.value)" } == [
                "version.major 45", "version.minor 0", "os.version.major 10", "os.version.minor 11",
            ])
    }

    @Test("are remembered, a bounded number of them, and very long ones are not")
    func memory() {
        let reader = UserAgentReader(cacheMax: 10)
        for round in 0..<3 {
            for index in 0..<30 {
                #expect(reader.read("curl/7.\(index).0").program.minor == String(index), "round \(round)")
            }
        }
        let long = "curl/8.1.0 " + String(repeating: "é", count: 100_000)
        #expect(reader.read(long).program.full == "curl 8.1.0")
    }
}
