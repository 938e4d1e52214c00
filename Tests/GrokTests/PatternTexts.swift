/// A text for each built-in pattern, which the pattern takes whole, in both sets.
enum PatternTexts {
    /// Lines of `NAME text`; `\t` stands for a tab and `\n` for a line feed. Several lines for one pattern are several
    /// texts.
    static let all: [(name: String, text: String)] = parts.flatMap { part in
        part.split(separator: "\n").map { line in
            let name = String(line.prefix { $0 != " " })
            let text = String(line.dropFirst(name.count + 1))
            return (name, text.replacing("\\t", with: "\t").replacing("\\n", with: "\n"))
        }
    }

    private static let parts: [String] = [basics, times, lines, web, others, firewalls, nagios, bacula]

    private static let basics = #"""
        INT -12
        INT +7
        BASE10NUM 3.25
        BASE10NUM -.5
        NUMBER 1234567890
        BASE16NUM 0xdeadBEEF
        BASE16FLOAT 0x1.8f
        POSINT 42
        NONNEGINT 0
        WORD snake_case9
        NOTSPACE a,b;c=/d
        SPACE  
        DATA anything at all
        GREEDYDATA anything at all
        QUOTEDSTRING "say \"so\""
        QUOTEDSTRING 'single'
        QUOTEDSTRING `back`
        QS ""
        UUID 123e4567-e89b-12d3-a456-426614174000
        URN urn:isbn:0451450523
        URN urn:example:a%2Fb
        USERNAME le.chau-2_x
        USER -
        EMAILLOCALPART first.last+tag
        EMAILADDRESS first.last+tag@mail.example.com
        MAC 00:1A:2b:3C:4d:5E
        CISCOMAC 001a.2b3c.4d5e
        WINDOWSMAC 00-1A-2B-3C-4D-5E
        COMMONMAC 00:1A:2b:3C:4d:5E
        IPV6 2001:db8:0:1:2:3:4:5
        IPV6 2001:db8::5
        IPV6 ::1
        IPV6 ::
        IPV6 fe80::1%eth0
        IPV6 ::ffff:10.0.0.1
        IPV6 1:2:3:4:5:6:10.0.0.1
        IPV6 1::
        IPV4 10.50.2.53
        IPV4 255.255.255.255
        IP 192.168.0.1
        IP 2001:db8::5
        HOSTNAME node-1.example.com
        HOST node1
        IPORHOST node-1.example.com
        IPORHOST ::1
        HOSTPORT node1:8080
        PATH /var/log/nginx/access.log
        PATH C:\Windows\System32\drivers
        UNIXPATH /usr/lib/x86_64-linux-gnu/libc.so.6
        UNIXPATH /
        TTY /dev/pts/3
        TTY /dev/tty1
        WINPATH C:\Windows\System32\drivers
        WINPATH \\server\share
        URIPROTO https
        URIPROTO svn+ssh
        URIHOST example.com:8443
        URIPATH /hls/cam-012/index.m3u8
        URIQUERY a=1&b[]=x%20y
        URIPARAM ?a=1&b=2
        URIPATHPARAM /search?q=1
        URIPATHPARAM /search
        URI https://me:secret@example.com:8443/a/b?c=d
        URI file:///etc/passwd
        PROG rsyslogd
        PROG postfix/smtpd
        SYSLOGHOST node1.lan
        LOGLEVEL Information
        LOGLEVEL trace
        LOGLEVEL WARNING
        LOGLEVEL err
        LOGLEVEL emerg
        """#

    private static let times = #"""
        MONTH Nov
        MONTH September
        MONTH März
        MONTHNUM 1
        MONTHNUM 12
        MONTHNUM2 09
        MONTHDAY 31
        MONTHDAY 7
        DAY Wednesday
        DAY Thu
        YEAR 2026
        YEAR 99
        HOUR 23
        HOUR 7
        MINUTE 59
        SECOND 60
        SECOND 5.123
        SECOND 05,123
        TIME 23:59:60.999
        DATE_US 11/25/2026
        DATE_EU 25.11.2026
        DATE 25-11-2026
        DATESTAMP 25/11/2026 10:11:12
        ISO8601_TIMEZONE +07:00
        ISO8601_TIMEZONE Z
        ISO8601_TIMEZONE -0330
        ISO8601_SECOND 05.123
        TIMESTAMP_ISO8601 2026-11-25T20:09:55.609+07:00
        TIMESTAMP_ISO8601 2026-11-25 20:09:55,609
        TIMESTAMP_ISO8601 2026-11-25T20:09Z
        TZ UTC
        TZ PDT
        DATESTAMP_RFC822 Wed Nov 25 2026 20:09:55 UTC
        DATESTAMP_RFC2822 Wed, 25 Nov 2026 20:09:55 +0700
        DATESTAMP_OTHER Wed Nov 25 20:09:55 UTC 2026
        DATESTAMP_EVENTLOG 20261125200955
        SYSLOGTIMESTAMP Nov  5 20:09:55
        HTTPDATE 25/Nov/2026:20:10:55 +0700
        HTTPDERROR_DATE Wed Nov 25 20:09:55.123456 2026
        """#

    private static let lines = #"""
        SYSLOGPROG sshd[4711]
        SYSLOGPROG kernel
        SYSLOGFACILITY <3.6>
        SYSLOGBASE Nov 26 05:00:00 <3.6> node1 sshd[4711]:
        SYSLOGBASE2 2026-11-26T05:00:00+07:00 node1 sshd[4711]:
        SYSLOGLINE Nov 26 05:00:00 node1 ffmpeg[12]: error opening input
        SYSLOGLINE Nov 26 05:00:00 node1 last message repeated 2 times
        SYSLOGPAMSESSION Nov 26 05:00:00 node1 sshd[4711]: pam_unix(sshd:session): session opened for user root by (uid=0)
        CRON_ACTION CMD
        CRONLOG Nov 26 05:00:00 node1 CRON[4711]: (root) CMD (run-parts /etc/cron.hourly)
        SYSLOG5424PRINTASCII ID47
        SYSLOG5424PRI <165>
        SYSLOG5424SD [ex@32473 iut="3" eventSource="A\]pp"]
        SYSLOG5424SD [a b="1"][c d="2"]
        SYSLOG5424BASE <165>1 2026-11-26T05:00:00.003Z node1 evntslog 8710 ID47 [ex@32473 iut="3"]
        SYSLOG5424BASE <34>1 2026-11-26T05:00:00Z node1 su - ID47 -
        SYSLOG5424LINE <34>1 2026-11-26T05:00:00Z node1 su main ID47 - 'su root' failed
        JAVACLASS com.example.Outer$Inner
        JAVAFILE StreamServer.java
        JAVAFILE Native Method
        JAVAMETHOD <init>
        JAVAMETHOD doFilter
        JAVASTACKTRACEPART \tat com.example.Stream.read(Stream.java:42)
        JAVASTACKTRACEPART \tat java.lang.Thread.sleep(Native Method)
        JAVATHREAD TP-Processor25
        JAVALOGMESSAGE anything
        CATALINA7_DATESTAMP Nov 25, 2026 8:09:55 PM
        CATALINA8_DATESTAMP 25-Nov-2026 20:09:55.123
        CATALINA_DATESTAMP 25-Nov-2026 20:09:55.123
        CATALINA7_LOG Nov 25, 2026 8:09:55 PM org.apache.catalina.startup.Catalina start INFO: Server startup in 12 ms
        CATALINA8_LOG 25-Nov-2026 20:09:55.123 INFO [main] org.apache.catalina.startup.Catalina.start Server startup in 12 ms
        CATALINALOG 25-Nov-2026 20:09:55.123 WARNING [main] a.b.C.<init> careful
        TOMCAT7_DATESTAMP Nov 25, 2026 8:09:55 PM
        TOMCATLEGACY_DATESTAMP 2026-11-25 20:09:55,123 -0700
        TOMCAT_DATESTAMP 2026-11-25 20:09:55,123 -0700
        TOMCATLEGACY_LOG 2026-11-25 20:09:55,123 -0700 | ERROR | com.example.Service - failed
        TOMCATLOG 2026-11-25 20:09:55,123 -0700 | ERROR | com.example.Service - failed
        RUBY_LOGLEVEL WARN
        RUBY_LOGGER E, [2026-11-25T20:09:55.123456 #4711] ERROR -- app: failed
        RUUID 0123456789abcdef0123456789abcdef
        RCONTROLLER CamerasController#show
        RAILS3HEAD Started GET "/cameras/7?full=1" for 10.0.0.1 at 2026-11-25 20:09:55 +0700
        RPROCESSING Processing by CamerasController#show as HTML
        RPROCESSING \nProcessing by CamerasController#show as HTML\n  Parameters: {"id"=>"7"}\n
        RAILS3PROFILE (Views: 1.5ms | ActiveRecord: 0.3ms
        RAILS3FOOT Completed 200 OK in 12ms (Views: 1.5ms | ActiveRecord: 0.3ms)
        RAILS3 Started GET "/cameras/7" for 10.0.0.1 at 2026-11-25 20:09:55 +0700\nProcessing by CamerasController#show as HTML\nRendered x\nCompleted 200 OK in 12ms (Views: 1.5ms | ActiveRecord: 0.3ms)
        REDISTIMESTAMP 25 Nov 20:09:55.123
        REDISLOG [4711] 25 Nov 20:09:55.123 *
        REDISMONLOG 1764100195.123456 [0 127.0.0.1:60866] "set" "key" "value"
        POSTGRESQL 25-11-2026 20:09:55.123 UTC vms 5652 12/3 4711
        MONGO_LOG Nov 25 20:09:55 [conn12] end connection 127.0.0.1:5555
        MONGO_QUERY { find: "cameras", filter: { id: 7 } }
        MONGO_WORDDASH my-collection
        MONGO_SLOWQUERY query vms.my-cameras query: { find: 1 } ntoreturn:0 ntoskip:0 nscanned:100 keyUpdates:0 nreturned:7 reslen:200 152ms
        MONGO3_SEVERITY I
        MONGO3_COMPONENT NETWORK
        MONGO3_LOG 2026-11-25T20:09:55.123+0700 I NETWORK  [conn12] end connection
        MONGO3_LOG 2026-11-25T20:09:55.123+0700 I -        [main] starting
        MAVEN_VERSION 1.2.3-SNAPSHOT
        MAVEN_VERSION 1.2.*
        MCOLLECTIVE I, [2026-11-25T20:09:55.123456 #4711]  INFO
        MCOLLECTIVEAUDIT 2026-11-25T20:09:55.123456+0000:
        """#

    private static let web = #"""
        HTTPDUSER me@example.com
        HTTPD_COMMONLOG 10.0.0.1 - frank [25/Nov/2026:20:10:55 +0700] "GET /a HTTP/1.0" 200 2326
        HTTPD_COMBINEDLOG ::1 - - [25/Nov/2026:20:10:55 +0700] "-" 408 - "-" "-"
        COMMONAPACHELOG node1.lan - - [25/Nov/2026:20:10:55 +0700] "GET /a" 304 -
        COMBINEDAPACHELOG 10.0.0.1 - frank [25/Nov/2026:20:10:55 +0700] "GET /a?b=c HTTP/2.0" 200 2326 "https://example.com/" "Mozilla/5.0 (X11)"
        HTTPD20_ERRORLOG [Wed Nov 25 20:09:55 2026] [error] [client 10.0.0.1] File does not exist: /var/www/favicon.ico
        HTTPD24_ERRORLOG [Wed Nov 25 20:09:55.123456 2026] [proxy:error] [pid 12:tid 34] (111)Connection refused: [client 10.0.0.1:5050] AH00957: attempt failed
        HTTPD_ERRORLOG [Wed Nov 25 20:09:55.123456 2026] [:error] [pid 12] [client 10.0.0.1:5050] failed
        HAPROXYTIME 05:00:00
        HAPROXYDATE 26/Nov/2026:05:00:00.123
        HAPROXYCAPTUREDREQUESTHEADERS example.com|Mozilla
        HAPROXYCAPTUREDRESPONSEHEADERS nginx|
        HAPROXYURI http://me:x@example.com:80/a/b?c=d
        HAPROXYHTTPREQUESTLINE GET /api?x=1 HTTP/1.1
        HAPROXYHTTPREQUESTLINE <BADREQ>
        HAPROXYHTTPBASE 10.0.0.1:5050 [26/Nov/2026:05:00:00.123] fe~ be/srv1 0/0/1/10/+11 200 512 - - ---- 1/1/0/0/+2 0/0 {example.com|x} {nginx} "GET /api HTTP/1.1"
        HAPROXYHTTP Nov 26 05:00:00 lb haproxy[12]: 10.0.0.1:5050 [26/Nov/2026:05:00:00.123] fe be/<NOSRV> -1/-1/-1/-1/0 503 212 - - SC-- 1/1/0/0/0 0/0 "GET /api HTTP/1.1"
        HAPROXYTCP Nov 26 05:00:00 lb haproxy[12]: 10.0.0.1:5050 [26/Nov/2026:05:00:00.123] fe be/srv1 0/0/5007 212 -- 0/0/0/0/3 0/0
        SQUID3 1764100195.123    245 10.0.0.1 TCP_MISS/200 3424 GET http://example.com/a frank DIRECT/93.184.216.34 text/html
        SQUID3 1764100195.123     45 10.0.0.1 TCP_DENIED/000 0 CONNECT example.com:443 - NONE/- -
        SQUID3_STATUS 000
        S3_REQUEST_LINE GET /bucket/key HTTP/1.1
        S3_ACCESS_LOG 79a5 mybucket [25/Nov/2026:20:10:55 +0000] 192.0.2.3 79a5 3E57427F3 REST.GET.OBJECT a/b.png "GET /mybucket/a/b.png HTTP/1.1" 200 - 113 113 7 6 "-" "S3Console/0.4" -
        ELB_URIHOST example.com:80
        ELB_URIPATHQUERY /a?b=c
        ELB_URIPATHPARAM /a?b=c
        ELB_URI http://example.com:80/a?b=c
        ELB_REQUEST_LINE GET http://example.com:80/a HTTP/1.1
        ELB_V1_HTTP_LOG 2026-11-25T20:09:55.123456Z my-elb 192.0.2.3:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://example.com:80/ HTTP/1.1"
        ELB_ACCESS_LOG 2026-11-25T20:09:55.123456Z my-elb 192.0.2.3:2817 - -1 -1 -1 503 - 0 0 "GET https://example.com:443/a HTTP/1.1" "curl/8.0" ECDHE-RSA TLSv1.2
        CLOUDFRONT_ACCESS_LOG 2026-11-25\t20:09:55\tFRA2\t2045\t192.0.2.3\tGET\td111.cloudfront.net\t/index.html\t200\t-\tMozilla/5.0\t-\t-\tHit\tSOX4xwn4==\td111.cloudfront.net\thttps\t23\t0.001\t-\tTLSv1.2\tECDHE-RSA\tHit
        """#

    private static let others = #"""
        BIND9_TIMESTAMP 17-Feb-2026 23:06:56.326
        BIND9_DNSTYPE AAAA
        BIND9_CATEGORY queries
        BIND9_QUERYLOGBASE client @0x7f64500 172.26.0.1#12345 (test.example.com): query: test.example.com IN A +E(0)K (172.26.0.3)
        BIND9_QUERYLOG 17-Feb-2026 23:06:56.326 queries: info: client 172.26.0.1#12345 (test.example.com): query: test.example.com IN A + (172.26.0.3)
        BIND9 17-Feb-2026 23:06:56.326 queries: info: client 172.26.0.1#12345 (test.example.com): query: test.example.com IN A + (172.26.0.3)
        EXIM_MSGID 1KdsIY-0001bW-9J
        EXIM_FLAGS <=
        EXIM_DATE 2026-11-25 20:09:55
        EXIM_PID [4711]
        EXIM_QT 3d12h
        EXIM_EXCLUDE_TERMS Message is frozen
        EXIM_REMOTE_HOST H=mail.example.com (helo) [192.0.2.3]:25
        EXIM_INTERFACE I=[10.0.0.1]:25
        EXIM_PROTOCOL P=esmtps
        EXIM_MSG_SIZE S=2301
        EXIM_HEADER_ID id=abc@example.com
        EXIM_QUOTED_CONTENT say \"so\"
        EXIM_SUBJECT T="Hello there"
        EXIM_UNKNOWN_FIELD X=TLS1.2
        EXIM_NAMED_FIELDS  H=[192.0.2.3] P=esmtp S=2301 id=abc@example.com T="Hi"
        EXIM_MESSAGE_ARRIVAL 2026-11-25 20:09:55 1KdsIY-0001bW-9J <= me@example.com H=[192.0.2.3] P=esmtp S=2301 id=abc@example.com T="Hi" from <me@example.com> for you@example.com
        EXIM 2026-11-25 20:09:55 [4711] 1KdsIY-0001bW-9J <= me@example.com H=mail.example.com [192.0.2.3] P=esmtp S=2301
        BRO_BOOL T
        BRO_DATA text/plain
        BRO_HTTP 1432555199.633017\tCOpk6E3vkURP8QQNKl\t192.168.9.35\t55281\t178.236.7.146\t80\t4\tPOST\tad.example.de\t/x/gate\thttp://a.example/\tMozilla/5.0\t0\t43\t200\tOK\t-\t-\t-\t(empty)\t-\t-\t-\t-\t-\tFuHSpU2vlKAPTQPmAl\timage/gif
        BRO_DNS 1359565680.761790\tUWkUyAuUGXf\t192.168.6.10\t53209\t192.168.129.36\t53\tudp\t41477\tpaypal.com\t1\tC_INTERNET\t48\tDNSKEY\t0\tNOERROR\tF\tF\tT\tF\t1\t-\t-\tF
        BRO_CONN 1541001600.580233\tCvf4XX17hSAgXDdGEd\t20.0.0.1\t50101\t20.0.0.9\t80\ttcp\thttp\t0.1\t0\t1\tSHR\tT\t0\tcCf\t1\t52\t1\t53\t(empty)
        BRO_FILES 1362692527.080972\tFakNcS1Jfe01uljb3\t192.150.187.43\t141.142.228.5\tCXWv6p3arKYeMETxOg\tHTTP\t0\t(empty)\ttext/plain\t-\t0.000054\t-\tF\t4705\t4705\t0\t0\tF\t-\t-\t-\t-\t-
        ZEEK_BOOL F
        ZEEK_DATA text/plain
        ZEEK_HTTP 1432555199.633017\tCOpk6E3vkURP8QQNKl\t192.168.9.35\t55281\t178.236.7.146\t80\t4\tPOST\tad.example.de\t/x/gate\thttp://a.example/\tMozilla/5.0\t0\t43\t200\tOK\t-\t-\t-\t(empty)\t-\t-\t-\t-\t-\tFuHSpU2vlKAPTQPmAl\timage/gif
        ZEEK_DNS 1359565680.761790\tUWkUyAuUGXf\t192.168.6.10\t53209\t192.168.129.36\t53\tudp\t41477\tpaypal.com\t1\tC_INTERNET\t48\tDNSKEY\t0\tNOERROR\tF\tF\tT\tF\t1\t-\t-\tF
        ZEEK_CONN 1541001600.580233\tCvf4XX17hSAgXDdGEd\t20.0.0.1\t50101\t20.0.0.9\t80\ttcp\thttp\t0.1\t0\t1\tSHR\tT\t0\tcCf\t1\t52\t1\t53\t(empty)
        ZEEK_FILES 1362692527.080972\tFakNcS1Jfe01uljb3\t192.150.187.43\t141.142.228.5\tCXWv6p3arKYeMETxOg\tHTTP\t0\t(empty)\ttext/plain\t-\t0.000054\t-\tF\t4705\t4705\t0\t0\tF\t-\t-\t-\t-\t-
        RT_FLOW_TAG RT_FLOW_SESSION_CREATE
        RT_FLOW_EVENT RT_FLOW_SESSION_DENY
        RT_FLOW1 RT_FLOW_SESSION_CLOSE: session closed TCP FIN: 10.0.0.1/5050->192.0.2.3/80 junos-http 192.0.2.9/1024->192.0.2.3/80 src-rule None 6 allow-all trust untrust 120 10(1200) 8(9000) 5 UNKNOWN
        RT_FLOW2 RT_FLOW_SESSION_CREATE: session created 10.0.0.1/5050->192.0.2.3/80 junos-http 192.0.2.9/1024->192.0.2.3/80 None None 6 allow-all trust untrust 120 N/A(N/A) ge-0/0/1.0
        RT_FLOW3 RT_FLOW_SESSION_DENY: session denied 10.0.0.1/5050->192.0.2.3/80 junos-http 6(0) deny-all trust untrust UNKNOWN
        """#
}
