import Alerting
import ConfigText
import Testing

@Suite("sms of watchpost.yml")
struct SMSConfigTests {
    static let telephones: [(text: String, problem: String)] = [
        ("{ auth_token_file: t, from: '+1', to: ['+84'] }", "has no account_sid"),
        ("{ account_sid: AC, from: '+1', to: ['+84'] }", "no auth_token_file"),
        ("{ account_sid: AC, auth_token_file: t, to: ['+84'] }", "has no from"),
        ("{ account_sid: AC, auth_token_file: t, from: '+1' }", "nobody to send to"),
        (
            "{ account_sid: AC, auth_token_file: t, from: '+1', to: ['0901 234'] }",
            "warning: \"0901 234\" is not a telephone"
        ),
        ("{ account_sid: AC, auth_token: t, from: '+1', to: ['+84'] }", "warning: sms.auth_token stands in the file"),
        ("{ account_sid: AC, auth_token_file: t, from: '+1', to: ['+84'], max_per_hour: 0 }", "max_per_hour"),
        ("{ account_sid: AC, auth_token_file: t, from: '+1', to: ['+84'], per_hour: 1 }", "unknown key"),
    ]

    @Test("what is wrong with the telephones is told", arguments: telephones)
    func sms(text: String, problem: String) throws {
        let problems = ProblemList()
        let root = YAMLFile.root(of: "sms: " + text, path: "watchpost.yml", problems: problems)
        _ = root?.mapping { $0.mapping("sms", SMSReader.read) }
        #expect(problems.all.contains { $0.description.contains(problem) }, "\(problems.all)")
    }
}
