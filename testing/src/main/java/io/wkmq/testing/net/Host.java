package io.wkmq.testing.net;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A host of a {@link LabNetwork}: an address, and a network namespace in which processes run. Thread-safe. */
public final class Host {
    private static final Pattern TRIED = Pattern.compile("([0-9.]+) \\. (\\d+)");
    private static final Pattern LISTENING = Pattern.compile("(?m)^LISTEN +\\d+ +\\d+ +(\\S+):(\\d+) ");

    private final int number;
    private final Namespace namespace;
    private volatile String address;
    private volatile @Nullable Path resolverFile;

    Host(int number, String address, Namespace namespace) {
        this.number = number;
        this.address = address;
        this.namespace = namespace;
    }

    /** Returns the host's IPv4 address. */
    public String address() {
        return address;
    }

    int number() {
        return number;
    }

    void address(String other) {
        namespace.run("ip", "addr", "del", address + "/24", "dev", "eth0");
        namespace.run("ip", "addr", "add", other + "/24", "dev", "eth0");
        address = other;
    }

    /** Returns the name of the bridge port that the host is attached to. */
    String port() {
        return "p" + number;
    }

    /** Makes the process start on this host; its process id is that of the command itself. */
    public ProcessBuilder on(ProcessBuilder builder) {
        List<String> command = new ArrayList<>();
        Path resolver = resolverFile;
        if (resolver != null) {
            // A private mount namespace, which ends with the process.
            String script = "mount --bind '" + resolver + "' /etc/resolv.conf && exec \"$@\"";
            command.addAll(List.of("unshare", "--mount", "sh", "-c", script, "sh"));
        }
        command.addAll(builder.command());
        return builder.command(namespace.enter(command));
    }

    /** Makes processes that start on this host from now on see {@code file} as {@code /etc/resolv.conf}. */
    public void resolveBy(Path file) {
        resolverFile = file;
    }

    /**
     * Installs a firewall on this host: to and from {@code others} it passes only ICMP, and TCP whose source or destination port is between
     * {@code portMin} and {@code portMax}; it drops everything else. The firewall is stateless.
     */
    public void allowOnly(List<Host> others, int portMin, int portMax) {
        String addresses = String.join(",", others.stream().map(Host::address).toList());
        namespace.nft("""
                table inet firewall {
                  chain in {
                    type filter hook input priority 0; policy accept;
                    ip saddr { OTHERS } tcp dport != RANGE tcp sport != RANGE drop
                    ip saddr { OTHERS } meta l4proto != { tcp, icmp } drop
                  }
                  chain out {
                    type filter hook output priority 0; policy accept;
                    ip daddr { OTHERS } tcp dport != RANGE tcp sport != RANGE drop
                    ip daddr { OTHERS } meta l4proto != { tcp, icmp } drop
                  }
                }
                """.replace("OTHERS", addresses).replace("RANGE", portMin + "-" + portMax));
    }

    /**
     * Starts to record the IPv4 destinations to which this host's processes open TCP connections or send UDP datagrams, except loopback.
     */
    public void watch() {
        namespace.nft("""
                table ip watch {
                  set tcp_tried { type ipv4_addr . inet_service; flags dynamic; size 65535; }
                  set udp_tried { type ipv4_addr . inet_service; flags dynamic; size 65535; }
                  chain out {
                    type filter hook output priority -10; policy accept;
                    oifname "lo" accept
                    tcp flags & (syn | ack) == syn add @tcp_tried { ip daddr . tcp dport }
                    meta l4proto udp add @udp_tried { ip daddr . udp dport }
                  }
                }
                """);
    }

    /** Returns each {@code address:port} it has tried to connect to by TCP since {@link #watch}, sorted. */
    public List<String> connectedTo() {
        return tried("tcp_tried");
    }

    /** Returns each {@code address:port} it has sent UDP datagrams to since {@link #watch}, sorted. */
    public List<String> sentDatagramsTo() {
        return tried("udp_tried");
    }

    private List<String> tried(String set) {
        return TRIED.matcher(namespace.run("nft", "-n", "list", "set", "ip", "watch", set))
                .results()
                .map(element -> element.group(1) + ':' + element.group(2))
                .sorted()
                .toList();
    }

    /** Returns the TCP ports in the listening state on any address except loopback. */
    public List<Integer> listeningPorts() {
        return LISTENING
                .matcher(namespace.run("ss", "-Hltn"))
                .results()
                .filter(line -> !line.group(1).contains("127.0.0.1"))
                .map(line -> Integer.parseInt(line.group(2)))
                .distinct()
                .sorted()
                .toList();
    }

    /** Runs a command on this host until it exits, which must be successful; returns its output. */
    public String run(String... command) {
        return namespace.run(command);
    }

    void close() {
        namespace.close();
    }

    @Override
    public String toString() {
        return address;
    }
}
