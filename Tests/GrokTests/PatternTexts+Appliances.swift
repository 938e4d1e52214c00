extension PatternTexts {
    static let firewalls = #"""
        NETSCREENSESSIONLOG Jun  2 14:53:31 fire00 aka1: NetScreen device_id=aka1  [Root]system-notification-00257(traffic): start_time="2026-06-02 14:53:30" duration=0 policy_id=119 service=udp/port:7001 proto=17 src zone=Trust dst zone=DMZ action=Permit sent=0 rcvd=0 src=192.168.2.2 dst=1.2.3.4 src_port=3036 dst_port=7001 src-xlated ip=192.168.2.2 port=3036 dst-xlated ip=1.2.3.4 port=7001 session_id=4 reason=Traffic
        CISCOTIMESTAMP Nov 25 2026 20:09:55
        CISCOTAG ASA-4-106023
        CISCO_TAGGED_SYSLOG <166>Nov 25 2026 20:09:55 fw1 : %ASA-6-302013:
        CISCO_ACTION Teardown
        CISCO_REASON TCP Reset
        CISCO_DIRECTION Inbound
        CISCO_INTERVAL 300-second interval
        CISCO_XLATE_TYPE dynamic
        CISCO_HITCOUNT_INTERVAL hit-cnt 3 first hit
        CISCO_SRC_IP_USER inside:10.0.0.1(LOCAL\anna)
        CISCO_DST_IP_USER outside:192.0.2.3
        CISCO_SRC_HOST_PORT_USER inside:10.0.0.1/5050(LOCAL\anna)
        CISCO_DST_HOST_PORT_USER outside:server1/80
        CISCOFW104001 (Secondary) Switching to ACTIVE - Service card in other unit has failed
        CISCOFW104002 (Primary) Switching to STANDBY - Other unit wants me Standby
        CISCOFW104003 (Primary) Switching to FAILED.
        CISCOFW104004 (Primary) Switching to OK.
        CISCOFW105003 (Primary) Monitoring on interface outside waiting
        CISCOFW105004 (Primary) Monitoring on Interface outside normal
        CISCOFW105005 (Primary) Lost Failover communications with mate on interface inside
        CISCOFW105008 (Primary) Testing Interface inside
        CISCOFW105009 (Primary) Testing on interface inside Passed
        CISCOFW106001 Inbound TCP connection denied from 192.0.2.3/5050 to 10.0.0.1/80 flags SYN on interface outside
        CISCOFW106006_106007_106010 Deny inbound UDP from 192.0.2.3/5050 to 10.0.0.1/53 due to DNS Query
        CISCOFW106006_106007_106010 Deny inbound UDP from 192.0.2.3/5050 to 10.0.0.1/53 on interface outside
        CISCOFW106014 Deny inbound icmp src outside:192.0.2.3 dst inside:10.0.0.1 (type 8, code 0)
        CISCOFW106015 Deny TCP (no connection) from 192.0.2.3/5050 to 10.0.0.1/80 flags RST ACK on interface outside
        CISCOFW106021 Deny UDP reverse path check from 192.0.2.3 to 10.0.0.1 on interface outside
        CISCOFW106023 Deny tcp src outside:192.0.2.3/5050 dst inside:10.0.0.1/80 by access-group "outside_in" [0x0, 0x0]
        CISCOFW106100_2_3 access-list inside_in denied tcp for user 'LOCAL\anna' inside/10.0.0.1(5050) -> outside/192.0.2.3(80) hit-cnt 1 first hit [0x1, 0x0]
        CISCOFW106100 access-list inside_in permitted tcp inside/10.0.0.1(5050) -> outside/192.0.2.3(80) hit-cnt 1 300-second interval [0x1, 0x0]
        CISCOFW304001 10.0.0.1(LOCAL\anna) Accessed URL 192.0.2.3:http://example.com/
        CISCOFW110002 Failed to locate egress interface for UDP from inside:10.0.0.1/5050 to 192.0.2.3/53
        CISCOFW302010 12 in use, 345 most used
        CISCOFW302013_302014_302015_302016 Built inbound TCP connection 76118 for outside:192.0.2.3/5050 (192.0.2.3/5050) to inside:10.0.0.1/80 (10.0.0.1/80)
        CISCOFW302013_302014_302015_302016 Teardown TCP connection 76118 for outside:192.0.2.3/5050 to inside:10.0.0.1/80 duration 0:00:10 bytes 297 TCP FINs
        CISCOFW302020_302021 Built inbound ICMP connection for faddr 192.0.2.3/1 gaddr 192.0.2.9/0 laddr 10.0.0.1/0
        CISCOFW305011 Built dynamic TCP translation from inside:10.0.0.1/5050 to outside:192.0.2.9/1024
        CISCOFW313001_313004_313008 Denied ICMP type=3, code=3 from 192.0.2.3 on interface outside
        CISCOFW313005 No matching connection for ICMP error message: icmp src outside:192.0.2.3 dst inside:10.0.0.1 (type 3, code 3) on outside interface.  Original IP payload: udp src 10.0.0.1/5050 dst 192.0.2.3/53
        CISCOFW321001 Resource 'conns' limit of 100000 reached for system
        CISCOFW402117 IPSEC: Received a non-IPSec packet (protocol= ICMP) from 192.0.2.3 to 10.0.0.1.
        CISCOFW402119 IPSEC: Received an ESP packet (SPI= 0xDB1, sequence number= 0x4) from 192.0.2.3 (user= 192.0.2.3) to 10.0.0.1 that failed anti-replay checking.
        CISCOFW419001 Dropping TCP packet from outside:192.0.2.3/80 to inside:10.0.0.1/5050, reason: MSS exceeded
        CISCOFW419002 Duplicate TCP SYN from inside:10.0.0.1/5050 to outside:192.0.2.3/80 with different initial sequence number
        CISCOFW500004 Invalid transport field for protocol=UDP, from 192.0.2.3/0 to 10.0.0.1/53
        CISCOFW602303_602304 IPSEC: An outbound LAN-to-LAN SA (SPI= 0x61) between 192.0.2.3 and 192.0.2.9 (user= 192.0.2.9) has been created
        CISCOFW710001_710002_710003_710005_710006 UDP request discarded from 192.0.2.3/5050 to outside:192.0.2.255/137
        CISCOFW713172 Group = g1, IP = 192.0.2.3, Automatic NAT Detection Status:     Remote end is NOT behind a NAT device     This   end is behind a NAT device
        CISCOFW733100 [ Scanning] drop rate-1 exceeded. Current burst rate is 1 per second, max configured rate is 10; Current average rate is 8 per second, max configured rate is 5; Cumulative total count is 4953
        IPTABLES_TCP_FLAGS ACK PSH 
        IPTABLES_TCP_PART SEQ=1 ACK=2 WINDOW=1024 RES=0x00 SYN 
        IPTABLES4_FRAG DF 
        IPTABLES4_PART SRC=192.0.2.3 DST=10.0.0.1 LEN=40 TOS=0x00 PREC=0x00 TTL=242 ID=54321 DF 
        IPTABLES6_PART SRC=fe80::1 DST=ff02::1 LEN=72 TC=0 HOPLIMIT=255 FLOWLBL=0 
        IPTABLES IN=eth0 OUT= MAC=00:1a:2b:3c:4d:5e:00:1a:2b:3c:4d:5f:08:00 SRC=192.0.2.3 DST=10.0.0.1 LEN=40 TOS=0x00 PREC=0x00 TTL=242 ID=54321 PROTO=TCP SPT=5050 DPT=22 WINDOW=1024 RES=0x00 SYN 
        SHOREWALL May 28 17:23:25 myHost kernel: [3124658.791874] Shorewall:FORWARD:REJECT:IN=eth2 OUT=eth2 SRC=192.168.1.4 DST=10.0.0.1 LEN=141 TOS=0x00 PREC=0x00 TTL=63 ID=55251 PROTO=UDP SPT=5353 DPT=5355 
        SFW2_LOG_PREFIX SFW2-INext-DROP-DEFLT
        SFW2 Jan 29 00:00:28 myth kernel: SFW2-INext-ACC-TCP IN=eth0 OUT= SRC=192.168.1.4 DST=10.0.0.1 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=55251 PROTO=TCP SPT=5353 DPT=22 WINDOW=29200 RES=0x00 SYN 
        """#

    static let nagios =
        #"""
        NAGIOSTIME [1764100195]
        NAGIOS_WARNING Warning: The check of host 'node1' looks like it was orphaned
        NAGIOS_CURRENT_SERVICE_STATE CURRENT SERVICE STATE: node1;SSH;OK;HARD;1;TCP OK
        NAGIOS_CURRENT_HOST_STATE CURRENT HOST STATE: node1;UP;HARD;1;PING OK
        NAGIOS_SERVICE_NOTIFICATION SERVICE NOTIFICATION: anna;node1;SSH;CRITICAL;notify-by-email;refused
        NAGIOS_HOST_NOTIFICATION HOST NOTIFICATION: anna;node1;DOWN;notify-by-email;no answer
        NAGIOS_SERVICE_ALERT SERVICE ALERT: node1;SSH;CRITICAL;SOFT;1;refused
        NAGIOS_HOST_ALERT HOST ALERT: node1;DOWN;SOFT;1;no answer
        NAGIOS_SERVICE_FLAPPING_ALERT SERVICE FLAPPING ALERT: node1;SSH;STARTED; it flaps
        NAGIOS_HOST_FLAPPING_ALERT HOST FLAPPING ALERT: node1;STOPPED; it flaps no more
        NAGIOS_SERVICE_DOWNTIME_ALERT SERVICE DOWNTIME ALERT: node1;SSH;STARTED; planned
        NAGIOS_HOST_DOWNTIME_ALERT HOST DOWNTIME ALERT: node1;STARTED; planned
        NAGIOS_PASSIVE_SERVICE_CHECK PASSIVE SERVICE CHECK: node1;SSH;0;OK
        NAGIOS_PASSIVE_HOST_CHECK PASSIVE HOST CHECK: node1;0;OK
        NAGIOS_SERVICE_EVENT_HANDLER SERVICE EVENT HANDLER: node1;SSH;CRITICAL;SOFT;1;restart-ssh
        NAGIOS_HOST_EVENT_HANDLER HOST EVENT HANDLER: node1;DOWN;SOFT;1;restart
        NAGIOS_TIMEPERIOD_TRANSITION TIMEPERIOD TRANSITION: 24x7;-1;1
        NAGIOS_EC_LINE_DISABLE_SVC_CHECK EXTERNAL COMMAND: DISABLE_SVC_CHECK;node1;SSH
        NAGIOS_EC_LINE_DISABLE_HOST_CHECK EXTERNAL COMMAND: DISABLE_HOST_CHECK;node1
        NAGIOS_EC_LINE_ENABLE_SVC_CHECK EXTERNAL COMMAND: ENABLE_SVC_CHECK;node1;SSH
        NAGIOS_EC_LINE_ENABLE_HOST_CHECK EXTERNAL COMMAND: ENABLE_HOST_CHECK;node1
        NAGIOS_EC_LINE_PROCESS_SERVICE_CHECK_RESULT EXTERNAL COMMAND: PROCESS_SERVICE_CHECK_RESULT;node1;SSH;0;OK
        NAGIOS_EC_LINE_PROCESS_HOST_CHECK_RESULT EXTERNAL COMMAND: PROCESS_HOST_CHECK_RESULT;node1;0;OK
        NAGIOS_EC_LINE_DISABLE_HOST_SVC_NOTIFICATIONS EXTERNAL COMMAND: DISABLE_HOST_SVC_NOTIFICATIONS;node1
        NAGIOS_EC_LINE_DISABLE_HOST_NOTIFICATIONS EXTERNAL COMMAND: DISABLE_HOST_NOTIFICATIONS;node1
        NAGIOS_EC_LINE_DISABLE_SVC_NOTIFICATIONS EXTERNAL COMMAND: DISABLE_SVC_NOTIFICATIONS;node1;SSH
        NAGIOS_EC_LINE_ENABLE_HOST_SVC_NOTIFICATIONS EXTERNAL COMMAND: ENABLE_HOST_SVC_NOTIFICATIONS;node1
        NAGIOS_EC_LINE_ENABLE_HOST_NOTIFICATIONS EXTERNAL COMMAND: ENABLE_HOST_NOTIFICATIONS;node1
        NAGIOS_EC_LINE_ENABLE_SVC_NOTIFICATIONS EXTERNAL COMMAND: ENABLE_SVC_NOTIFICATIONS;node1;SSH
        NAGIOS_EC_LINE_SCHEDULE_HOST_DOWNTIME EXTERNAL COMMAND: SCHEDULE_HOST_DOWNTIME;node1;1764100195;1764103795;1;0;3600;anna;planned
        NAGIOSLOGLINE [1764100195] SERVICE ALERT: node1;SSH;CRITICAL;SOFT;1;refused

        """# + nagiosWords

    /// Patterns that take their own words.
    private static let nagiosWords =
        ([
            "CURRENT SERVICE STATE", "CURRENT HOST STATE", "SERVICE NOTIFICATION", "HOST NOTIFICATION", "SERVICE ALERT",
            "HOST ALERT", "SERVICE FLAPPING ALERT", "HOST FLAPPING ALERT", "SERVICE DOWNTIME ALERT",
            "HOST DOWNTIME ALERT", "PASSIVE SERVICE CHECK", "PASSIVE HOST CHECK", "SERVICE EVENT HANDLER",
            "HOST EVENT HANDLER", "EXTERNAL COMMAND", "TIMEPERIOD TRANSITION",
        ].map { "NAGIOS_TYPE_\($0.replacing(" ", with: "_")) \($0)\n" }
        + [
            "DISABLE_SVC_CHECK", "ENABLE_SVC_CHECK", "DISABLE_HOST_CHECK", "ENABLE_HOST_CHECK",
            "PROCESS_SERVICE_CHECK_RESULT", "PROCESS_HOST_CHECK_RESULT", "SCHEDULE_SERVICE_DOWNTIME",
            "SCHEDULE_HOST_DOWNTIME", "DISABLE_HOST_SVC_NOTIFICATIONS", "ENABLE_HOST_SVC_NOTIFICATIONS",
            "DISABLE_HOST_NOTIFICATIONS", "ENABLE_HOST_NOTIFICATIONS", "DISABLE_SVC_NOTIFICATIONS",
            "ENABLE_SVC_NOTIFICATIONS",
        ].map { "NAGIOS_EC_\($0) \($0)\n" }).joined()

    static let bacula = #"""
        BACULA_TIMESTAMP 25-Nov-2026 20:09
        BACULA_TIMESTAMP 25-Nov 20:09
        BACULA_HOST node1-dir
        BACULA_VOLUME Vol-0007
        BACULA_DEVICE FileStorage
        BACULA_DEVICEPATH /mnt/backup
        BACULA_CAPACITY 32,212,254,720
        BACULA_VERSION 9.6.7
        BACULA_JOB Backup_node1.2026-11-25_20.09.55_03
        BACULA_LOG_MAX_CAPACITY User defined maximum volume capacity 32,212,254,720 exceeded on device "FileStorage" (/mnt/backup).
        BACULA_LOG_END_VOLUME End of medium on Volume "Vol-0007" Bytes=32,212,254,720 Blocks=499,320 at 25-Nov-2026 20:09.
        BACULA_LOG_NEW_VOLUME Created new Volume "Vol-0007" in catalog.
        BACULA_LOG_NEW_LABEL Labeled new Volume "Vol-0007" on file device "FileStorage" (/mnt/backup).
        BACULA_LOG_WROTE_LABEL Wrote label to prelabeled Volume "Vol-0007" on device "FileStorage" (/mnt/backup)
        BACULA_LOG_NEW_MOUNT New volume "Vol-0007" mounted on device "FileStorage" (/mnt/backup) at 25-Nov-2026 20:09.
        BACULA_LOG_NOOPEN      Cannot open /root/x: ERR=Permission denied
        BACULA_LOG_NOOPENDIR      Could not open directory "/root": ERR=Permission denied
        BACULA_LOG_NOSTAT      Could not stat /root/x: ERR=No such file or directory
        BACULA_LOG_NOJOBS There are no more Jobs associated with Volume "Vol-0007". Marking it purged.
        BACULA_LOG_ALL_RECORDS_PRUNED All records pruned from Volume "Vol-0007"; marking it "Purged"
        BACULA_LOG_BEGIN_PRUNE_JOBS Begin pruning Jobs older than 6 month 0 days .
        BACULA_LOG_BEGIN_PRUNE_FILES Begin pruning Files.
        BACULA_LOG_PRUNED_JOBS Pruned 2 Jobs for client node1-fd from catalog.
        BACULA_LOG_PRUNED_FILES Pruned Files from 1 Jobs for client node1-fd from catalog.
        BACULA_LOG_ENDPRUNE End auto prune.
        BACULA_LOG_STARTJOB Start Backup JobId 120, Job=Backup_node1.2026-11-25_20.09.55_03
        BACULA_LOG_STARTRESTORE Start Restore Job Restore.2026-11-25_20.09.55_04
        BACULA_LOG_USEDEVICE Using Device "FileStorage"
        BACULA_LOG_DIFF_FS      /proc is a different filesystem. Will not descend from / into it.
        BACULA_LOG_JOBEND Job write elapsed time = 00:10:02, Transfer rate = 12.53 M Bytes/second
        BACULA_LOG_NOPRUNE_JOBS No Jobs found to prune.
        BACULA_LOG_NOPRUNE_FILES No Files found to prune.
        BACULA_LOG_VOLUME_PREVWRITTEN Volume "Vol-0007" previously written, moving to end of data.
        BACULA_LOG_READYAPPEND Ready to append to end of Volume "Vol-0007" size=123456
        BACULA_LOG_CANCELLING Cancelling duplicate JobId=119.
        BACULA_LOG_MARKCANCEL JobId 119, Job Backup_node1.2026-11-25_20.09.55_03 marked to be canceled.
        BACULA_LOG_CLIENT_RBJ shell command: run ClientRunBeforeJob "/usr/local/bin/dump all"
        BACULA_LOG_VSS Generate VSS Writer
        BACULA_LOG_MAXSTART Fatal error: Job canceled because max start delay time exceeded.
        BACULA_LOG_DUPLICATE Fatal error: JobId 119 already running. Duplicate job not allowed.
        BACULA_LOG_NOJOBSTAT Fatal error: No Job status returned from FD.
        BACULA_LOG_FATAL_CONN Fatal error: bsock.c:133 Unable to connect to Client: node1-fd on node1:9102. ERR=Connection refused
        BACULA_LOG_NO_CONNECT Warning: bsock.c:127 Could not connect to Client: node1-fd on node1:9102. ERR=Connection refused
        BACULA_LOG_NO_AUTH Fatal error: Unable to authenticate with File daemon at "node1:9102". Possible causes:
        BACULA_LOG_NOSUIT No prior or suitable Full backup found in catalog. Doing FULL backup.
        BACULA_LOG_NOPRIOR No prior Full backup Job record found.
        BACULA_LOG_JOB Bacula node1-dir 9.6.7 (10Dec20):
        BACULA_LOG Start Backup JobId 120, Job=Backup_node1.2026-11-25_20.09.55_03
        BACULA_LOGLINE 25-Nov 20:09 node1-dir JobId 120: Start Backup JobId 120, Job=Backup_node1.2026-11-25_20.09.55_03
        """#
}
